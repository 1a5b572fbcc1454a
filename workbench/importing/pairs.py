"""Two answers to one prompt and what somebody said of them, as every format of pairs needs it."""

import math
from typing import Any

from workbench.importing import fields
from workbench.importing.parsed import UNNAMED, Judgement, Note, Parsed
from workbench.records import Message, ReviewerKind

Said = tuple[Message, ...]
Answers = tuple[Said, Said, Said]
NAMES = (None, None)
OTHER_SCALE = Note(
    "a margin that is not from 1 to 3: its scale is not known, so the strength is 1",
    "Scale it to 1–3 first.",
)


def pair(
    row: dict[str, Any], found: Answers, names: tuple[Any, Any] = NAMES, *, source: str,
    winner: int | None, judge: str | None = None, kind: ReviewerKind = "human",
    strength: int = 1, all_bad: bool = False, notes: tuple[Note, ...] = (),
) -> Parsed:  # fmt: skip
    """`found` is what was asked and both answers, `names` the variants that gave them; `winner` is
    0 or 1, None for a tie.
    """
    asked, first, second = found
    keys = ("1", "2")
    said = Judgement(
        about=keys,
        source=source,
        judge=judge,
        kind=kind,
        turn=len(first) - 1,
        winner=None if winner is None else keys[winner],
        strength=strength,
        all_bad=all_bad,
    )
    return Parsed(
        prompt=fields.prompt(row, asked),
        completions=dict(zip(keys, (first, second), strict=True)),
        judgements=(said,),
        variants={key: named(name) for key, name in zip(keys, names, strict=True)},
        notes=notes,
    )


def named(value: Any) -> str:
    """The variant that a row names, if it does."""
    return UNNAMED if value is None else fields.text(value, "variant")


def strength(margin: Any) -> tuple[int, tuple[Note, ...]]:
    """A margin from 1 to 3 as a whole strength, halves upwards."""
    value = fields.number(margin, "margin")
    if not 1 <= value <= 3:
        return 1, (OTHER_SCALE,)
    return math.floor(value + 0.5), ()
