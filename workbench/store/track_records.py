"""What is known of a reviewer in a project: their gold, their training, whether they are paused.

It keeps numbers; what they mean is decided by `judging.trust`.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from workbench.clock import iso
from workbench.store.database import Database, many, one, run, value


@dataclass(frozen=True)
class TrackRecord:
    """`suspicion` is the CUSUM of the pause rule; `trained_right` of `trained` training items
    were judged rightly; a discounted reviewer's votes weigh nothing,
    a withdrawn one's count nowhere.
    """

    passed: int = 0
    failed: int = 0
    suspicion: float = 0.0
    trained: int = 0
    trained_right: int = 0
    qualified_at: str | None = None
    paused_at: str | None = None
    resumed_at: str | None = None
    discounted_at: str | None = None
    withdrawn_at: str | None = None


_COLUMNS = ", ".join(TrackRecord.__dataclass_fields__)


def get(db: Database, project_id: int, reviewer_id: int) -> TrackRecord:
    row = one(
        db,
        f"SELECT {_COLUMNS} FROM track_records WHERE project_id = ? AND reviewer_id = ?",
        (project_id, reviewer_id),
    )
    return TrackRecord(**row) if row else TrackRecord()


def in_project(db: Database, project_id: int) -> dict[int, TrackRecord]:
    """By reviewer; those without a record are missing."""
    rows = many(
        db, f"SELECT reviewer_id, {_COLUMNS} FROM track_records WHERE project_id = ?", (project_id,)
    )
    return {row.pop("reviewer_id"): TrackRecord(**row) for row in rows}


def draw_gold(db: Database, project_id: int, reviewer_id: int) -> int:
    """Count one more gold item shown; returns how many were shown before it."""
    shown = value(
        db,
        "INSERT INTO track_records (project_id, reviewer_id, gold_drawn) VALUES (?, ?, 1)"
        " ON CONFLICT (project_id, reviewer_id) DO UPDATE SET gold_drawn = gold_drawn + 1"
        " RETURNING gold_drawn - 1",
        (project_id, reviewer_id),
    )
    return int(shown)


def change(db: Database, project_id: int, reviewer_id: int, **columns: Any) -> None:
    """Set columns of the record, which is made if there is none."""
    names = list(columns)
    run(
        db,
        f"INSERT INTO track_records (project_id, reviewer_id, {', '.join(names)})"
        f" VALUES (?, ?, {', '.join('?' * len(names))}) ON CONFLICT (project_id, reviewer_id)"
        f" DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in names)}",
        (project_id, reviewer_id, *columns.values()),
    )


def paused(db: Database, project_id: int) -> list[int]:
    """Who is paused, the latest first."""
    rows = many(
        db,
        "SELECT reviewer_id FROM track_records WHERE project_id = ? AND paused_at IS NOT NULL"
        " ORDER BY paused_at DESC",
        (project_id,),
    )
    return [row["reviewer_id"] for row in rows]


def in_training(db: Database, project_id: int) -> dict[int, TrackRecord]:
    """By reviewer: who has begun the training and is not through."""
    found = in_project(db, project_id)
    return {i: r for i, r in found.items() if r.trained and r.qualified_at is None}


def pause(db: Database, now: datetime, project_id: int, reviewer_id: int) -> None:
    change(db, project_id, reviewer_id, paused_at=iso(now))
