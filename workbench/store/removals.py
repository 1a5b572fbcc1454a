"""What was removed of imports and exports that were cut off: kept until somebody has read of it."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from workbench.clock import iso
from workbench.store.database import Database, dumps, many, run, value

What = Literal["import", "export"]
_REMOVAL = "SELECT id, project_id, what, name, counts, resumes, begun_at FROM removals"


@dataclass(frozen=True)
class Removal:
    """`name` is an import's file or an export's format; `counts` how many of what were there.
    One that `resumes` is begun again by its job.
    """

    id: int
    project_id: int
    what: What
    name: str
    counts: dict[str, int]
    resumes: bool
    begun_at: str


def add(
    db: Database, now: datetime, project_id: int, what: What, name: str, begun_at: str,
    counts: dict[str, int], *, resumes: bool = False,
) -> None:  # fmt: skip
    run(
        db,
        "INSERT INTO removals (project_id, what, name, counts, resumes, begun_at, removed_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (project_id, what, name, dumps(counts), int(resumes), begun_at, iso(now)),
    )


def last_id(db: Database) -> int:
    """0 if there is none."""
    return int(value(db, "SELECT max(id) FROM removals") or 0)


def after(db: Database, removal_id: int) -> list[Removal]:
    return _found(db, f"{_REMOVAL} WHERE id > ? ORDER BY id", (removal_id,))


def unread(db: Database, project_id: int, what: What) -> list[Removal]:
    return _found(
        db,
        f"{_REMOVAL} WHERE project_id = ? AND what = ? AND read_at IS NULL ORDER BY id",
        (project_id, what),
    )


def read(db: Database, now: datetime, removal_ids: list[int]) -> None:
    """Somebody has read of these."""
    run(
        db,
        "UPDATE removals SET read_at = ? WHERE read_at IS NULL"
        " AND id IN (SELECT value FROM json_each(?))",
        (iso(now), dumps(removal_ids)),
    )


def _found(db: Database, sql: str, parameters: tuple[object, ...]) -> list[Removal]:
    return [
        Removal(**row | {"counts": json.loads(row["counts"]), "resumes": bool(row["resumes"])})
        for row in many(db, sql, parameters)
    ]
