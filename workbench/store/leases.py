"""Leases: who holds which comparison in which tab, until when. Always inside one write.

The invariant of work and heldout: open_slots = wanted − counted − held leases, never below 0.
CROSS JOIN keeps SQLite to the order written: from the few held leases to their comparisons.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from workbench.clock import iso
from workbench.store import queue
from workbench.store.database import Database, dumps, many, one, run, value

# A lease, and what it is a lease of.
_LEASE = (
    "SELECT l.*, c.project_id, c.prompt_id, c.turn, c.kind, c.repeat_of FROM leases l"
    " CROSS JOIN comparisons c ON c.id = l.comparison_id"
)


def expire(db: Database, now: datetime) -> int:
    """Give back the slots of all leases that ran out; returns how many."""
    gone = many(
        db,
        "UPDATE leases SET status = 'expired' WHERE status = 'held' AND expires_at <= ?"
        " RETURNING comparison_id",
        (iso(now),),
    )
    for row in gone:
        queue.give_slot(db, row["comparison_id"])
    return len(gone)


def take_over(
    db: Database, project_id: int, reviewer_id: int, tab: str, silent_since: datetime
) -> None:
    """A tab goes on with what the same reviewer's tabs hold that said nothing since then."""
    run(
        db,
        "UPDATE leases SET tab = ? WHERE reviewer_id = ? AND status = 'held' AND tab <> ?"
        " AND seen_at <= ? AND EXISTS (SELECT 1 FROM comparisons c"
        "  WHERE c.id = leases.comparison_id AND c.project_id = ?)",
        (tab, reviewer_id, tab, iso(silent_since), project_id),
    )


def held(db: Database, project_id: int, reviewer_id: int, tab: str) -> list[dict[str, Any]]:
    """What was worked on last comes first, then what was claimed first."""
    rows = many(
        db,
        f"{_LEASE} LEFT JOIN drafts d ON d.comparison_id = c.id AND d.reviewer_id = l.reviewer_id"
        " WHERE l.reviewer_id = ? AND l.tab = ? AND l.status = 'held' AND c.project_id = ?"
        " ORDER BY d.updated_at DESC NULLS LAST, l.claimed_at, l.rowid",
        (reviewer_id, tab, project_id),
    )
    return [_lease(row) for row in rows]


def held_by(db: Database, project_id: int, reviewer_id: int) -> list[int]:
    """The comparisons that a reviewer holds in any tab."""
    rows = many(
        db,
        "SELECT l.comparison_id FROM leases l CROSS JOIN comparisons c ON c.id = l.comparison_id"
        " WHERE l.reviewer_id = ? AND l.status = 'held' AND c.project_id = ?",
        (reviewer_id, project_id),
    )
    return [row["comparison_id"] for row in rows]


def renew(
    db: Database, reviewer_id: int, tab: str | None, lease_id: str | None, now: datetime,
    expires: datetime,
) -> None:  # fmt: skip
    """Renew one lease, or all that a tab holds."""
    run(
        db,
        "UPDATE leases SET seen_at = ?, expires_at = ? WHERE status = 'held' AND reviewer_id = ?"
        " AND (id = ? OR tab = ?)",
        (iso(now), iso(expires), reviewer_id, lease_id, tab),
    )


def holders(db: Database, project_id: int) -> set[int]:
    rows = many(
        db,
        "SELECT DISTINCT l.reviewer_id FROM leases l CROSS JOIN comparisons c"
        " ON c.id = l.comparison_id"
        " WHERE l.status = 'held' AND c.project_id = ?",
        (project_id,),
    )
    return {row["reviewer_id"] for row in rows}


@dataclass(frozen=True)
class Pick:
    """A comparison for a reviewer, in the order shown; by which rule it was picked, and how likely
    that was among all that it could have been.
    """

    comparison_id: int
    shown: list[int]
    by: str
    probability: float


def take(
    db: Database, lease_id: str, pick: Pick, reviewer_id: int, tab: str, now: datetime,
    expires: datetime, *, assisted: bool | None = None,
) -> None:  # fmt: skip
    """`assisted`: with a judge's suggestions or deliberately without; None where there are none."""
    queue.take_slot(db, pick.comparison_id)
    run(
        db,
        "INSERT INTO leases (id, comparison_id, reviewer_id, tab, status, shown, picked_by,"
        " pick_probability, claimed_at, seen_at, expires_at, assisted)"
        " VALUES (?, ?, ?, ?, 'held', ?, ?, ?, ?, ?, ?, ?)",
        (lease_id, pick.comparison_id, reviewer_id, tab, dumps(pick.shown), pick.by,
         pick.probability, iso(now), iso(now), iso(expires), assisted),
    )  # fmt: skip


def get(db: Database, lease_id: str, reviewer_id: int) -> dict[str, Any] | None:
    """A lease that this reviewer holds or once held."""
    row = one(db, f"{_LEASE} WHERE l.id = ? AND l.reviewer_id = ?", (lease_id, reviewer_id))
    return _lease(row) if row else None


def shown_to(db: Database, comparison_id: int, reviewer_id: int) -> list[int] | None:
    """The order in which a reviewer last saw a comparison's answers; None if they never did."""
    shown = value(
        db,
        "SELECT shown FROM leases WHERE comparison_id = ? AND reviewer_id = ?"
        " ORDER BY rowid DESC LIMIT 1",
        (comparison_id, reviewer_id),
    )
    return json.loads(shown) if shown else None


def release(db: Database, reviewer_id: int, lease_ids: list[str]) -> int:
    """Give back what is still held among these; drafts stay."""
    gone = many(
        db,
        "UPDATE leases SET status = 'released' WHERE status = 'held' AND reviewer_id = ?"
        " AND id IN (SELECT value FROM json_each(?)) RETURNING comparison_id",
        (reviewer_id, dumps(lease_ids)),
    )
    for row in gone:
        queue.give_slot(db, row["comparison_id"])
    return len(gone)


def release_all(db: Database, project_id: int, reviewer_id: int) -> None:
    """Give back all that a reviewer holds in a project, in whatever tab."""
    rows = many(
        db,
        "SELECT l.id FROM leases l CROSS JOIN comparisons c ON c.id = l.comparison_id"
        " WHERE l.reviewer_id = ? AND l.status = 'held' AND c.project_id = ?",
        (reviewer_id, project_id),
    )
    release(db, reviewer_id, [row["id"] for row in rows])


def skip(db: Database, comparison_id: int, reviewer_id: int, reason: str, now: datetime) -> bool:
    """Never again for this reviewer; False if it was skipped already."""
    return bool(
        run(
            db,
            "INSERT INTO skips (comparison_id, reviewer_id, reason, created_at)"
            " VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
            (comparison_id, reviewer_id, reason, iso(now)),
        )
    )


def settle(db: Database, lease: dict[str, Any]) -> bool:
    """Turn the lease's slot into a counted one; False if none is held and none is free.

    A reviewer may submit under a lease that ran out while holding a newer one of the same item.
    """
    comparison_id = lease["comparison_id"]
    held = lease["status"] == "held" or run(
        db,
        "UPDATE leases SET status = 'submitted'"
        " WHERE comparison_id = ? AND reviewer_id = ? AND status = 'held'",
        (comparison_id, lease["reviewer_id"]),
    )
    run(db, "UPDATE leases SET status = 'submitted' WHERE id = ?", (lease["id"],))
    if held:
        return bool(
            run(db, "UPDATE comparisons SET counted = counted + 1 WHERE id = ?", (comparison_id,))
        )
    return bool(
        run(
            db,
            "UPDATE comparisons SET counted = counted + 1,"
            f" open_slots = open_slots - ({queue.SLOTTED})"
            f" WHERE id = ? AND (open_slots > 0 OR NOT {queue.SLOTTED})",
            (comparison_id,),
        )
    )


def save_draft(
    db: Database, comparison_id: int, reviewer_id: int, body: dict[str, Any], now: datetime
) -> None:
    run(
        db,
        "INSERT INTO drafts (comparison_id, reviewer_id, body, updated_at) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (comparison_id, reviewer_id)"
        " DO UPDATE SET body = excluded.body, updated_at = excluded.updated_at",
        (comparison_id, reviewer_id, dumps(body), iso(now)),
    )


def draft(db: Database, comparison_id: int, reviewer_id: int) -> dict[str, Any] | None:
    body = value(
        db,
        "SELECT body FROM drafts WHERE comparison_id = ? AND reviewer_id = ?",
        (comparison_id, reviewer_id),
    )
    return json.loads(body) if body else None


def drop_draft(db: Database, comparison_id: int, reviewer_id: int) -> None:
    run(
        db,
        "DELETE FROM drafts WHERE comparison_id = ? AND reviewer_id = ?",
        (comparison_id, reviewer_id),
    )


def _lease(row: dict[str, Any]) -> dict[str, Any]:
    return row | {"shown": json.loads(row["shown"])}
