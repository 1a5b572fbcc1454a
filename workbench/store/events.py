"""The append-only log: who did what to what, by ids; never names or free text."""

from datetime import datetime
from typing import Any

from workbench.clock import iso
from workbench.store.database import Database, dumps, run, value


def append(
    db: Database,
    now: datetime,
    kind: str,
    *,
    project_id: int | None = None,
    reviewer_id: int | None = None,
    subject_id: int | None = None,
    **data: Any,
) -> None:
    run(
        db,
        "INSERT INTO events (at, project_id, reviewer_id, kind, subject_id, data)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (iso(now), project_id, reviewer_id, kind, subject_id, dumps(data)),
    )


def last_id(db: Database, project_id: int) -> int:
    """What a stored report has seen: the newest event of the project, 0 if none."""
    return int(value(db, "SELECT max(id) FROM events WHERE project_id = ?", (project_id,)) or 0)
