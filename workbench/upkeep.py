"""Upkeep of a workspace: is it sound, a copy of it, and back again; all while the app runs."""

import shutil
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from workbench import jobs
from workbench.errors import InvalidInput
from workbench.settings import Workspace
from workbench.store import (
    Store,
    datasets,
    exports_under_way,
    health,
    projects,
    training_runs,
)
from workbench.store import jobs as job_rows

FOLDERS = ("runs", "attachments", "exports")
FILES = ("signing.key",)


@dataclass(frozen=True)
class Finding:
    """One check: what was looked at, what is wrong if anything, and what to do."""

    check: str
    problems: tuple[str, ...]
    remedy: str

    @property
    def sound(self) -> bool:
        return not self.problems


def doctor(store: Store, now: datetime) -> list[Finding]:
    """Every check, whether it found something or not."""
    restore = "Restore the newest backup: `python -m workbench restore FILE`."
    with store.read() as db:
        return [
            Finding("database integrity", tuple(health.integrity(db)), restore),
            Finding("foreign keys", tuple(health.dangling(db)), restore),
            Finding(
                "migrations", tuple(health.pending_migrations(db)),
                "Start the app once with this version of the code.",
            ),
            Finding(
                "slots", tuple(health.wrong_slots(db)),
                "Run `python -m workbench doctor --mend`.",
            ),
            Finding(
                "leases", tuple(health.stale_leases(db, now)),
                "The next claim gives them back; `doctor --mend` does it now.",
            ),
            Finding(
                "jobs", tuple(_stale_jobs(store)),
                "Start the app, or run `python -m workbench doctor --mend`.",
            ),
            Finding(
                "imports", tuple(health.unfinished_imports(db)),
                "The next start removes what a killed import left; `doctor --mend` does it now.",
            ),
            Finding(
                "exports", tuple(health.unfinished_exports(db)),
                "The next start removes what a killed export left; `doctor --mend` does it now.",
            ),
            Finding(
                "files", tuple(_orphans(store)),
                "Remove what nothing refers to; restore what is missing from a backup.",
            ),
        ]  # fmt: skip


def _stale_jobs(store: Store) -> list[str]:
    with store.read() as db:
        unfinished = job_rows.unfinished(db)
    return [
        f"job {job.id} ({job.kind}) says running, but its process is gone"
        for job in unfinished
        if jobs.is_stale(store, job)
    ]


def _orphans(store: Store) -> Iterator[str]:
    """Folders without a row, and rows without their folder."""
    with store.read() as db:
        known = [p.id for p in projects.all_projects(db)]
        runs = {Path(r.folder) for i in known for r in training_runs.in_project(db, i)}
        versions = {Path(v.folder) for i in known for v in datasets.in_project(db, i)}
        aside = {Path(one.aside) for one in exports_under_way.every(db)}
    for folder in sorted(runs | versions):
        if not folder.is_dir():
            yield f"{folder} is missing"
    home = store.workspace
    for base, rows in ((home.runs, runs), (home.exports, versions | aside)):
        if base.is_dir():
            present = (p for p in base.iterdir() if p.is_dir())
            yield from (f"{p} belongs to nothing" for p in sorted(present) if p not in rows)


def mend(store: Store, now: datetime) -> None:
    """Put right what can be put right without losing anything."""
    store.write(lambda db: health.mend(db, now))
    jobs.launch(store)


def backup(workspace: Workspace, target: Path) -> Path:
    """One .tar.gz with a consistent copy of the database and every file it refers to."""
    if not workspace.database.exists():
        raise InvalidInput(f"{workspace.home} holds no workspace.", field="workspace")
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as aside:
        copy = Path(aside) / "workbench.db"
        _copy_database(workspace.database, copy)
        written = Path(aside) / "backup.tar.gz"
        with tarfile.open(written, "w:gz") as archive:
            archive.add(copy, "workbench.db")
            for name in FILES:
                if (workspace.home / name).exists():
                    archive.add(workspace.home / name, name)
            for name in FOLDERS:
                folder = workspace.exports if name == "exports" else workspace.home / name
                if folder.is_dir():
                    archive.add(folder, name)
        written.replace(target)
    return target


def restore(workspace: Workspace, source: Path, now: datetime) -> Path | None:
    """Put a backup in the place of the workspace, live. What was there is backed up first.

    Returns the backup of what was there, or None if there was nothing.
    """
    saved = None
    if workspace.database.exists():
        stamp = now.strftime("%Y%m%d-%H%M%S")
        saved = backup(workspace, workspace.home / f"before-restore-{stamp}.tar.gz")
    workspace.create()
    with tempfile.TemporaryDirectory(dir=workspace.home) as aside:
        _unpack(source, Path(aside))
        for name in FOLDERS:
            folder = workspace.exports if name == "exports" else workspace.home / name
            if (Path(aside) / name).is_dir():
                shutil.copytree(Path(aside) / name, folder, dirs_exist_ok=True)
        for name in FILES:
            if (Path(aside) / name).exists():
                shutil.copy2(Path(aside) / name, workspace.home / name)
        _copy_database(Path(aside) / "workbench.db", workspace.database)
    return saved


def _unpack(source: Path, aside: Path) -> None:
    try:
        with tarfile.open(source) as archive:
            archive.extractall(aside, filter="data")
    except (OSError, tarfile.TarError) as error:
        raise InvalidInput(f"{source} is not a backup: {error}", field="file") from error
    if not (aside / "workbench.db").is_file():
        raise InvalidInput(f"{source} holds no database.", field="file")
    if not health.is_database(aside / "workbench.db"):
        raise InvalidInput(f"The database in {source} is damaged.", field="file")


def _copy_database(source: Path, target: Path) -> None:
    """SQLite's own online backup: consistent while others read and write."""
    with (
        closing(sqlite3.connect(source, timeout=30)) as origin,
        closing(sqlite3.connect(target, timeout=30)) as copy,
    ):
        origin.backup(copy)
