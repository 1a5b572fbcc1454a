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
    """`seconds` is how long it trained, all attempts together."""

    id: int
    project_id: int
    dataset_version_id: int
    base_model_id: int
    method: str
    recipe_name: str
    recipe: dict[str, Any]
    folder: str
    status: str
    error: str | None
    seconds: float
    created_at: str
    finished_at: str | None


def add(
    db: Database, now: datetime, project_id: int, dataset_version_id: int, base_model_id: int,
    method: str, recipe_name: str, recipe: dict[str, Any], identity: str,
) -> int:  # fmt: skip
    """Its id; a run of the same identity that is under way is that one."""
    under_way = value(
        db,
        "SELECT id FROM training_runs WHERE identity = ? AND status IN ('queued', 'running')",
        (identity,),
    )
    if under_way:
        return int(under_way)
    new_id = value(
        db,
        "INSERT INTO training_runs (project_id, dataset_version_id, base_model_id, method,"
        " recipe_name, recipe, identity, folder, status, created_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, '', 'queued', ?) RETURNING id",
        (project_id, dataset_version_id, base_model_id, method, recipe_name, dumps(recipe),
         identity, iso(now)),
    )  # fmt: skip
    return int(new_id)


def set_status(
    db: Database, now: datetime, run_id: int, status: str, *, error: str | None = None,
    seconds: float = 0.0,
) -> None:  # fmt: skip
    """`seconds` are added to those that it has trained before."""
    finished = iso(now) if status in ("done", "failed", "cancelled") else None
    run(
        db,
        "UPDATE training_runs SET status = ?, error = ?, finished_at = ?, seconds = seconds + ?"
        " WHERE id = ?",
        (status, error, finished, seconds, run_id),
    )


def place(db: Database, run_id: int, folder: str) -> None:
    """Its folder is there, with all that it needs."""
    run(db, "UPDATE training_runs SET folder = ? WHERE id = ?", (folder, run_id))


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
        row["method"], row["recipe_name"], json.loads(row["recipe"]), row["folder"],
        row["status"], row["error"], row["seconds"], row["created_at"], row["finished_at"],
    )  # fmt: skip
