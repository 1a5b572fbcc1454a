"""Saved filters: what goes into an export, under a name of its project's own. A later one of the
same name takes its place; a version keeps the filter that made it.
"""

import json
from datetime import datetime
from typing import Any

from workbench.clock import iso
from workbench.errors import NotFound
from workbench.store.database import Database, dumps, many, one, run


def save(db: Database, now: datetime, project_id: int, name: str, body: dict[str, Any]) -> None:
    run(
        db,
        "INSERT INTO export_filters (project_id, name, body, saved_at) VALUES (?, ?, ?, ?)"
        " ON CONFLICT DO UPDATE SET body = excluded.body, saved_at = excluded.saved_at",
        (project_id, name, dumps(body), iso(now)),
    )


def named(db: Database, project_id: int, name: str) -> dict[str, Any]:
    """Raises NotFound."""
    row = one(
        db,
        "SELECT body FROM export_filters WHERE project_id = ? AND name = ?",
        (project_id, name),
    )
    if row is None:
        known = ", ".join(in_project(db, project_id)) or "none yet"
        raise NotFound(f"There is no saved filter “{name}”.", remedy=f"Saved are: {known}.")
    body: dict[str, Any] = json.loads(row["body"])
    return body


def in_project(db: Database, project_id: int) -> list[str]:
    rows = many(
        db, "SELECT name FROM export_filters WHERE project_id = ? ORDER BY name", (project_id,)
    )
    return [row["name"] for row in rows]
