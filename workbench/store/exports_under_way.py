"""Exports under way: which folders are theirs, so that one that was killed can be cleared away."""

from dataclasses import dataclass
from datetime import datetime

from workbench.clock import iso
from workbench.store.database import Database, many, run, value


@dataclass(frozen=True)
class UnderWay:
    """It writes `aside`, and then renames that to `placed`, if nothing was there before. `home` is
    the workspace that it was begun in: a copy of that one has no claim on these folders.
    """

    id: int
    project_id: int
    format: str
    home: str
    aside: str
    placed: str | None
    begun_at: str


def begin(db: Database, now: datetime, project_id: int, format_: str, home: str, aside: str) -> int:
    return int(
        value(
            db,
            "INSERT INTO exports_under_way (project_id, format, home, aside, begun_at)"
            " VALUES (?, ?, ?, ?, ?) RETURNING id",
            (project_id, format_, home, aside, iso(now)),
        )
    )


def place(db: Database, under_way_id: int, placed: str) -> None:
    run(db, "UPDATE exports_under_way SET placed = ? WHERE id = ?", (placed, under_way_id))


def end(db: Database, under_way_id: int) -> None:
    run(db, "DELETE FROM exports_under_way WHERE id = ?", (under_way_id,))


def every(db: Database) -> list[UnderWay]:
    rows = many(
        db,
        "SELECT id, project_id, format, home, aside, placed, begun_at FROM exports_under_way"
        " ORDER BY id",
    )
    return [UnderWay(**row) for row in rows]


def is_version(db: Database, folder: str) -> bool:
    """Whether a version is registered there."""
    sql = "SELECT EXISTS (SELECT 1 FROM dataset_versions WHERE folder = ?)"
    return bool(value(db, sql, (folder,)))
