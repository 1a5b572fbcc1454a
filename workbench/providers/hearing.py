"""Reading one answer of an endpoint, streamed or whole.

It knows the openai client's objects, and expects any of their fields to be missing.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import openai
from openai.types.chat import ChatCompletion

from workbench.providers.faults import CutStream

CUT = {None, "abort", "error"}  # finish reasons of an answer that did not get to its end


@dataclass(frozen=True)
class Stalls:
    """Seconds to wait for the first word, and then for each further one."""

    first: float = 600.0
    between: float = 120.0


@dataclass(frozen=True)
class Said:
    """One turn's answer; times in milliseconds, None where unknown."""

    text: str
    finish_reason: str
    refusal: str
    tokens_in: int | None
    tokens_out: int | None
    elapsed: float
    first_token: float | None
    logprob: float | None


class NotStreamed(Exception):
    """A stream was asked for and a whole answer came."""


async def hear(
    client: openai.AsyncOpenAI, body: dict[str, Any], stalls: Stalls,
    listen: Callable[[str], None] | None = None,
) -> Said:  # fmt: skip
    """`listen` hears the answer so far, as it grows.

    Errors: the client's own, TimeoutError, CutStream, NotStreamed.
    """
    heard = Hearing(body.get("stop", []))
    async with asyncio.timeout(stalls.first) as patience:
        reply = await client.chat.completions.create(**body)
        if not body.get("stream"):
            heard.whole(reply)
            return heard.said()
        async with reply as stream:
            if stream.response.headers.get("content-type", "").startswith("application/json"):
                raise NotStreamed
            async for chunk in _chunks(stream):
                patience.reschedule(asyncio.get_running_loop().time() + stalls.between)
                heard.chunk(chunk)
                if listen:
                    listen(heard.text())
    return heard.said()


async def _chunks(stream: Any) -> Any:
    """A line that is no JSON is a cut one."""
    try:
        async for chunk in stream:
            yield chunk
    except ValueError as error:
        raise CutStream from error


class Hearing:
    """Adds up what arrives."""

    def __init__(self, stops: list[str]) -> None:
        self.stops = stops
        self.began = time.perf_counter()
        self.parts: list[str] = []
        self.refusals: list[str] = []
        self.logprobs: list[float] = []
        self.finish_reason: str | None = None
        self.usage: Any = None
        self.first: float | None = None

    def whole(self, reply: Any) -> None:
        if not isinstance(reply, ChatCompletion) or not reply.choices:
            raise CutStream
        self.usage = reply.usage
        self._take(reply.choices[0], reply.choices[0].message)

    def chunk(self, chunk: Any) -> None:
        """The usage comes with the last choice, or after it with none."""
        self.usage = getattr(chunk, "usage", None) or self.usage
        for choice in getattr(chunk, "choices", None) or []:
            self._take(choice, getattr(choice, "delta", None))
            if self.first is None and self.parts:
                self.first = self._elapsed()

    def text(self) -> str:
        return before_any("".join(self.parts), self.stops)

    def said(self) -> Said:
        if self.finish_reason in CUT:
            raise CutStream
        return Said(
            text=self.text(),
            finish_reason=str(self.finish_reason),
            refusal="".join(self.refusals),
            tokens_in=getattr(self.usage, "prompt_tokens", None),
            tokens_out=getattr(self.usage, "completion_tokens", None),
            elapsed=self._elapsed(),
            first_token=self.first,
            logprob=sum(self.logprobs) if self.logprobs else None,
        )

    def _take(self, choice: Any, words: Any) -> None:
        if text := getattr(words, "content", None):
            self.parts.append(text)
        if refusal := getattr(words, "refusal", None):
            self.refusals.append(refusal)
        logprobs = getattr(choice, "logprobs", None)
        self.logprobs += [one.logprob for one in getattr(logprobs, "content", None) or []]
        self.finish_reason = getattr(choice, "finish_reason", None) or self.finish_reason

    def _elapsed(self) -> float:
        return (time.perf_counter() - self.began) * 1000


def before_any(text: str, stops: list[str]) -> str:
    """Some servers leave the stop in."""
    return text[: min((at for stop in stops if (at := text.find(stop)) >= 0), default=None)]
