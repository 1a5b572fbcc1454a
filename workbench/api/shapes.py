"""The JSON that the API is sent, checked at the door, and its way to the records."""

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from workbench.records import Span, Submission, SuggestionsUsed
from workbench.records.judgements import View


def _whole(text: str) -> str:
    """Half of a surrogate pair is no text: it could not be stored."""
    text.encode()
    return text


Text = Annotated[str, AfterValidator(_whole)]


class Body(BaseModel):
    """Unknown keys are refused: a misspelt one must not be lost without a word."""

    model_config = ConfigDict(extra="forbid")


class ClaimBody(Body):
    """`tab` keeps the items of two browser tabs apart; `count` is what it wants to hold, with
    `take_over` also what other tabs of the same reviewer hold.
    """

    count: int = Field(default=1, ge=1, le=50)
    tab: Text = Field(default="api", min_length=1, max_length=100)
    take_over: bool = False


class SpanBody(Body):
    slot: int
    message: int = 0
    start: int
    end: int
    quote: Text = ""
    category: Text
    subtype: Text | None = None
    severity: Text | None = None
    note: Text | None = None
    view: View = "plain"
    evidence_start: int | None = None
    evidence_end: int | None = None


class SuggestionsBody(Body):
    """How many of the item's suggestions were taken as they were, changed, or refused."""

    accepted: int = Field(default=0, ge=0, le=1_000)
    changed: int = Field(default=0, ge=0, le=1_000)
    refused: int = Field(default=0, ge=0, le=1_000)


class JudgementBody(Body):
    """A verdict by shown slot; negative means that the first-shown answer is better."""

    submission_id: Text = Field(min_length=8, max_length=100)
    item_id: Text = Field(max_length=100)
    preference: int | None = None
    ranking: list[list[int]] | None = None
    all_bad: bool = False
    ratings: dict[int, dict[Text, int]] = {}
    spans: list[SpanBody] = []
    correction: dict[int, Text] = {}
    rationale: Text | None = ""
    reasons: list[Text] = []
    probability: float | None = None
    seconds: float | None = None
    suggestions: SuggestionsBody | None = None

    def submission(self) -> Submission:
        return Submission(
            submission_id=self.submission_id,
            item_id=self.item_id,
            preference=self.preference,
            ranking=tuple(map(tuple, self.ranking)) if self.ranking is not None else None,
            all_bad=self.all_bad,
            ratings=self.ratings,
            spans=tuple(Span(**(s.model_dump() | {"note": s.note or ""})) for s in self.spans),
            correction=self.correction,
            rationale=self.rationale or "",
            reasons=tuple(self.reasons),
            probability=self.probability,
            seconds=self.seconds,
            suggestions=SuggestionsUsed(**vars(self.suggestions)) if self.suggestions else None,
        )


class DraftBody(Body):
    draft: dict[Text, Any]


class ReleaseBody(Body):
    item_ids: list[Text] = Field(max_length=200)
    tab: Text | None = None


class SkipBody(Body):
    reason: Text = Field(max_length=2_000)


class FlagBody(Body):
    text: Text = Field(max_length=2_000)


class MessageBody(Body):
    text: Text = Field(max_length=2_000)


class UndoBody(Body):
    """`before` is the id of an item that one judged: the judgement before that one is meant."""

    before: Text | None = Field(default=None, max_length=100)
