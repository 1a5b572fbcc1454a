"""The JSON that the API answers with. Nothing here tells model, template, round or kind."""

from typing import Any

from pydantic import BaseModel, Field

from workbench.judging import Holders
from workbench.records import Item, Receipt, Suggestion
from workbench.rendering import render


class Problem(BaseModel):
    code: str
    message: str
    field: str | None = None
    remedy: str | None = None


class FailureAnswer(BaseModel):
    error: Problem


class Guidelines(BaseModel):
    version: int
    text: str


class ProjectAnswer(BaseModel):
    slug: str
    title: str
    rubric: dict[str, Any] | None
    taxonomy: dict[str, Any] | None
    guidelines: Guidelines
    judging: str
    forced_choice: bool
    reasons: list[str]
    asks: dict[str, bool]


class PromptAnswer(BaseModel):
    messages: list[dict[str, Any]]
    context: str | None
    guidelines_version: int
    reference: str | None = None


class SuggestedSpan(BaseModel):
    start: int
    end: int
    category: str
    quote: str


class SuggestionShown(BaseModel):
    """What a judge model suggests for an answer, to be accepted, changed or refused."""

    spans: list[SuggestedSpan]
    ratings: dict[str, int]


class AnswerShown(BaseModel):
    """`html` is the text as inert Markdown; each run's `data-s` is its place in `text`.

    `suggestion` is null where the project, or this item, comes without.
    """

    slot: int
    text: str
    html: str | None
    suggestion: SuggestionShown | None


class ItemAnswer(BaseModel):
    """`training`: shown openly as such, with feedback after it; then wait for the receipt."""

    id: str
    prompt: PromptAnswer
    answers: list[AnswerShown]
    lease_expires_at: str
    draft: dict[str, Any] | None
    training: bool


class ClaimAnswer(BaseModel):
    items: list[ItemAnswer]
    held_by: Holders | None


class FeedbackAnswer(BaseModel):
    """After a training item: `better` is the better slot, null for a tie; `done` of `of` are
    judged; after the last one `qualified` says whether work follows.
    """

    right: bool
    better: int | None
    explanation: str
    done: int
    of: int
    qualified: bool | None


class ReceiptAnswer(BaseModel):
    accepted: bool
    duplicate: bool
    surplus: bool = Field(description="Kept, but it counts nowhere: others had finished the item")
    feedback: FeedbackAnswer | None = Field(description="After training items only")


class UndoAnswer(BaseModel):
    item: ItemAnswer | None
    judgement: dict[str, Any] | None


class Done(BaseModel):
    done: bool


class ReleaseAnswer(BaseModel):
    released: int


class ProgressAnswer(BaseModel):
    judged: int
    since: int
    goal: int | None
    median_seconds: float | None


def item_json(item: Item) -> dict[str, Any]:
    """An item as `ItemAnswer` describes it."""
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
        "answers": answers_json(item.answers, item.suggestions),
        "lease_expires_at": item.lease_expires_at,
        "draft": item.draft,
        "training": item.training,
    }


def answers_json(
    answers: tuple[str, ...], suggestions: tuple[Suggestion | None, ...] = ()
) -> list[dict[str, Any]]:
    """Answers in the order shown, each as `AnswerShown` describes it."""
    suggested = suggestions or (None,) * len(answers)
    return [
        {"slot": slot, "text": text, "html": render(text), "suggestion": _suggestion(found)}
        for slot, (text, found) in enumerate(zip(answers, suggested, strict=True), start=1)
    ]


def _suggestion(found: Suggestion | None) -> dict[str, Any] | None:
    if found is None:
        return None
    keys = SuggestedSpan.model_fields
    spans = [{key: getattr(span, key) for key in keys} for span in found.spans]
    return {"spans": spans, "ratings": found.ratings}


def receipt_json(receipt: Receipt) -> dict[str, Any]:
    """A receipt as `ReceiptAnswer` describes it."""
    return vars(receipt) | {"feedback": receipt.feedback and vars(receipt.feedback)}
