"""What goes to a reviewer's browser and what comes back: blind, by shown slot."""

from dataclasses import dataclass, field
from typing import Any, Literal

from workbench.records.prompts import Message

ComparisonKind = Literal["work", "gold", "repeat", "heldout"]
View = Literal["plain", "markdown"]
SEVERITIES = ("minor", "major", "critical")


@dataclass(frozen=True)
class Span:
    """A tagged stretch of one shown answer; `start` and `end` in code points of the stored text.

    `evidence` is the stretch of the source text that shows it, likewise.
    """

    slot: int
    start: int
    end: int
    category: str
    subtype: str | None = None
    quote: str = ""
    severity: str | None = None
    note: str = ""
    message: int = 0
    view: View = "plain"
    evidence_start: int | None = None
    evidence_end: int | None = None


@dataclass(frozen=True)
class Suggestion:
    """What a judge model suggests for one shown answer: spans, and ratings by criterion."""

    spans: tuple[Span, ...]
    ratings: dict[str, int]


@dataclass(frozen=True)
class SuggestionsUsed:
    """How many of an item's suggestions a reviewer took as they were, changed, or refused."""

    accepted: int
    changed: int
    refused: int


@dataclass(frozen=True)
class Submission:
    """What a reviewer sends: everything is said by shown slot, never by completion."""

    submission_id: str
    item_id: str
    preference: int | None = None
    ranking: tuple[tuple[int, ...], ...] | None = None
    all_bad: bool = False
    ratings: dict[int, dict[str, int]] = field(default_factory=dict)
    spans: tuple[Span, ...] = ()
    correction: dict[int, str] = field(default_factory=dict)
    rationale: str = ""
    reasons: tuple[str, ...] = ()
    probability: float | None = None
    seconds: float | None = None
    suggestions: SuggestionsUsed | None = None


@dataclass(frozen=True)
class Feedback:
    """What a reviewer hears after a training item: whether they were right, which slot was better
    (None for a tie) and why; `done` of `of` training items are judged, and after the last of them
    `qualified` says whether work follows.
    """

    right: bool
    better: int | None
    explanation: str
    done: int
    of: int
    qualified: bool | None


@dataclass(frozen=True)
class Receipt:
    """What the store says to a submission; `feedback` comes after training items alone."""

    accepted: bool
    duplicate: bool
    surplus: bool
    feedback: Feedback | None = None


@dataclass(frozen=True)
class Item:
    """A leased comparison as a reviewer's browser sees it: blind, by slot. `suggestions` has one
    for each answer, where the project has them; None where this item comes without.
    """

    id: str
    prompt_messages: tuple[Message, ...]
    context: str | None
    reference: str | None
    guidelines_version: int
    answers: tuple[str, ...]
    lease_expires_at: str
    draft: dict[str, Any] | None
    training: bool = False
    suggestions: tuple[Suggestion | None, ...] = ()
