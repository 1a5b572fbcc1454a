"""Training runs: one dataset version, one base model, a recipe, and how far it came."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from workbench.clock import iso
from workbench.errors import NotFound
from workbench.store.database import Database, dumps, many, one, run, value


@dataclass(frozen=True)
class TrainingRun:
    id: int
    project_id: int
    dataset_version_id: int
    base_model_id: int
    recipe: dict[str, Any]
    folder: str
    status: str
    error: str | None
    created_at: str


def add(
    db: Database,
    now: datetime,
    project_id: int,
    dataset_version_id: int,
    base_model_id: int,
    recipe: dict[str, Any],
) -> int:
    return int(
        value(
            db,
            "INSERT INTO training_runs (project_id, dataset_version_id, base_model_id, method,"
            " recipe, folder, status, created_at) VALUES (?, ?, ?, 'dpo', ?, '', 'queued', ?)"
            " RETURNING id",
            (project_id, dataset_version_id, base_model_id, dumps(recipe), iso(now)),
        )
    )


def set_status(
    db: Database, now: datetime, run_id: int, status: str, *, folder: str | None = None,
    job_id: int | None = None, error: str | None = None,
) -> None:  # fmt: skip
    finished = iso(now) if status in ("done", "failed", "cancelled") else None
    run(
        db,
        "UPDATE training_runs SET status = ?, folder = coalesce(?, folder), error = ?,"
        " job_id = coalesce(?, job_id), finished_at = ? WHERE id = ?",
        (status, folder, error, job_id, finished, run_id),
    )


def get(db: Database, run_id: int) -> TrainingRun:
    row = one(db, "SELECT * FROM training_runs WHERE id = ?", (run_id,))
    if row is None:
        raise NotFound(f"There is no training run number {run_id}.")
    return _run(row)


def in_project(db: Database, project_id: int) -> list[TrainingRun]:
    rows = many(
        db, "SELECT * FROM training_runs WHERE project_id = ? ORDER BY id DESC", (project_id,)
    )
    return [_run(row) for row in rows]


def _run(row: dict[str, Any]) -> TrainingRun:
    return TrainingRun(
        row["id"], row["project_id"], row["dataset_version_id"], row["base_model_id"],
        json.loads(row["recipe"]), row["folder"], row["status"], row["error"], row["created_at"],
    )  # fmt: skip
