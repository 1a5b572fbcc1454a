"""Checks of a project and what they found; a check never changes, and a retired one is kept."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from workbench.clock import iso
from workbench.errors import NotFound
from workbench.records import Completion
from workbench.store import completions, events
from workbench.store.database import Database, dumps, many, one, run, value


@dataclass(frozen=True)
class Check:
    """`name` is its reviewer's."""

    id: int
    project_id: int
    reviewer_id: int
    name: str
    kind: str
    settings: dict[str, Any]
    retired_at: str | None


@dataclass(frozen=True)
class Result:
    """`passed` is None where the check had nothing to say."""

    completion_id: int
    passed: bool | None
    note: str


_CHECK = (
    "SELECT k.id, k.project_id, k.reviewer_id, coalesce(r.name, r.public_id) AS name, k.kind,"
    " k.settings, k.retired_at FROM checks k JOIN reviewers r ON r.id = k.reviewer_id"
)


def add(
    db: Database, now: datetime, project_id: int, reviewer_id: int, kind: str,
    settings: dict[str, Any],
) -> Check:  # fmt: skip
    check_id = value(
        db,
        "INSERT INTO checks (project_id, reviewer_id, kind, settings, created_at)"
        " VALUES (?, ?, ?, ?, ?) RETURNING id",
        (project_id, reviewer_id, kind, dumps(settings), iso(now)),
    )
    events.append(db, now, "check.added", project_id=project_id, subject_id=int(check_id))
    return get(db, int(check_id))


def get(db: Database, check_id: int) -> Check:
    row = one(db, f"{_CHECK} WHERE k.id = ?", (check_id,))
    if row is None:
        raise NotFound(
            f"There is no check number {check_id}.",
            field="check",
            remedy="`python -m workbench checks list --project NAME` shows their numbers.",
        )
    return _check(row)


def in_project(db: Database, project_id: int, *, active: bool = False) -> list[Check]:
    """All checks, or those in use."""
    rows = many(
        db,
        f"{_CHECK} WHERE k.project_id = ? AND (? = 0 OR k.retired_at IS NULL) ORDER BY k.id",
        (project_id, int(active)),
    )
    return [_check(row) for row in rows]


def retire(db: Database, now: datetime, check_id: int) -> None:
    """Take a check out of use; what it found is kept."""
    run(
        db,
        "UPDATE checks SET retired_at = ? WHERE id = ? AND retired_at IS NULL",
        (iso(now), check_id),
    )
    project_id = get(db, check_id).project_id
    events.append(db, now, "check.retired", project_id=project_id, subject_id=check_id)


_UNCHECKED = (
    "FROM completions c CROSS JOIN prompts p ON p.id = c.prompt_id"
    f" WHERE p.project_id = :project AND {completions.VISIBLE} AND NOT EXISTS"
    " (SELECT 1 FROM check_results k WHERE k.check_id = :check AND k.completion_id = c.id)"
)


def count_unchecked(db: Database, check: Check) -> int:
    scope = {"project": check.project_id, "check": check.id}
    return int(value(db, f"SELECT count(*) {_UNCHECKED}", scope))


def unchecked(db: Database, check: Check, after_id: int, most: int) -> list[Completion]:
    """The next completions without a result, in the order of their ids."""
    scope = {"project": check.project_id, "check": check.id, "after": after_id, "most": most}
    rows = many(db, f"SELECT c.* {_UNCHECKED} AND c.id > :after ORDER BY c.id LIMIT :most", scope)
    return [completions.of_row(row) for row in rows]


def keep(db: Database, check_id: int, results: list[Result]) -> None:
    """Store results; the newest of an answer stands."""
    for found in results:
        run(
            db,
            "INSERT INTO check_results (check_id, completion_id, passed, note) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (check_id, completion_id)"
            " DO UPDATE SET passed = excluded.passed, note = excluded.note",
            (check_id, found.completion_id, found.passed, found.note),
        )


def failures(db: Database, check_id: int, variant_id: int, most: int) -> list[dict[str, Any]]:
    """`{completion_id, note}` of a variant's answers that did not pass, by their ids."""
    return many(
        db,
        "SELECT f.completion_id, f.note FROM check_results f"
        " JOIN completions c ON c.id = f.completion_id"
        " WHERE f.check_id = ? AND c.variant_id = ? AND f.passed = 0"
        " ORDER BY f.completion_id LIMIT ?",
        (check_id, variant_id, most),
    )


def counts(db: Database, project_id: int) -> list[dict[str, Any]]:
    """`{check_id, variant_id, variant, passed, failed, silent}`; silent ones had nothing to say."""
    return many(
        db,
        "SELECT k.id AS check_id, v.id AS variant_id, v.name AS variant,"
        " coalesce(sum(f.passed = 1), 0) AS passed, coalesce(sum(f.passed = 0), 0) AS failed,"
        " sum(f.passed IS NULL) AS silent FROM checks k"
        " JOIN check_results f ON f.check_id = k.id JOIN completions c ON c.id = f.completion_id"
        " JOIN variants v ON v.id = c.variant_id"
        " WHERE k.project_id = ? AND k.retired_at IS NULL GROUP BY k.id, v.id ORDER BY k.id, v.id",
        (project_id,),
    )


def _check(row: dict[str, Any]) -> Check:
    return Check(**row | {"settings": json.loads(row["settings"])})
