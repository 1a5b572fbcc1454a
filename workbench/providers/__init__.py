"""What can answer a prompt: one small protocol, and one module per way to do it.

A provider knows messages and sampling; it knows no prompts, variants or store. Heavy libraries
are imported where they are used, so that the app can import this package.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from workbench.records import Message, Sampling


@dataclass(frozen=True)
class Request:
    """Messages to be answered; `seed` fixes the noise of this one answer."""

    messages: tuple[Message, ...]
    seed: int


@dataclass(frozen=True)
class Answer:
    """`finish_reason` is `stop` or `length`; `latency_ms` is that of the whole batch."""

    text: str
    finish_reason: str
    tokens_in: int
    tokens_out: int
    latency_ms: float


@dataclass(frozen=True)
class Failure:
    """Why a request has no answer: `code` is for programs, `message` for people."""

    code: str
    message: str


class Provider(Protocol):
    def answer(
        self, requests: Sequence[Request], sampling: Sampling
    ) -> Iterator[tuple[int, Answer | Failure]]:
        """Yields (place in `requests`, outcome) for each request, in any order."""
        ...
