"""Taking a reviewer's judgements in a project back, and giving them back: always in one write.

A withdrawn judgement counts nowhere and its slot is open again; what it said stays.
"""

from datetime import datetime

from workbench.clock import iso
from workbench.store import queue
from workbench.store.database import Database, dumps, many, run

# A reviewer's judgements in a project that stand on slots, or stood on them.
_THEIRS = (
    "SELECT j.id, j.comparison_id, j.lease_id IS NOT NULL AND c.kind IN ('work', 'heldout')"
    " AS slotted FROM judgements j JOIN comparisons c ON c.id = j.comparison_id"
    " WHERE j.reviewer_id = ? AND c.project_id = ? AND j.current = 1 AND j.surplus = 0"
)
_NOT_SENT_BACK = "j.id NOT IN (SELECT judgement_id FROM sent_back)"


def withdraw(db: Database, now: datetime, project_id: int, reviewer_id: int) -> int:
    """Take back all that counts; returns how many judgements that were."""
    rows = many(db, f"{_THEIRS} AND j.withdrawn_at IS NULL", (reviewer_id, project_id))
    take_back(db, now, [row["id"] for row in rows])
    _reopen(db, project_id, [row["comparison_id"] for row in rows if row["slotted"]])
    return len(rows)


def restore(db: Database, project_id: int, reviewer_id: int) -> int:
    """Give back what was withdrawn as a whole, not what a lead sent back one by one. Where others
    have filled the slot meanwhile, the item has one judgement more than it asked for.
    """
    rows = many(
        db,
        f"{_THEIRS} AND j.withdrawn_at IS NOT NULL AND {_NOT_SENT_BACK}",
        (reviewer_id, project_id),
    )
    run(
        db,
        "UPDATE judgements SET withdrawn_at = NULL WHERE id IN (SELECT value FROM json_each(?))",
        (dumps([row["id"] for row in rows]),),
    )
    run(
        db,
        "UPDATE comparisons SET counted = counted + 1, wanted = wanted + (open_slots = 0),"
        " open_slots = max(0, open_slots - 1) WHERE id IN (SELECT value FROM json_each(?))",
        (dumps([row["comparison_id"] for row in rows if row["slotted"]]),),
    )
    return len(rows)


def take_back(db: Database, now: datetime, judgement_ids: list[int]) -> None:
    """Mark judgements as withdrawn; their slots are the caller's."""
    run(
        db,
        "UPDATE judgements SET withdrawn_at = ? WHERE id IN (SELECT value FROM json_each(?))",
        (iso(now), dumps(judgement_ids)),
    )


def send_back(db: Database, now: datetime, comparison_id: int, judgement_ids: list[int]) -> None:
    """Take judgements of one item back, and let their reviewers judge it again: whoever submitted
    under a lease that had run out may have a second one on it.
    """
    take_back(db, now, judgement_ids)
    theirs = "SELECT reviewer_id FROM judgements WHERE id IN (SELECT value FROM json_each(?))"
    run(
        db,
        "UPDATE leases SET status = 'released' WHERE comparison_id = ? AND status = 'submitted'"
        f" AND reviewer_id IN ({theirs})",
        (comparison_id, dumps(judgement_ids)),
    )
    run(
        db,
        f"UPDATE comparisons SET counted = counted - n, open_slots = open_slots + n"
        " FROM (SELECT count(*) AS n FROM judgements WHERE surplus = 0 AND lease_id IS NOT NULL"
        "  AND id IN (SELECT value FROM json_each(?)))"
        f" WHERE id = ? AND {queue.SLOTTED}",
        (dumps(judgement_ids), comparison_id),
    )
    queue.look_again(db, comparison_id)


def _reopen(db: Database, project_id: int, comparison_ids: list[int]) -> None:
    run(
        db,
        "UPDATE comparisons SET counted = counted - 1, open_slots = open_slots + 1"
        " WHERE id IN (SELECT value FROM json_each(?))",
        (dumps(comparison_ids),),
    )
    queue.start_over(db, project_id)
