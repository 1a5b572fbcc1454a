"""Threads: what is said about an ambiguous comparison; at most one is open on each."""

from datetime import datetime

from workbench.clock import iso
from workbench.store.database import Database, run, value


def say(db: Database, now: datetime, comparison_id: int, reviewer_id: int, text: str) -> int:
    """Add a message to the open thread, opening one where there is none; the thread's id."""
    open_one = "SELECT id FROM threads WHERE comparison_id = ? AND status = 'open'"
    thread_id = value(db, open_one, (comparison_id,)) or value(
        db,
        "INSERT INTO threads (comparison_id, status, created_at) VALUES (?, 'open', ?)"
        " RETURNING id",
        (comparison_id, iso(now)),
    )
    run(
        db,
        "INSERT INTO thread_messages (thread_id, reviewer_id, text, created_at)"
        " VALUES (?, ?, ?, ?)",
        (thread_id, reviewer_id, text, iso(now)),
    )
    return int(thread_id)


def open_on(db: Database, comparison_id: int) -> int | None:
    """The open thread on a comparison."""
    found = value(
        db, "SELECT id FROM threads WHERE comparison_id = ? AND status = 'open'", (comparison_id,)
    )
    return None if found is None else int(found)
