"""What can be wrong inside the database, each as lines for people, and what mends it."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path

from workbench.clock import iso
from workbench.store import leases, queue
from workbench.store.database import Database, many, run
from workbench.store.migrations import schema

_HELD = "(SELECT count(*) FROM leases l WHERE l.comparison_id = c.id AND l.status = 'held')"
_RIGHT_SLOTS = f"max(0, c.wanted - c.counted - {_HELD})"


def is_database(file: Path) -> bool:
    """Whether this file is a sound SQLite database."""
    try:
        with closing(sqlite3.connect(file)) as connection:
            return bool(connection.execute("PRAGMA quick_check").fetchone()[0] == "ok")
    except sqlite3.DatabaseError:
        return False


def integrity(db: Database) -> list[str]:
    found = [row[0] for row in db.conn.execute("PRAGMA integrity_check")]
    return [] if found == ["ok"] else found


def dangling(db: Database) -> Iterator[str]:
    for row in db.conn.execute("PRAGMA foreign_key_check"):
        yield f"{row[0]} row {row[1]} refers to a {row[2]} that is not there"


def pending_migrations(db: Database) -> list[str]:
    return [f"{migration.name} is not applied" for migration in schema.pending(db)]


def wrong_slots(db: Database) -> list[str]:
    rows = many(
        db,
        f"SELECT c.id, c.open_slots, {_RIGHT_SLOTS} AS right_slots FROM comparisons c"
        f" WHERE c.kind IN ('work', 'heldout') AND c.open_slots <> {_RIGHT_SLOTS}",
    )
    return [
        f"comparison {r['id']} has {r['open_slots']} open slots instead of {r['right_slots']}"
        for r in rows
    ]


def stale_leases(db: Database, now: datetime) -> list[str]:
    rows = many(
        db,
        "SELECT count(*) AS n FROM leases WHERE status = 'held' AND expires_at <= ?",
        (iso(now),),
    )
    return [f"{r['n']} leases ran out and still hold their slots" for r in rows if r["n"]]


def unfinished_imports(db: Database) -> list[str]:
    rows = many(db, "SELECT id, file_name FROM imports WHERE finished_at IS NULL")
    return [f"import {r['id']} of {r['file_name']} is not finished" for r in rows]


def unfinished_exports(db: Database) -> list[str]:
    rows = many(db, "SELECT format, aside FROM exports_under_way ORDER BY id")
    return [f"the export as {r['format']} in {r['aside']} is not finished" for r in rows]


def mend(db: Database, now: datetime) -> None:
    leases.expire(db, now)
    queue.start_over(db)
    run(
        db,
        f"UPDATE comparisons AS c SET open_slots = {_RIGHT_SLOTS}"
        f" WHERE c.kind IN ('work', 'heldout') AND c.open_slots <> {_RIGHT_SLOTS}",
    )
