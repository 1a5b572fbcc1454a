"""Second looks: judged items that wait for a lead, and what the lead decided about them."""

from datetime import datetime
from typing import Any, Literal

from workbench.clock import iso
from workbench.store import events
from workbench.store.database import Database, dumps, many, one, run, value

Reason = Literal["dispute", "sample", "newcomer", "asked"]
Decision = Literal["accepted", "rejected", "requeued", "ruled"]


def open_review(
    db: Database, now: datetime, project_id: int, comparison_id: int, reason: Reason
) -> None:
    """Lay an item before the leads. One that a lead accepted or ruled stays as it is."""
    settled = value(
        db,
        "SELECT decision IS NULL OR decision IN ('accepted', 'ruled') FROM reviews"
        " WHERE comparison_id = ? ORDER BY id DESC LIMIT 1",
        (comparison_id,),
    )
    if settled and reason != "asked":
        return
    run(
        db,
        "INSERT INTO reviews (project_id, comparison_id, reason, opened_at) VALUES (?, ?, ?, ?)"
        " ON CONFLICT DO NOTHING",
        (project_id, comparison_id, reason, iso(now)),
    )


def waiting(db: Database, project_id: int, *, after: int = 0, most: int = 100) -> list[int]:
    """The comparisons that wait, disputes first, then the oldest; `after` this many."""
    rows = many(
        db,
        "SELECT comparison_id FROM reviews WHERE project_id = ? AND decision IS NULL"
        " ORDER BY reason <> 'dispute', id LIMIT ? OFFSET ?",
        (project_id, most, after),
    )
    return [row["comparison_id"] for row in rows]


def count_waiting(db: Database, project_id: int) -> dict[str, int]:
    """How many wait, by reason."""
    rows = many(
        db,
        "SELECT reason, count(*) AS n FROM reviews WHERE project_id = ? AND decision IS NULL"
        " GROUP BY reason",
        (project_id,),
    )
    return {row["reason"]: row["n"] for row in rows}


def of(db: Database, comparison_id: int) -> list[dict[str, Any]]:
    """An item's looks, the newest first."""
    return many(
        db, "SELECT * FROM reviews WHERE comparison_id = ? ORDER BY id DESC", (comparison_id,)
    )


def decide(
    db: Database, now: datetime, comparison_id: int, lead_id: int, decision: Decision, note: str,
    look: int | None = None,
) -> int | None:  # fmt: skip
    """Close the open look at an item (only this `look`, if it is named); its id, or None where
    none is open.
    """
    row = one(
        db,
        "UPDATE reviews SET decision = ?, decided_by = ?, decided_at = ?, note = ?"
        " WHERE comparison_id = ? AND decision IS NULL AND id = coalesce(?, id)"
        " RETURNING id, project_id",
        (decision, lead_id, iso(now), note, comparison_id, look),
    )
    if row is None:
        return None
    events.append(
        db, now, f"review.{decision}", project_id=row["project_id"], reviewer_id=lead_id,
        subject_id=comparison_id,
    )  # fmt: skip
    return int(row["id"])


def decisions(db: Database, project_id: int) -> dict[str, int]:
    """How many looks ended how, and how many are open (“waiting”)."""
    rows = many(
        db,
        "SELECT coalesce(decision, 'waiting') AS decision, count(*) AS n FROM reviews"
        " WHERE project_id = ? GROUP BY 1",
        (project_id,),
    )
    return {row["decision"]: row["n"] for row in rows}


def send_back(db: Database, review_id: int, judgement_ids: list[int]) -> None:
    """Note for which judgements a rejection was meant: their reviewers see it."""
    run(
        db,
        "INSERT INTO sent_back (judgement_id, review_id) SELECT value, ? FROM json_each(?)"
        " WHERE true ON CONFLICT DO NOTHING",
        (review_id, dumps(judgement_ids)),
    )


def sent_back_to(db: Database, project_id: int, reviewer_id: int) -> list[dict[str, Any]]:
    """`{judgement_id, comparison_id, decision, lead_id, note, at}` that this reviewer has not put
    away yet.
    """
    return many(
        db,
        "SELECT s.judgement_id, r.comparison_id, r.decision, r.decided_by AS lead_id, r.note,"
        " r.decided_at AS at FROM sent_back s"
        " JOIN reviews r ON r.id = s.review_id JOIN judgements j ON j.id = s.judgement_id"
        " WHERE j.reviewer_id = ? AND r.project_id = ? AND s.seen_at IS NULL ORDER BY r.id DESC",
        (reviewer_id, project_id),
    )


def put_away(db: Database, now: datetime, reviewer_id: int, judgement_id: int) -> None:
    """The reviewer has read the note."""
    run(
        db,
        "UPDATE sent_back SET seen_at = ? WHERE judgement_id = ? AND judgement_id IN"
        " (SELECT id FROM judgements WHERE reviewer_id = ?)",
        (iso(now), judgement_id, reviewer_id),
    )


def held_back(db: Database, project_id: int) -> set[int]:
    """Comparisons whose last look is open, or sent them back to be judged again and they were not
    yet: they train nothing.
    """
    rows = many(
        db,
        "SELECT comparison_id FROM reviews r JOIN comparisons c ON c.id = r.comparison_id"
        " WHERE r.project_id = ?"
        " AND (decision IS NULL OR decision IN ('rejected', 'requeued') AND c.counted < c.wanted)"
        " AND r.id = (SELECT max(id) FROM reviews WHERE comparison_id = r.comparison_id)",
        (project_id,),
    )
    return {row["comparison_id"] for row in rows}
