"""Asking an endpoint: one conversation after another turn, with retries, a common pause where the
endpoint asks for one, and an end where every request would fail the same way.

It lives in one event loop. It knows no threads, and not where the requests come from.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

import openai

from workbench.errors import InvalidInput
from workbench.providers import Answer, Failure, Request
from workbench.providers.concurrency import Concurrency
from workbench.providers.dialect import OPTIONAL, Dialect
from workbench.providers.faults import CutStream, Fault, Faulty, fault_of
from workbench.providers.hearing import NotStreamed, Said, Stalls, hear
from workbench.providers.retrying import Sleep, attempts
from workbench.records import Message, Model, Sampling, history

HOPELESS = 5  # identical failures in a row
WORTH_TELLING = 5.0  # seconds by which a pause grows
Number = TypeVar("Number", int, float)


@dataclass
class Streak:
    """Identical failures in a row, and whether anything ever went well."""

    count: int = 0
    kind: tuple[object, ...] | None = None
    went_well: bool = False

    def broken(self) -> None:
        self.count, self.kind, self.went_well = 0, None, True

    def hopeless(self, fault: Fault) -> bool:
        """A fault of the prompts alone ends the work only where nothing has gone well yet."""
        if fault.code not in ("permanent", "transient", "rate_limited"):
            return False
        self.count = self.count + 1 if fault.kind == self.kind else 1
        self.kind = fault.kind
        return self.count >= HOPELESS and (fault.wide or not self.went_well)


@dataclass
class Tries:
    """The attempts of one conversation: how many, and how many of them broke off on their way."""

    made: int = 0
    broken: int = 0


@dataclass
class Asker:
    """`trouble` is why nothing more should be asked; `draining` says that nothing will be."""

    model: Model
    sampling: Sampling
    client: openai.AsyncOpenAI
    key: str
    dialect: Dialect
    concurrency: Concurrency
    stalls: Stalls
    now: Callable[[], float]
    sleep: Sleep
    tell: Callable[[str], None]
    listen: Callable[[str], None] | None = None
    draining: bool = False
    trouble: InvalidInput | None = None
    in_use: int = 0
    _paused_until: float = float("-inf")
    _streak: Streak = field(default_factory=Streak)

    async def converse(self, request: Request) -> Answer | Failure:
        """Its turns one after another; the first that fails ends it."""
        self.in_use += 1
        said: list[Said] = []
        tries = Tries()
        try:
            for turn, seed in enumerate(request.seeds):
                answers: tuple[Message, ...] = tuple(
                    {"role": "assistant", "content": one.text} for one in said
                )
                one = await self._turn(history(request.messages, answers, turn), seed, tries)
                if isinstance(one, Fault):
                    return failure_of(one, said, tries)
                said.append(one)
                if why := withheld(one, self.sampling):
                    return failure_of(why, said, tries)
            return answer_of(said, tries)
        finally:
            self.in_use -= 1

    async def pause_over(self) -> None:
        while (wait := self._paused_until - self.now()) > 0:
            await self.sleep(wait)

    async def _turn(self, messages: tuple[Message, ...], seed: int, tries: Tries) -> Said | Fault:
        """What was said, or what was wrong at last."""
        before = tries.made
        try:
            async for attempt in attempts(self.sleep, self.tell):
                with attempt:
                    said = await self._attempt(messages, seed, tries)
        except Faulty as error:
            self._failed(error.fault)
            tries.broken -= error.fault.code == "transient"  # the outcome itself says this one
            return error.fault
        self._streak.broken()
        if not self.draining:
            retried = tries.made > before + 1
            self.concurrency.succeeded(self.now(), self.in_use, retried=retried)
            self._tell_changes()
        return said

    async def _attempt(self, messages: tuple[Message, ...], seed: int, tries: Tries) -> Said:
        await self.pause_over()
        tries.made += 1
        try:
            return await self._understood(messages, seed)
        except (openai.APIError, TimeoutError, CutStream) as error:
            fault = fault_of(error, self.model, self.key)
            tries.broken += fault.code == "transient"
            self._note_fault(fault)
            raise Faulty(fault) from None

    async def _understood(self, messages: tuple[Message, ...], seed: int) -> Said:
        """Sent again at once, in other words, where the endpoint rejects a parameter."""
        while True:
            body = self.dialect.body(self.model, messages, seed, self.sampling)
            known = set(self.dialect.rejected)
            try:
                return await hear(self.client, body, self.stalls, self.listen)
            except NotStreamed:
                self.dialect.rejected.add("stream")
            except openai.APIStatusError as error:
                if not self.dialect.learn(error, body):
                    raise
            for name in self.dialect.rejected - known:
                self.tell(f"the endpoint does not take “{name}”: {OPTIONAL[name]}")

    def _note_fault(self, fault: Fault) -> None:
        now = self.now()
        if fault.code == "rate_limited":
            self.concurrency.rate_limited(now, fault.retry_after)
        elif fault.code == "transient":
            self.concurrency.broke(now)
        self._tell_changes()
        if fault.retry_after:
            until = now + fault.retry_after
            if until > self._paused_until + WORTH_TELLING:
                self.tell(f"the endpoint asks to wait {fault.retry_after:.0f} s")
            self._paused_until = max(self._paused_until, until)

    def _failed(self, fault: Fault) -> None:
        if self._streak.hopeless(fault):
            self.trouble = InvalidInput(
                f"Stopped after {HOPELESS} requests that failed in the same way. {fault.message}",
                field="model",
                remedy="What was answered is kept: set this right, then start again.",
            )

    def _tell_changes(self) -> None:
        for change in self.concurrency.take_news():
            self.tell(f"{change.before} → {change.after} at once: {change.reason}")


def withheld(said: Said, sampling: Sampling) -> Fault | None:
    """Why an answer that arrived is none."""
    if said.refusal:
        return Fault("refused", said.refusal, ())
    if said.finish_reason == "content_filter":
        return Fault("content_filter", "The endpoint's filter withheld the answer.", ())
    if said.finish_reason == "length" and not said.text.strip():
        words = f"All {sampling.max_tokens} tokens went by without a word: allow more of them."
        return Fault("truncated", words, ())
    return None


def failure_of(fault: Fault, said: list[Said], tries: Tries) -> Failure:
    return Failure(
        fault.code,
        fault.message,
        tries.made,
        tokens_in=_sum([one.tokens_in for one in said]),
        tokens_out=_sum([one.tokens_out for one in said]),
        broken=tries.broken,
    )


def answer_of(said: list[Said], tries: Tries) -> Answer:
    return Answer(
        texts=tuple(one.text for one in said),
        finish_reason="length" if said[-1].finish_reason == "length" else "stop",
        tokens_in=_sum([one.tokens_in for one in said]),
        tokens_out=_sum([one.tokens_out for one in said]),
        latency_ms=sum(one.elapsed for one in said),
        first_token_ms=_sum([one.first_token for one in said]),
        logprob=_sum([one.logprob for one in said]),
        attempts=tries.made,
        broken=tries.broken,
    )


def _sum(parts: list[Number | None]) -> Number | None:
    """Unknown where any part is, or where there are none."""
    known = [part for part in parts if part is not None]
    return sum(known) if known and len(known) == len(parts) else None
