"""Triage: whose verdict an item gets, a judge model's or people's. Always in one write.

What is decided `auto` has its slots closed, and is undone by opening them again. An `audit` stays
open like any other item; so does what is left to a `person`.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from workbench.clock import iso
from workbench.store import events, queue
from workbench.store.database import Database, many, run

AUTO, AUDIT, PERSON = "auto", "audit", "person"
# Open work that nobody judged, holds or was promised; judged by this judge both ways.
_UNSEEN = (
    "c.kind = 'work' AND c.counted = 0 AND c.open_slots = c.wanted AND c.wanted > 0"
    " AND NOT EXISTS (SELECT 1 FROM judgements j JOIN reviewers r ON r.id = j.reviewer_id"
    "  WHERE j.comparison_id = c.id AND r.kind <> 'judge')"
)


@dataclass(frozen=True)
class Decision:
    """`confidence` is calibrated; `audit` the chance that an item like this one is audited."""

    comparison_id: int
    decision: str
    confidence: float
    audit: float


def undecided(
    db: Database, project_id: int, reviewer_id: int, after_id: int, most: int
) -> list[dict[str, Any]]:
    """`{id, first, second}`: both preferences, negative for the lower id, by comparison."""
    return many(
        db,
        "SELECT c.id, a.preference AS first, -b.preference AS second FROM comparisons c"
        " JOIN judge_readings a ON a.comparison_id = c.id AND a.reviewer_id = :judge"
        "  AND a.swapped = 0 AND a.error IS NULL"
        " JOIN judge_readings b ON b.comparison_id = c.id AND b.reviewer_id = :judge"
        "  AND b.swapped = 1 AND b.error IS NULL"
        " LEFT JOIN triage t ON t.comparison_id = c.id"
        f" WHERE c.project_id = :project AND c.id > :after AND {_UNSEEN}"
        " AND coalesce(t.decision, 'person') = 'person' ORDER BY c.id LIMIT :most",
        {"project": project_id, "judge": reviewer_id, "after": after_id, "most": most},
    )


def decide(db: Database, now: datetime, reviewer_id: int, new: Decision) -> bool:
    """Store a decision, unless somebody took the item meanwhile; an `auto` one closes its slots.
    The same decision again keeps its day.
    """
    stored = run(
        db,
        "INSERT INTO triage (comparison_id, reviewer_id, decision, confidence, audit, wanted,"
        " decided_at) SELECT c.id, ?, ?, ?, ?, c.wanted, ? FROM comparisons c"
        f" WHERE c.id = ? AND {_UNSEEN} ON CONFLICT (comparison_id) DO UPDATE SET"
        "  reviewer_id = excluded.reviewer_id, decision = excluded.decision,"
        "  confidence = excluded.confidence, audit = excluded.audit, wanted = excluded.wanted,"
        "  decided_at = CASE decision WHEN excluded.decision THEN decided_at"
        "   ELSE excluded.decided_at END",
        (reviewer_id, new.decision, new.confidence, new.audit, iso(now), new.comparison_id),
    )
    if stored and new.decision == AUTO:
        run(
            db,
            "UPDATE comparisons SET wanted = counted, open_slots = 0 WHERE id = ?",
            (new.comparison_id,),
        )
    return bool(stored)


def undo(db: Database, now: datetime, project_id: int, reviewer_id: int) -> int:
    """Open again what this judge closed, and forget its decisions; returns how many were open."""
    theirs = (
        "SELECT t.comparison_id FROM triage t JOIN comparisons c ON c.id = t.comparison_id"
        " WHERE c.project_id = ? AND t.reviewer_id = ?"
    )
    opened = run(
        db,
        "UPDATE comparisons SET wanted = t.wanted, open_slots = t.wanted - counted"
        " FROM triage t WHERE t.comparison_id = comparisons.id AND t.decision = 'auto'"
        " AND comparisons.project_id = ? AND t.reviewer_id = ?"
        " AND comparisons.wanted = counted AND t.wanted > counted",
        (project_id, reviewer_id),
    )
    run(db, f"DELETE FROM triage WHERE comparison_id IN ({theirs})", (project_id, reviewer_id))
    queue.start_over(db, project_id)
    events.append(db, now, "triage.undone", project_id=project_id, subject_id=reviewer_id)
    return opened


def decisions(db: Database, project_id: int, reviewer_id: int) -> list[dict[str, Any]]:
    """`{comparison_id, decision, confidence, audit, day}` in the order of their days."""
    return many(
        db,
        "SELECT t.comparison_id, t.decision, t.confidence, t.audit,"
        " substr(t.decided_at, 1, 10) AS day FROM triage t"
        " JOIN comparisons c ON c.id = t.comparison_id"
        " WHERE c.project_id = ? AND t.reviewer_id = ? ORDER BY day, t.comparison_id",
        (project_id, reviewer_id),
    )
