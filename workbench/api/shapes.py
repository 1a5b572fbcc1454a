"""The JSON of the API, checked at the door, and its way to and from the records."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from workbench.records import Item, Span, Submission


class Body(BaseModel):
    """Unknown keys are refused: a misspelt one must not be lost without a word."""

    model_config = ConfigDict(extra="forbid")


class ClaimBody(Body):
    """`tab` keeps the items of two browser tabs apart; `count` is what it wants to hold."""

    count: int = Field(default=1, ge=1, le=50)
    tab: str = Field(default="api", min_length=1, max_length=100)


class SpanBody(Body):
    slot: int
    message: int = 0
    start: int
    end: int
    quote: str = ""
    category: str
    severity: str | None = None
    note: str | None = None
    view: str = "plain"


class JudgementBody(Body):
    """A verdict by shown slot; negative means that the first-shown answer is better."""

    submission_id: str = Field(min_length=8, max_length=100)
    item_id: str = Field(max_length=100)
    preference: int | None = None
    ranking: list[list[int]] | None = None
    all_bad: bool = False
    ratings: dict[int, dict[str, int]] = {}
    spans: list[SpanBody] = []
    correction: dict[int, str] = {}
    rationale: str | None = ""
    reasons: list[str] = []
    probability: float | None = None
    seconds: float | None = None

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
        )


class DraftBody(Body):
    draft: dict[str, Any]


class ReleaseBody(Body):
    item_ids: list[str] = Field(max_length=200)
    tab: str | None = None


def item_json(item: Item) -> dict[str, Any]:
    """An item as a browser sees it: nothing here tells model, template, round or kind."""
    prompt: dict[str, Any] = {
        "messages": list(item.prompt_messages),
        "context": item.context,
        "guidelines_version": item.guidelines_version,
    }
    if item.reference is not None:
        prompt["reference"] = item.reference
    return {
        "id": item.id,
        "prompt": prompt,
        "answers": [{"slot": i, "text": text} for i, text in enumerate(item.answers, start=1)],
        "lease_expires_at": item.lease_expires_at,
        "draft": item.draft,
    }
