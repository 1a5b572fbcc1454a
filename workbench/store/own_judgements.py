"""What one reviewer has judged so far: for going back, and for their own progress."""

import json
from datetime import datetime
from statistics import median
from typing import Any

from workbench.clock import iso
from workbench.store.database import Database, many, one, value


def last_of(
    db: Database, project_id: int, reviewer_id: int, before: int | None
) -> dict[str, Any] | None:
    """The newest judgement of a reviewer that still stands, with its parts; those of comparisons
    judged at or after comparison `before` are passed over.
    """
    found = one(
        db,
        "SELECT j.* FROM judgements j JOIN comparisons c ON c.id = j.comparison_id"
        " WHERE j.reviewer_id = :reviewer AND c.project_id = :project AND j.current = 1"
        " AND j.lease_id IS NOT NULL AND (:before IS NULL OR j.id < (SELECT id FROM judgements"
        "  WHERE comparison_id = :before AND reviewer_id = :reviewer AND current = 1))"
        " ORDER BY j.id DESC LIMIT 1",
        {"project": project_id, "reviewer": reviewer_id, "before": before},
    )
    if found is None:
        return None
    parts = {
        "ratings": "SELECT completion_id, criterion, score FROM ratings WHERE judgement_id = ?"
        " ORDER BY completion_id, criterion",
        "spans": "SELECT completion_id, message, start, end, quote, category, subtype, severity,"
        " note, view, evidence_start, evidence_end FROM spans WHERE judgement_id = ? ORDER BY id",
        "corrections": "SELECT completion_id, text FROM corrections WHERE judgement_id = ?"
        " ORDER BY completion_id",
    }
    loaded = {key: json.loads(found[key]) for key in ("reasons", "ranking") if found[key]}
    return found | loaded | {name: many(db, sql, (found["id"],)) for name, sql in parts.items()}


def count_since(db: Database, project_id: int, reviewer_id: int, since: datetime) -> int:
    """How many comparisons this reviewer has judged since then, revisions aside."""
    return int(
        value(
            db,
            "SELECT count(*) FROM judgements j JOIN comparisons c ON c.id = j.comparison_id"
            " WHERE j.reviewer_id = ? AND c.project_id = ? AND j.supersedes_id IS NULL"
            " AND j.created_at >= ?",
            (reviewer_id, project_id, iso(since)),
        )
    )


def count_up_to(db: Database, project_id: int, reviewer_id: int, most: int) -> int:
    """How many judgements of a project are this reviewer's, counted up to a bound."""
    return int(
        value(
            db,
            "SELECT count(*) FROM (SELECT 1 FROM judgements j"
            " CROSS JOIN comparisons c ON c.id = j.comparison_id"
            " WHERE j.reviewer_id = ? AND j.current = 1 AND c.project_id = ? LIMIT ?)",
            (reviewer_id, project_id, most),
        )
    )


def median_seconds(db: Database, project_id: int, reviewer_id: int, last: int) -> float | None:
    """The median time spent on the last judgements; None without any."""
    rows = many(
        db,
        "SELECT j.seconds FROM judgements j JOIN comparisons c ON c.id = j.comparison_id"
        " WHERE j.reviewer_id = ? AND c.project_id = ? AND j.seconds IS NOT NULL"
        " ORDER BY j.id DESC LIMIT ?",
        (reviewer_id, project_id, last),
    )
    return median(row["seconds"] for row in rows) if rows else None


def count_by(db: Database, project_id: int, reviewer_id: int, round_id: int | None) -> int:
    """How many comparisons of the project (or of one round) this reviewer has judged."""
    return int(
        value(
            db,
            "SELECT count(*) FROM judgements j JOIN comparisons c ON c.id = j.comparison_id"
            " WHERE c.project_id = ? AND j.reviewer_id = ? AND j.current = 1 AND j.surplus = 0"
            " AND (? IS NULL OR c.round_id = ?)",
            (project_id, reviewer_id, round_id, round_id),
        )
    )
