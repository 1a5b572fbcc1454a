"""Inputs: messages, prompts, and which turns of theirs want an answer."""

from dataclasses import dataclass, field
from typing import Any, Literal

Message = dict[str, Any]
Split = Literal["train", "heldout"]


@dataclass(frozen=True)
class Prompt:
    """An input. `messages` are the person's turns; `context` is the source text, if any;
    `variables` fill a template's own names.
    """

    messages: tuple[Message, ...]
    context: str | None = None
    reference: str | None = None
    tags: tuple[str, ...] = ()
    external_id: str | None = None
    split: Split | None = None
    occurred_at: str | None = None
    variables: dict[str, str] = field(default_factory=dict)
    id: int = 0

    @property
    def turns(self) -> int:
        """How many answers the prompt asks for."""
        return len(open_turns(self.messages))

    def text(self) -> str:
        """All that a model reads, in one string: what near-duplicates are found by."""
        parts = [self.context or "", *(plain_text(m["content"]) for m in self.messages)]
        return "\n".join(part for part in parts if part)


def open_turns(messages: tuple[Message, ...]) -> list[int]:
    """The places of the user messages that no given assistant message answers."""
    following = [*messages[1:], None]
    return [
        i
        for i, (message, after) in enumerate(zip(messages, following, strict=True))
        if message["role"] == "user" and (after is None or after["role"] != "assistant")
    ]


def history(
    messages: tuple[Message, ...], answers: tuple[Message, ...], turn: int
) -> tuple[Message, ...]:
    """The messages that the answer of `turn` replies to, the earlier answers in their places."""
    places = open_turns(messages)[: turn + 1]
    result: list[Message] = []
    for i, message in enumerate(messages[: places[-1] + 1]):
        result.append(message)
        if i in places[:-1]:
            result.append(answers[places.index(i)])
    return tuple(result)


def plain_text(content: Any) -> str:
    """The text of a message's content, which is a string or a list of parts."""
    if isinstance(content, str):
        return content
    return "\n".join(part.get("text", "") for part in content if part.get("type") == "text")
