"""What can answer a prompt: one small protocol, and one module per way to do it.

A provider knows messages and sampling; it knows no prompts, variants or store. Heavy libraries
are imported where they are used, so that the app can import this package.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, Protocol

from workbench.records import Message, Sampling

FailureCode = Literal[
    "rate_limited", "transient", "permanent", "refused", "content_filter", "truncated",
    "prompt_too_long",
]  # fmt: skip


@dataclass(frozen=True)
class Request:
    """A conversation: each of its user messages that no given answer follows wants one, in turn.

    `seeds` has one for each of these turns: it fixes the noise of that one answer.
    """

    messages: tuple[Message, ...]
    seeds: tuple[int, ...]


@dataclass(frozen=True)
class Answer:
    """The texts, one a turn; tokens and milliseconds are sums over the turns.

    `finish_reason` is `stop` or `length`, that of the last turn. What is not known is None:
    `first_token_ms` where nothing was streamed, `logprob` (the sum over all tokens generated).
    `batch` names the batch that a local model generated it in, at `batch_place`; `attempts` says
    how often an endpoint was asked, `broken` how many of these attempts broke off before their end.
    """

    texts: tuple[str, ...]
    finish_reason: str
    tokens_in: int | None
    tokens_out: int | None
    latency_ms: float
    first_token_ms: float | None = None
    logprob: float | None = None
    batch: str | None = None
    batch_place: int | None = None
    attempts: int = 1
    broken: int = 0


@dataclass(frozen=True)
class Failure:
    """Why a request has no answer: `code` is for programs, `message` for people. The tokens are
    those that were paid for all the same; `broken` counts the attempts that broke off before their
    end, the last one not among them.
    """

    code: FailureCode
    message: str
    attempts: int = 1
    tokens_in: int | None = None
    tokens_out: int | None = None
    broken: int = 0


Outcome = tuple[int, Answer | Failure]  # the place of the request, in the order of their arrival


class Provider(Protocol):
    def answer(self, requests: Iterable[Request], sampling: Sampling) -> Iterator[list[Outcome]]:
        """Yields groups of outcomes as they become ready, each request's once, in any order; a
        group may be empty, so that a caller hears now and then while the wait is long.

        A request is taken from `requests` only when it is about to be worked on, from whatever
        thread; where they end, what is under way is finished. Closing the iterator gives up what
        is under way.
        """
        ...
