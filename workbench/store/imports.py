"""Imports: a row first, its contents in pieces, and at the end the mark that makes them visible."""

from datetime import datetime
from typing import Any

from workbench.clock import iso
from workbench.store import events, removals
from workbench.store.database import Database, dumps, many, one, run, value

# In the order in which nothing is left dangling; an older word that was superseded counts again.
_CONTENTS = (
    "UPDATE judgements SET current = 0 WHERE import_id = ?1",
    "UPDATE judgements SET current = 1 WHERE import_id IS NOT ?1 AND id IN"
    " (SELECT supersedes_id FROM judgements WHERE import_id = ?1)",
    "DELETE FROM judgements WHERE import_id = ?1",
    "DELETE FROM gold WHERE comparison_id IN (SELECT id FROM comparisons WHERE import_id = ?1)",
    "DELETE FROM comparison_completions WHERE comparison_id IN"
    " (SELECT id FROM comparisons WHERE import_id = ?1)",
    "DELETE FROM comparisons WHERE import_id = ?1",
    "DELETE FROM completions WHERE import_id = ?1",
    "DELETE FROM prompts WHERE import_id = ?1",
    "DELETE FROM imports WHERE id = ?1",
)

_COUNTS = {"prompt": "prompts", "answer": "completions", "judgement": "judgements"}
_COUNTED = ", ".join(
    f"(SELECT count(*) FROM {table} x WHERE x.import_id = i.id) AS {table}"
    for table in _COUNTS.values()
)


def begin(
    db: Database, now: datetime, project_id: int, kind: str, file_name: str, digest: str
) -> int:
    return int(
        value(
            db,
            "INSERT INTO imports (project_id, kind, file_name, sha256, started_at)"
            " VALUES (?, ?, ?, ?, ?) RETURNING id",
            (project_id, kind, file_name, digest, iso(now)),
        )
    )


def finish(
    db: Database, now: datetime, import_id: int, project_id: int, report: dict[str, Any]
) -> None:
    run(
        db,
        "UPDATE imports SET finished_at = ?, report = ? WHERE id = ?",
        (iso(now), dumps(report), import_id),
    )
    events.append(db, now, "import.finished", project_id=project_id, subject_id=import_id)


def unfinished(db: Database) -> list[int]:
    return [r["id"] for r in many(db, "SELECT id FROM imports WHERE finished_at IS NULL")]


def remove(db: Database, now: datetime, import_id: int) -> None:
    """Undo an import that never finished; nothing can have been judged in it by people. What was
    removed is kept for them to read.
    """
    found = one(db, f"SELECT project_id, file_name, started_at, {_COUNTED} FROM imports i"
                    " WHERE id = ?", (import_id,))  # fmt: skip
    assert found is not None
    project_id, name, begun_at, *counts = found.values()
    had = dict(zip(_COUNTS, counts, strict=True))
    removals.add(db, now, project_id, "import", name, begun_at, had)
    for statement in _CONTENTS:
        run(db, statement, (import_id,))


def recent(db: Database, project_id: int, limit: int = 10) -> list[dict[str, Any]]:
    return many(
        db,
        "SELECT id, kind, file_name, finished_at, report FROM imports"
        " WHERE project_id = ? AND finished_at IS NOT NULL ORDER BY id DESC LIMIT ?",
        (project_id, limit),
    )
