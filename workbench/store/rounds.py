"""Rounds: each turn of the loop, with the policy that it is to improve."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from workbench.clock import iso
from workbench.errors import NotFound
from workbench.store import events
from workbench.store.database import Database, many, one, run, value


@dataclass(frozen=True)
class Round:
    id: int
    project_id: int
    number: int
    policy_variant_id: int
    dataset_version_id: int | None
    training_run_id: int | None
    closed_at: str | None


def open_next(db: Database, now: datetime, project_id: int, policy_variant_id: int) -> Round:
    """The next round of the project, with the model that it is to improve."""
    number = value(db, "SELECT count(*) FROM rounds WHERE project_id = ?", (project_id,))
    round_id = value(
        db,
        "INSERT INTO rounds (project_id, number, policy_variant_id, opened_at)"
        " VALUES (?, ?, ?, ?) RETURNING id",
        (project_id, number, policy_variant_id, iso(now)),
    )
    events.append(db, now, "round.opened", project_id=project_id, subject_id=round_id)
    return get(db, int(round_id))


def close(db: Database, now: datetime, round_id: int) -> None:
    run(db, "UPDATE rounds SET closed_at = ? WHERE id = ?", (iso(now), round_id))
    project_id = value(db, "SELECT project_id FROM rounds WHERE id = ?", (round_id,))
    events.append(db, now, "round.closed", project_id=project_id, subject_id=round_id)


def note_progress(
    db: Database, round_id: int, *, dataset_version_id: int | None = None,
    training_run_id: int | None = None,
) -> None:  # fmt: skip
    """Remember how far the closing of a round came, so that a restart goes on from there."""
    run(
        db,
        "UPDATE rounds SET dataset_version_id = coalesce(?, dataset_version_id),"
        " training_run_id = coalesce(?, training_run_id) WHERE id = ?",
        (dataset_version_id, training_run_id, round_id),
    )


def forget_progress(db: Database, round_id: int) -> None:
    """Its closing begins anew; what it had made stays where it is."""
    run(
        db,
        "UPDATE rounds SET dataset_version_id = NULL, training_run_id = NULL WHERE id = ?",
        (round_id,),
    )


def get(db: Database, round_id: int) -> Round:
    row = one(db, "SELECT * FROM rounds WHERE id = ?", (round_id,))
    if row is None:
        raise NotFound(f"There is no round with the id {round_id}.")
    return _round(row)


def in_project(db: Database, project_id: int) -> list[Round]:
    rows = many(db, "SELECT * FROM rounds WHERE project_id = ? ORDER BY number", (project_id,))
    return [_round(row) for row in rows]


def _round(row: dict[str, Any]) -> Round:
    return Round(
        row["id"], row["project_id"], row["number"], row["policy_variant_id"],
        row["dataset_version_id"], row["training_run_id"], row["closed_at"],
    )  # fmt: skip


def current(db: Database, project_id: int) -> Round | None:
    """The round that is open, if any."""
    row = one(
        db,
        "SELECT * FROM rounds WHERE project_id = ? AND closed_at IS NULL"
        " ORDER BY number DESC LIMIT 1",
        (project_id,),
    )
    return _round(row) if row else None


def numbered(db: Database, project_id: int, number: int) -> Round:
    row = one(db, "SELECT * FROM rounds WHERE project_id = ? AND number = ?", (project_id, number))
    if row is None:
        raise NotFound(f"This project has no round {number}.", field="round")
    return _round(row)
