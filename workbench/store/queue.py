"""The queue: which open comparison a reviewer gets next, in O(log n) however many they judged.

Each reviewer has a place in each project's queue: nothing before it can be theirs. Whatever
opens a slot before somebody's place moves that place back (`look_again`). Always in one write.
"""

from typing import Any

from workbench.store.database import Database, many, one, run, value

_MINE = (
    "(EXISTS (SELECT 1 FROM leases l WHERE l.comparison_id = c.id AND l.reviewer_id = :reviewer"
    "  AND l.status IN ('held', 'submitted'))"
    " OR EXISTS (SELECT 1 FROM skips s WHERE s.comparison_id = c.id"
    "  AND s.reviewer_id = :reviewer)"
    " OR EXISTS (SELECT 1 FROM comparisons g CROSS JOIN leases l ON l.comparison_id = g.id"
    "  WHERE g.project_id = c.project_id AND g.kind = 'gold' AND g.fingerprint = c.fingerprint"
    "  AND l.reviewer_id = :reviewer AND l.status IN ('held', 'submitted')))"
)
SLOTTED = "kind IN ('work', 'heldout')"
_TAKEABLE = (
    "FROM comparisons c WHERE c.project_id = :project AND c.open_slots > 0 AND c.kind <> 'gold'"
    f" AND (c.priority, c.id) >= (:priority, :id) AND NOT {_MINE}"
)


def next_work(db: Database, project_id: int, reviewer_id: int) -> int | None:
    """The head of the queue that this reviewer neither holds, judged nor skipped."""
    place = _place(db, project_id, reviewer_id)
    found = one(db, f"SELECT c.id, c.priority {_TAKEABLE} ORDER BY c.priority, c.id LIMIT 1", place)
    reached = found or {"id": 0, "priority": float("inf")}
    run(
        db,
        "INSERT INTO queue_places (project_id, reviewer_id, priority, comparison_id)"
        " VALUES (:project, :reviewer, :at_priority, :at_id)"
        " ON CONFLICT (project_id, reviewer_id)"
        " DO UPDATE SET priority = :at_priority, comparison_id = :at_id",
        place | {"at_priority": reached["priority"], "at_id": reached["id"]},
    )
    return int(found["id"]) if found else None


def pick_anywhere(
    db: Database, project_id: int, reviewer_id: int, at: float
) -> tuple[int, float] | None:
    """The first comparison at or after a point drawn from [0, 1), round the circle, and how
    likely that was (`likely`).
    """
    if next_work(db, project_id, reviewer_id) is None:
        return None
    scope = {"project": project_id, "reviewer": reviewer_id, "priority": at, "id": 0}
    ahead = f"SELECT c.id {_TAKEABLE} ORDER BY c.priority, c.id LIMIT 1"
    found = one(db, ahead, scope) or one(db, ahead, {**scope, "priority": float("-inf")})
    assert found is not None
    return found["id"], likely(db, project_id, reviewer_id, found["id"])


def likely(db: Database, project_id: int, reviewer_id: int, comparison_id: int) -> float:
    """How much of [0, 1) leads to this comparison, which can be taken: as its priority is far from
    that of the one before it. What lies outside of [0, 1) was put to its end.
    """
    circle = {"project": project_id, "reviewer": reviewer_id, "priority": float("-inf"), "id": 0}
    priority = value(db, "SELECT priority FROM comparisons WHERE id = ?", (comparison_id,))
    behind = (
        f"SELECT c.priority {_TAKEABLE} AND (c.priority, c.id) < (:before, :found)"
        " ORDER BY c.priority DESC, c.id DESC LIMIT 1"
    )
    last = f"SELECT c.priority {_TAKEABLE} ORDER BY c.priority DESC, c.id DESC LIMIT 1"
    before = value(db, behind, circle | {"before": priority, "found": comparison_id})
    since = _within(value(db, last, circle)) - 1 if before is None else _within(before)
    return _within(priority) - since


def _within(priority: float) -> float:
    return min(1.0, max(0.0, priority))


def open_work(db: Database, project_id: int, reviewer_id: int, at_most: int) -> int:
    """How many open comparisons this reviewer could still take, counted up to a bound."""
    place = _place(db, project_id, reviewer_id)
    counted = f"SELECT count(*) FROM (SELECT 1 {_TAKEABLE} LIMIT :at_most)"
    return int(value(db, counted, place | {"at_most": at_most}))


def is_low(db: Database, project_id: int, below: int) -> bool:
    """Whether fewer than so many comparisons are open for anybody."""
    found = value(
        db,
        "SELECT count(*) FROM (SELECT 1 FROM comparisons WHERE project_id = ? AND open_slots > 0"
        " AND kind <> 'gold' LIMIT ?)",
        (project_id, below),
    )
    return int(found) < below


def held_by_others(db: Database, project_id: int, reviewer_id: int) -> bool:
    """Whether other reviewers hold something that this one might still be given."""
    found = value(
        db,
        "SELECT 1 FROM leases h CROSS JOIN comparisons c ON c.id = h.comparison_id"
        " WHERE h.status = 'held' AND h.reviewer_id <> :reviewer AND c.project_id = :project"
        f" AND c.{SLOTTED} AND NOT {_MINE} LIMIT 1",
        {"project": project_id, "reviewer": reviewer_id},
    )
    return found is not None


def draw(db: Database, project_id: int, reviewer_id: int) -> int:
    """Count one more item given to this reviewer; returns how many were given before it."""
    row = one(
        db,
        "INSERT INTO queue_places (project_id, reviewer_id, drawn) VALUES (?, ?, 1)"
        " ON CONFLICT (project_id, reviewer_id) DO UPDATE SET drawn = drawn + 1"
        " RETURNING drawn - 1 AS before",
        (project_id, reviewer_id),
    )
    assert row is not None
    return int(row["before"])


def take_slot(db: Database, comparison_id: int) -> None:
    run(
        db,
        f"UPDATE comparisons SET open_slots = open_slots - 1 WHERE id = ? AND {SLOTTED}",
        (comparison_id,),
    )


def give_slot(db: Database, comparison_id: int) -> None:
    if run(
        db,
        f"UPDATE comparisons SET open_slots = open_slots + 1 WHERE id = ? AND {SLOTTED}",
        (comparison_id,),
    ):
        look_again(db, comparison_id)


def look_again(db: Database, comparison_id: int) -> None:
    """A comparison has opened or moved: whoever is past it goes back to it, but for those who have
    it or had it already.
    """
    run(
        db,
        "UPDATE queue_places SET priority = c.priority, comparison_id = c.id"
        " FROM comparisons c WHERE c.id = ? AND queue_places.project_id = c.project_id"
        " AND (queue_places.priority, queue_places.comparison_id) > (c.priority, c.id)"
        " AND NOT EXISTS (SELECT 1 FROM leases l WHERE l.comparison_id = c.id"
        "  AND l.reviewer_id = queue_places.reviewer_id AND l.status IN ('held', 'submitted'))",
        (comparison_id,),
    )


def move(db: Database, comparison_id: int, priority: float) -> None:
    """Give a comparison another place in the queue."""
    run(db, "UPDATE comparisons SET priority = ? WHERE id = ?", (priority, comparison_id))
    look_again(db, comparison_id)


def waiting(db: Database, project_id: int, after_id: int, at_most: int) -> list[dict[str, Any]]:
    """`{id, kind}` of comparisons that may still be drawn, in the order of their ids."""
    return many(
        db,
        f"SELECT id, kind FROM comparisons WHERE project_id = ? AND {SLOTTED}"
        " AND wanted > counted AND id > ? ORDER BY id LIMIT ?",
        (project_id, after_id, at_most),
    )


def start_over(db: Database, project_id: int | None = None) -> None:
    """Everybody looks through the whole queue again: after a repair, or where much has opened."""
    run(
        db,
        "UPDATE queue_places SET priority = ?1, comparison_id = 0"
        " WHERE ?2 IS NULL OR project_id = ?2",
        (float("-inf"), project_id),
    )


def _place(db: Database, project_id: int, reviewer_id: int) -> dict[str, Any]:
    known = one(
        db,
        "SELECT priority, comparison_id AS id FROM queue_places"
        " WHERE project_id = ? AND reviewer_id = ?",
        (project_id, reviewer_id),
    )
    start = known or {"priority": float("-inf"), "id": 0}
    return {"project": project_id, "reviewer": reviewer_id, **start}
