"""The conversations under way with an endpoint: started as slots get free, and all of them ended.

Requests are pulled in a thread of their own, so that a slow source holds up no stream.
"""

import asyncio
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from queue import SimpleQueue

from workbench.providers import Outcome, Request
from workbench.providers.asking import Asker


@dataclass(frozen=True)
class End:
    """The last thing that the background thread says."""

    error: BaseException | None


@dataclass(frozen=True)
class SoFar:
    """An answer on its way: the turn that is being said, up to here."""

    text: str


Ready = SimpleQueue[Outcome | str | SoFar | End]  # outcomes, news, and at last the end


@dataclass
class Crew:
    """The conversations under way: never more than the concurrency allows."""

    asker: Asker
    ready: Ready
    tasks: set[asyncio.Task[None]] = field(default_factory=set)

    async def work_off(self, requests: Iterable[Request]) -> None:
        """Errors: what pulling raised or what is hopeless, after what is under way has ended."""
        try:
            with ThreadPoolExecutor(1) as puller:
                trouble = await self._start_all(puller, requests)
            self.asker.draining = True
            while self.tasks:
                await self._one_ends()
        finally:
            for task in self.tasks:
                task.cancel()
            await asyncio.gather(*self.tasks, return_exceptions=True)
        if trouble or self.asker.trouble:
            raise trouble or self.asker.trouble  # type: ignore[misc]

    async def _start_all(
        self, puller: ThreadPoolExecutor, requests: Iterable[Request]
    ) -> Exception | None:
        loop = asyncio.get_running_loop()
        arriving = enumerate(requests)
        while self.asker.trouble is None:
            if len(self.tasks) >= self.asker.concurrency.limit:
                await self._one_ends()
                continue
            await self.asker.pause_over()
            try:
                arrived = await loop.run_in_executor(puller, next, arriving, None)
            except Exception as error:
                return error
            if arrived is None:
                return None
            self.tasks.add(loop.create_task(self._converse(*arrived)))
        return None

    async def _converse(self, place: int, request: Request) -> None:
        self.ready.put((place, await self.asker.converse(request)))

    async def _one_ends(self) -> None:
        ended, self.tasks = await asyncio.wait(self.tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in ended:
            task.result()
