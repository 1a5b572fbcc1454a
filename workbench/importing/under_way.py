"""An import under way: where its rows go, the mark that they carry, and how they are written."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TypeVar

from workbench.records import Project
from workbench.store import Database, Store

T = TypeVar("T")
BATCH = 250


@dataclass(frozen=True)
class Import:
    """What is stored carries the import's `id`, and is invisible until the import is finished."""

    store: Store
    project: Project
    now: datetime
    id: int

    def write(self, entries: Sequence[T], add: Callable[[Database, T], int]) -> int:
        """Call `add` on each, some hundreds a transaction; returns the sum of what it returns."""

        def write(db: Database, batch: Sequence[T]) -> int:
            return sum(add(db, entry) for entry in batch)

        batches = (entries[at : at + BATCH] for at in range(0, len(entries), BATCH))
        return sum(self.store.write(partial(write, batch=batch)) for batch in batches)
