"""Answers that did not pass a check, with their words, as people see them."""

from dataclasses import dataclass

from workbench.checking.masking import shown_answers
from workbench.records import Message, Project, plain_text
from workbench.store import checks, completions, prompts
from workbench.store.database import Database


@dataclass(frozen=True)
class Example:
    """An answer and its prompt; `note` says what the check found. `masked`: people see blanks in
    `answer`, which an answer gets when it is compared.
    """

    completion_id: int
    prompt: str
    answer: str
    note: str
    masked: bool


def examples(
    db: Database, project: Project, check_id: int, variant_id: int, most: int
) -> list[Example]:
    """The first of a variant's answers that did not pass."""
    rows = checks.failures(db, check_id, variant_id, most)
    ids = [row["completion_id"] for row in rows]
    stored, shown = completions.by_ids(db, ids), shown_answers(db, project, ids)
    found = []
    for row, messages in zip(rows, shown, strict=True):
        answer = stored[row["completion_id"]]
        prompt = prompts.get(db, answer.prompt_id)
        found.append(
            Example(
                completion_id=answer.id,
                prompt=prompt.text() if prompt else "",
                answer=_text(messages),
                note=row["note"],
                masked=_text(messages) != _text(answer.messages),
            )
        )
    return found


def _text(messages: tuple[Message, ...]) -> str:
    return "\n\n".join(plain_text(message["content"]) for message in messages)
