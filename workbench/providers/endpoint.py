"""OpenAI-compatible endpoints, hosted or on one's own machines: as many requests at once as they
bear, each sample a request of its own.

One background thread runs the event loop. Outcomes and news reach the caller in its own thread.
"""

import asyncio
import os
import time
from collections.abc import Callable, Coroutine, Iterable, Iterator
from contextlib import contextmanager
from ipaddress import ip_address
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

import openai

from workbench.errors import InvalidInput
from workbench.providers import Outcome, Request
from workbench.providers.asking import Asker
from workbench.providers.concurrency import MOST, START, START_LOOPBACK, Change, Concurrency
from workbench.providers.crew import Crew, End, Ready, SoFar
from workbench.providers.dialect import Dialect
from workbench.providers.hearing import Stalls
from workbench.providers.retrying import Sleep
from workbench.records import Model, Sampling

NO_KEY = "none"  # what servers without keys are sent
CONNECT = 30.0  # seconds
BEAT = 1.0  # seconds after which a caller hears that the wait goes on


class EndpointModel:
    """A `Provider`. What it learned (how many at once, which parameters) stays for later calls.

    `tell` hears, in the caller's thread, of retries, pauses and changes of the concurrency;
    `listen` the answer so far as it grows, which is of use to who asks for one answer only.
    Errors: InvalidInput for a URL that is none, a missing key, and, after what was under way is
    finished, where every request fails in the same way.
    """

    def __init__(
        self,
        model: Model,
        tell: Callable[[str], None],
        *,
        listen: Callable[[str], None] | None = None,
        now: Callable[[], float] = time.monotonic,
        sleep: Sleep = asyncio.sleep,
        stalls: Stalls = Stalls(),  # noqa: B008  frozen
    ):
        start = START_LOOPBACK if is_loopback(_host(model)) else START
        key_of(model)
        self.model, self.tell, self.listen = model, tell, listen
        self.now, self.sleep, self.stalls = now, sleep, stalls
        self.dialect = Dialect()
        self.concurrency = Concurrency(start, model.most_at_once or MOST, now())

    @property
    def changes(self) -> list[Change]:
        """How the concurrency came about, in the seconds of `now`."""
        return self.concurrency.changes

    def answer(self, requests: Iterable[Request], sampling: Sampling) -> Iterator[list[Outcome]]:
        ready: Ready = SimpleQueue()
        with _background(self._work(requests, sampling, ready), ready):
            yield from self._delivered(ready)

    def _delivered(self, ready: Ready) -> Iterator[list[Outcome]]:
        """All that is there, as soon as anything is; an empty group while nothing is."""
        while True:
            outcomes: list[Outcome] = []
            for entry in _waiting(ready):
                if isinstance(entry, str):
                    self.tell(entry)
                elif isinstance(entry, SoFar):
                    if self.listen:
                        self.listen(entry.text)
                elif isinstance(entry, tuple):
                    outcomes.append(entry)
                else:
                    if outcomes:
                        yield outcomes
                    if entry.error:
                        raise entry.error
                    return
            yield outcomes

    async def _work(self, requests: Iterable[Request], sampling: Sampling, ready: Ready) -> None:
        key = key_of(self.model)
        self.concurrency.resumed(self.now())
        client = openai.AsyncOpenAI(
            base_url=self.model.location,
            api_key=key or NO_KEY,
            max_retries=0,
            timeout=openai.Timeout(None, connect=CONNECT),
        )
        listen = (lambda text: ready.put(SoFar(text))) if self.listen else None
        async with client:
            asker = Asker(self.model, sampling, client, key, self.dialect, self.concurrency,
                          self.stalls, self.now, self.sleep, ready.put, listen)  # fmt: skip
            await Crew(asker, ready).work_off(requests)


def client_of(model: Model) -> openai.OpenAI:
    """A plain client for what is not streamed; it tries again by itself."""
    return openai.OpenAI(base_url=model.location, api_key=key_of(model) or NO_KEY)


def key_of(model: Model) -> str:
    """Read from the environment each time, and kept nowhere; empty where none is needed."""
    if model.key_variable is None:
        return ""
    key = os.environ.get(model.key_variable, "").strip()
    if not key or not (key.isascii() and key.isprintable()):
        wrong = "holds no key" if key else "is not set"
        raise InvalidInput(
            f"The environment variable {model.key_variable} {wrong}.",
            field="key_variable",
            remedy=f"Set {model.key_variable} to the key of {model.location}, where the app or"
            " the command is started.",
        )
    return key


def is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _host(model: Model) -> str:
    url = urlsplit(model.location)
    if url.scheme not in ("http", "https") or not url.hostname:
        raise InvalidInput(
            f"“{model.location}” is no base URL.",
            field="location",
            remedy="Give one like https://api.example.com/v1.",
        )
    return url.hostname


def _waiting(ready: Ready) -> Iterator[Outcome | str | SoFar | End]:
    """What is there as soon as anything is; nothing where the wait is long."""
    try:
        yield ready.get(timeout=BEAT)
        while True:
            yield ready.get_nowait()
    except Empty:
        return


@contextmanager
def _background(work: Coroutine[Any, Any, None], ready: Ready) -> Iterator[None]:
    """Runs `work` in a loop and thread of its own; leaving gives it up and waits for its end."""
    loop = asyncio.new_event_loop()
    task = loop.create_task(work)

    def drive() -> None:
        error: BaseException | None = None
        try:
            loop.run_until_complete(task)
        except BaseException as raised:
            error = raised
        ready.put(End(error))
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.run_until_complete(loop.shutdown_default_executor())

    thread = Thread(target=drive, daemon=True)
    thread.start()
    try:
        yield
    finally:
        loop.call_soon_threadsafe(task.cancel)
        thread.join()
        loop.close()
