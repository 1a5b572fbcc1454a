"""The JSON that the API answers with. Nothing here tells model, template, round or kind."""

from typing import Any

from pydantic import BaseModel, Field

from workbench.judging import Holders
from workbench.records import Item, Receipt
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


class AnswerShown(BaseModel):
    """`html` is the text as inert Markdown; each run's `data-s` is its place in `text`."""

    slot: int
    text: str
    html: str | None


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
        "answers": answers_json(item.answers),
        "lease_expires_at": item.lease_expires_at,
        "draft": item.draft,
        "training": item.training,
    }


def answers_json(answers: tuple[str, ...]) -> list[dict[str, Any]]:
    """Answers in the order shown, each as `AnswerShown` describes it."""
    return [
        {"slot": slot, "text": text, "html": render(text)}
        for slot, text in enumerate(answers, start=1)
    ]


def receipt_json(receipt: Receipt) -> dict[str, Any]:
    """A receipt as `ReceiptAnswer` describes it."""
    return vars(receipt) | {"feedback": receipt.feedback and vars(receipt.feedback)}
