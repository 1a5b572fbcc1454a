"""The JSON of discussions. Like an item's, it tells no model, template, round or kind."""

from typing import Any

from pydantic import BaseModel, Field

from workbench.api.answers import AnswerShown, answers_json
from workbench.discussions import Thread
from workbench.store.threads import Status


class ThreadLine(BaseModel):
    """People go by name, or by pseudonym once forgotten."""

    id: int
    status: Status
    opened_at: str
    question: str
    messages: int
    last_words: str
    last_by: str
    last_at: str
    mentioned: list[str]


class ThreadsAnswer(BaseModel):
    threads: list[ThreadLine]


class MessageAnswer(BaseModel):
    by: str
    text: str = Field(description="Empty once its author was forgotten")
    at: str
    mentioned: list[str]
    other_order: bool = Field(description="Its author saw the answers in another order")


class ThreadPrompt(BaseModel):
    messages: list[dict[str, Any]]
    context: str | None
    reference: str | None = None


class ThreadAnswer(BaseModel):
    """The answers are in the order in which the caller was shown them, or else the asker."""

    id: int
    status: Status
    resolved_by: str | None
    prompt: ThreadPrompt
    answers: list[AnswerShown]
    messages: list[MessageAnswer]


def thread_json(thread: Thread) -> dict[str, Any]:
    """A thread as `ThreadAnswer` describes it."""
    item = thread.item
    prompt: dict[str, Any] = {"messages": list(item.prompt_messages), "context": item.context}
    if item.reference is not None:
        prompt["reference"] = item.reference
    return {
        "id": thread.id,
        "status": thread.status,
        "resolved_by": thread.resolved_by,
        "prompt": prompt,
        "answers": answers_json(item.answers),
        "messages": [vars(said) for said in thread.said],
    }
