"""Masks over what names a model: people see a blank of the same length, the answer stays as it is.

Offsets of spans stay those of the stored text. Masks are made when a comparison is opened; they
are shown while the project's `mask_identity` is on.
"""

from collections.abc import Iterable
from functools import partial

from workbench.checking.identity import distinctive, leaks
from workbench.records import Completion, Message, Project, plain_text
from workbench.store import Store, completions, masks, prompts, variants
from workbench.store.database import Database
from workbench.store.masks import Mask

BLANK = "█"
REASON = "identity"
BATCH = 500


def find(
    db: Database, project: Project, completion_ids: Iterable[int], asked: str | None = None
) -> list[Mask]:
    """The masks that these answers need, if the project says so.

    `asked` is the text of their prompt, where that is not visible yet.
    """
    if not project.settings.mask_identity:
        return []
    names, found = model_names(db, project.id), []
    for answer in completions.by_ids(db, completion_ids).values():
        prompt = prompts.get(db, answer.prompt_id)
        words = asked or (prompt.text() if prompt else "")
        found += [
            Mask(answer.id, turn, start, end, REASON)
            for turn, message in enumerate(answer.messages)
            for start, end in leaks(plain_text(message["content"]), words, names)
        ]
    return found


def keep(db: Database, found: list[Mask]) -> None:
    for mask in found:
        masks.add(db, mask)


def cover_compared(store: Store, project: Project) -> int:
    """Mask all that stands in a comparison, also what was opened before there were masks; returns
    how many answers name their model.
    """
    covered, last = 0, 0
    while True:
        with store.read() as db:
            ids = masks.compared(db, project.id, last, BATCH)
            found = find(db, project, ids)
        if not ids:
            return covered
        if found:
            store.write(partial(keep, found=found))
        covered += len({mask.completion_id for mask in found})
        last = ids[-1]


def shown(answer: Completion, hidden: list[Mask]) -> tuple[Message, ...]:
    """The messages of an answer as people see them; what has no mask stays as it is."""
    return tuple(
        {"role": m["role"], "content": blanked(plain_text(m["content"]), here) if here
         else m["content"]}
        for turn, m in enumerate(answer.messages)
        for here in [[mask for mask in hidden if mask.message == turn]]
    )  # fmt: skip


def shown_answers(
    db: Database, project: Project, completion_ids: list[int]
) -> list[tuple[Message, ...]]:
    """The messages of these answers as people of the project see them, in this order."""
    found = completions.by_ids(db, completion_ids)
    hidden = masks.of(db, completion_ids) if project.settings.mask_identity else {}
    return [shown(found[i], hidden.get(i, [])) for i in completion_ids]


def blanked(text: str, hidden: list[Mask]) -> str:
    """The text as people see it: as long as before, its lines too."""
    letters = list(text)
    for mask in hidden:
        for at in range(mask.start, min(mask.end, len(letters))):
            if letters[at] != "\n":
                letters[at] = BLANK
    return "".join(letters)


def model_names(db: Database, project_id: int) -> tuple[str, ...]:
    """What the project's models are called, here and where they are served, if no ordinary text
    has it.
    """
    models = [variant.model for variant in variants.in_project(db, project_id)]
    return distinctive([name for model in models for name in (model.name, model.served_as)])
