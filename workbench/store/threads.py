"""Threads: what is said about an ambiguous comparison; at most one is open on each."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from workbench.clock import iso
from workbench.store import mentions
from workbench.store.database import Database, many, one, run, value

Status = Literal["open", "resolved"]


@dataclass(frozen=True)
class Thread:
    """A discussion, with what it is about."""

    id: int
    project_id: int
    comparison_id: int
    prompt_id: int
    turn: int
    status: Status
    resolved_by: int | None


# A thread concerns those who were given its item and those whom it mentions.
_CONCERNS = (
    "(EXISTS (SELECT 1 FROM leases l WHERE l.comparison_id = t.comparison_id"
    "  AND l.reviewer_id = :viewer)"
    " OR EXISTS (SELECT 1 FROM thread_messages x CROSS JOIN mentions n ON n.message_id = x.id"
    "  WHERE x.thread_id = t.id AND n.reviewer_id = :viewer))"
)


def say(db: Database, now: datetime, comparison_id: int, reviewer_id: int, text: str) -> int:
    """Add a message to the open thread, opening one where there is none; the thread's id."""
    thread_id = open_on(db, comparison_id) or value(
        db,
        "INSERT INTO threads (comparison_id, status, created_at) VALUES (?, 'open', ?)"
        " RETURNING id",
        (comparison_id, iso(now)),
    )
    add(db, now, int(thread_id), reviewer_id, text)
    return int(thread_id)


def add(db: Database, now: datetime, thread_id: int, reviewer_id: int, text: str) -> None:
    """Add a message to this thread, and note whom it mentions."""
    stored, mentioned = mentions.encoded(db, text)
    message_id = value(
        db,
        "INSERT INTO thread_messages (thread_id, reviewer_id, text, created_at)"
        " VALUES (?, ?, ?, ?) RETURNING id",
        (thread_id, reviewer_id, stored, iso(now)),
    )
    mentions.note(db, int(message_id), reviewer_id, mentioned)


def open_on(db: Database, comparison_id: int) -> int | None:
    """The open thread of a comparison."""
    found = "SELECT id FROM threads WHERE comparison_id = ? AND status = 'open'"
    thread_id: int | None = value(db, found, (comparison_id,))
    return thread_id


def get(db: Database, thread_id: int) -> Thread | None:
    row = one(
        db,
        "SELECT t.id, c.project_id, t.comparison_id, c.prompt_id, c.turn, t.status, t.resolved_by"
        " FROM threads t JOIN comparisons c ON c.id = t.comparison_id WHERE t.id = ?",
        (thread_id,),
    )
    return Thread(**row) if row else None


def concerns(db: Database, thread_id: int, viewer_id: int) -> bool:
    """Whether a reviewer was given the thread's item, or is mentioned in it."""
    sql = f"SELECT 1 FROM threads t WHERE t.id = :thread AND {_CONCERNS}"
    return value(db, sql, {"thread": thread_id, "viewer": viewer_id}) is not None


def in_project(
    db: Database, project_id: int, status: Status, viewer_id: int | None, most: int
) -> list[dict[str, Any]]:
    """Threads with their first and last message, how many there are, and whom they mention:
    all, or those that concern a viewer. Open ones the oldest first, resolved ones the newest.

    `text`, `reviewer_id` and `said_at` are the last message's: SQLite takes bare columns from the
    row of the `max`.
    """
    order = "t.id" if status == "open" else "t.resolved_at DESC, t.id DESC"
    rows = many(
        db,
        "SELECT t.id, t.status, t.created_at, count(m.id) AS messages, max(m.id) AS last_id,"
        " m.text, m.reviewer_id, m.created_at AS said_at,"
        " (SELECT text FROM thread_messages WHERE thread_id = t.id ORDER BY id LIMIT 1) AS first,"
        " (SELECT json_group_array(DISTINCT n.reviewer_id) FROM thread_messages x"
        "  CROSS JOIN mentions n ON n.message_id = x.id WHERE x.thread_id = t.id) AS mentioned"
        " FROM threads t CROSS JOIN comparisons c ON c.id = t.comparison_id"
        " CROSS JOIN thread_messages m ON m.thread_id = t.id"
        " WHERE c.project_id = :project AND t.status = :status"
        f" AND (:viewer IS NULL OR {_CONCERNS}) GROUP BY t.id ORDER BY {order} LIMIT :most",
        {"project": project_id, "status": status, "viewer": viewer_id, "most": most},
    )
    return [row | {"mentioned": json.loads(row["mentioned"])} for row in rows]


def messages(db: Database, thread_id: int) -> list[dict[str, Any]]:
    """`{reviewer_id, text, created_at, mentioned}`, the oldest first."""
    rows = many(
        db,
        "SELECT m.reviewer_id, m.text, m.created_at, (SELECT json_group_array(reviewer_id)"
        "  FROM mentions WHERE message_id = m.id) AS mentioned"
        " FROM thread_messages m WHERE m.thread_id = ? ORDER BY m.id",
        (thread_id,),
    )
    return [row | {"mentioned": json.loads(row["mentioned"])} for row in rows]


def resolve(db: Database, now: datetime, thread_id: int, by: int) -> None:
    run(
        db,
        "UPDATE threads SET status = 'resolved', resolved_at = ?, resolved_by = ? WHERE id = ?",
        (iso(now), by, thread_id),
    )


def reopen(db: Database, thread_id: int) -> None:
    run(
        db,
        "UPDATE threads SET status = 'open', resolved_at = NULL, resolved_by = NULL WHERE id = ?",
        (thread_id,),
    )
