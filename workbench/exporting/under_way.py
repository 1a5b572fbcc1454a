"""An export under way: the folder that it writes aside, known to the store before it is there, so
that the next start can clear away what a killed one left, wherever that is, and say so.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TypeVar
from uuid import uuid4

from workbench.clock import utc_now
from workbench.exporting.folders import MANIFEST, complete
from workbench.locks import held
from workbench.records import Project
from workbench.store import Database, Store, exports_under_way, removals
from workbench.store import jobs as job_rows
from workbench.store.exports_under_way import UnderWay

T = TypeVar("T")
JOB = "export"
UNFINISHED = ".writing-"
CHUNK = 1 << 20


@dataclass(frozen=True)
class Export:
    """Writes into `aside`, below the folder of the versions."""

    store: Store
    id: int
    aside: Path

    def publish(self, folder: Path) -> None:
        """Rename into place; a version that is there already has the same lines, and gets the
        files that it has not.
        """
        os.chmod(self.aside, 0o755)
        if not folder.exists():
            self.store.write(lambda db: exports_under_way.place(db, self.id, str(folder)))
        try:
            os.rename(self.aside, folder)
        except OSError:
            if not (folder / MANIFEST).is_file():
                raise
            complete(folder, self.aside)

    def register(self, add: Callable[[Database], T]) -> T:
        """Add what was published to the store, and be under way no longer."""

        def register(db: Database) -> T:
            exports_under_way.end(db, self.id)
            return add(db)

        return self.store.write(register)


@contextmanager
def begun(
    store: Store, project: Project, format_: str, base: Path, now: datetime
) -> Iterator[Export]:
    """One export at a time; what it did not register in the end is gone."""
    base.mkdir(parents=True, exist_ok=True)
    with held(store.workspace.locks / "export.lock", wait=True):
        _remove_unfinished(store)
        aside = base / f"{UNFINISHED}{uuid4().hex[:12]}"
        export_id = store.write(
            lambda db: exports_under_way.begin(
                db, now, project.id, format_, _home(store), str(aside)
            )
        )
        aside.mkdir(mode=0o700)
        try:
            yield Export(store, export_id, aside)
        finally:
            _give_up(store, export_id)
            shutil.rmtree(aside, ignore_errors=True)


def _give_up(store: Store, export_id: int) -> None:
    """One that failed; one that was registered is under way no longer."""
    with store.read() as db:
        failed = [one for one in exports_under_way.every(db) if one.id == export_id]
    for one in failed:
        _clear(store, one)
        store.write(partial(exports_under_way.end, under_way_id=one.id))


def remove_unfinished(store: Store) -> int:
    """Remove what killed exports left behind, and keep that for people to read; leaves a running
    one alone.
    """
    with held(store.workspace.locks / "export.lock", wait=False) as free:
        return _remove_unfinished(store) if free else 0


def _remove_unfinished(store: Store) -> int:
    """Only under the lock."""
    with store.read() as db:
        left = exports_under_way.every(db)
        again = {job.project_id for job in job_rows.unfinished(db) if job.kind == JOB}
    for one in (_here(store, one) for one in left):
        rows = _rows(Path(one.aside))
        _clear(store, one)
        store.write(partial(_removed, one=one, rows=rows, resumes=one.project_id in again))
    return len(left)


def _home(store: Store) -> str:
    return str(store.workspace.home.resolve())


def _here(store: Store, one: UnderWay) -> UnderWay:
    """In a copy of the workspace, or one restored elsewhere: what was copied, never the original's
    own folders, which may be under way or a version by now.
    """
    if one.home == _home(store):
        return one
    return replace(one, aside=str(store.workspace.exports / Path(one.aside).name), placed=None)


def _removed(db: Database, one: UnderWay, rows: int, resumes: bool) -> None:
    removals.add(
        db, utc_now(), one.project_id, "export", one.format, one.begun_at, {"row": rows},
        resumes=resumes,
    )  # fmt: skip
    exports_under_way.end(db, one.id)


def _clear(store: Store, one: UnderWay) -> None:
    """Its folders, but not the one of a version that was registered."""
    with store.read() as db:
        stays = one.placed is None or exports_under_way.is_version(db, one.placed)
    shutil.rmtree(one.aside, ignore_errors=True)
    if not stays:
        shutil.rmtree(str(one.placed), ignore_errors=True)


def _rows(aside: Path) -> int:
    """How many rows were written; 0 if it did not come to that."""
    try:
        with open(aside / "lineage.jsonl", "rb") as file:
            return sum(chunk.count(b"\n") for chunk in iter(partial(file.read, CHUNK), b""))
    except OSError:
        return 0
