"""Reports: what a job computed, with the last event that it saw; screens read these."""

import json
from datetime import datetime
from typing import Any

from workbench.clock import iso
from workbench.store import events
from workbench.store.database import Database, dumps, one, run


def save(
    db: Database, now: datetime, project_id: int, round_id: int | None, kind: str,
    body: dict[str, Any], seen: int | None = None,
) -> None:  # fmt: skip
    """`seen` is the last event that the report knows, if it was reckoned before this write."""
    through = events.last_id(db, project_id) if seen is None else seen
    run(
        db,
        "INSERT INTO reports (project_id, round_id, kind, body, through_event_id, created_at)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (project_id, round_id, kind, dumps(body), through, iso(now)),
    )


def latest(
    db: Database, project_id: int, kind: str, round_id: int | None = None
) -> dict[str, Any] | None:
    """The newest report of this kind: its body, with `through_event_id` and `created_at`."""
    row = one(
        db,
        "SELECT body, through_event_id, created_at FROM reports WHERE project_id = ?"
        " AND kind = ? AND round_id IS ? ORDER BY id DESC LIMIT 1",
        (project_id, kind, round_id),
    )
    if row is None:
        return None
    seen = {"through_event_id": row["through_event_id"], "created_at": row["created_at"]}
    body: dict[str, Any] = json.loads(row["body"])
    return body | seen
