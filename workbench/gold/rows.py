"""What a row of known answers means, and whether it looks like the project's other items.

{prompt, context?, better, worse, explanation?}
{prompt, context?, answers: […], tie: true, explanation?}        equally good
{prompt, context?, ranking: [best, …, worst], explanation?}

An answer is a text, or a list of messages where the prompt has several turns.
"""

from typing import Any

from workbench.gold.keeping import Known
from workbench.importing import fields
from workbench.importing.fields import BadShape
from workbench.records import Message, Prompt, plain_text
from workbench.settings import ProjectSettings


def parse(row: dict[str, Any], settings: ProjectSettings) -> Known:
    """Raises BadShape."""
    if "prompt" not in row:
        raise BadShape("no `prompt`")
    known = Known(
        prompt=Prompt(
            messages=fields.prompt_messages(row["prompt"]),
            context=fields.optional_text(row, "context"),
        ),
        answers=_answers(row),
        explanation=fields.optional_text(row, "explanation") or "",
        tie=_is_tie(row),
    )
    _check_answers(known)
    _check_fit(known, settings)
    return known


def _answers(row: dict[str, Any]) -> tuple[tuple[Message, ...], ...]:
    """The best first."""
    ways = [way for way in ("better", "answers", "ranking") if way in row]
    if len(ways) != 1:
        raise BadShape("give either `better` and `worse`, or `answers` and `tie`, or `ranking`")
    way = ways[0]
    if way == "better":
        if "worse" not in row:
            raise BadShape("no `worse` beside `better`")
        return tuple(fields.answer_messages(row[key], key) for key in ("better", "worse"))
    if not isinstance(row[way], list):
        raise BadShape(f"`{way}` must be a list of answers")
    return tuple(fields.answer_messages(answer, way) for answer in row[way])


def _is_tie(row: dict[str, Any]) -> bool:
    tie = row.get("tie", False)
    if not isinstance(tie, bool) or tie != ("answers" in row):
        raise BadShape("`answers` and `tie`: true belong together; `ranking` has an order")
    return tie


def _check_answers(known: Known) -> None:
    turns = known.prompt.turns
    if any(len(messages) != turns for messages in known.answers):
        raise BadShape(f"each answer needs {turns} messages, one a turn")
    if any(messages[:-1] != known.answers[0][:-1] for messages in known.answers):
        raise BadShape("the answers may differ in the last turn only")
    texts = {" ".join(plain_text(m[-1]["content"]).split()) for m in known.answers}
    if len(texts) < len(known.answers):
        raise BadShape("two of the answers are the same")


def _check_fit(known: Known, settings: ProjectSettings) -> None:
    """An item that looks different would give itself away."""
    asked = 2 if settings.judging == "pairwise" else settings.ranking_size
    if len(known.answers) != asked:
        way = "a pair has 2" if asked == 2 else f"`ranking`: a ranking of this project has {asked}"
        raise BadShape(f"{way} answers, this row has {len(known.answers)}")
    if known.tie and settings.forced_choice:
        raise BadShape("`tie`: nobody could pass it, since the project wants a choice")
