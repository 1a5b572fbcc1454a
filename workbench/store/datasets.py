"""Dataset versions: frozen rows that point at a folder; the same content is the same version."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from workbench.clock import iso
from workbench.errors import NotFound
from workbench.store import events
from workbench.store.database import Database, dumps, many, one, run


@dataclass(frozen=True)
class DatasetVersion:
    id: int
    project_id: int
    name: str
    sha256: str
    format: str
    folder: str
    manifest: dict[str, Any]
    created_at: str


def add(db: Database, now: datetime, version: DatasetVersion) -> DatasetVersion:
    """Register a version that lies on disk; the same content is the same version."""
    run(
        db,
        "INSERT INTO dataset_versions (project_id, name, sha256, format, folder, manifest,"
        " created_at) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (project_id, sha256) DO NOTHING",
        (version.project_id, version.name, version.sha256, version.format, version.folder,
         dumps(version.manifest), iso(now)),
    )  # fmt: skip
    stored = one(
        db,
        "SELECT * FROM dataset_versions WHERE project_id = ? AND sha256 = ?",
        (version.project_id, version.sha256),
    )
    assert stored is not None
    events.append(
        db, now, "dataset.exported", project_id=version.project_id, subject_id=stored["id"]
    )
    return _version(stored)


def get(db: Database, version_id: int) -> DatasetVersion:
    row = one(db, "SELECT * FROM dataset_versions WHERE id = ?", (version_id,))
    if row is None:
        raise NotFound(f"There is no dataset version number {version_id}.")
    return _version(row)


def named(db: Database, project_id: int, name: str) -> DatasetVersion:
    row = one(
        db,
        "SELECT * FROM dataset_versions WHERE project_id = ? AND (name = ? OR sha256 = ?)"
        " ORDER BY id DESC LIMIT 1",
        (project_id, name, name),
    )
    if row is None:
        raise NotFound(f"There is no dataset version “{name}” in this project.")
    return _version(row)


def in_project(db: Database, project_id: int) -> list[DatasetVersion]:
    rows = many(
        db, "SELECT * FROM dataset_versions WHERE project_id = ? ORDER BY id DESC", (project_id,)
    )
    return [_version(row) for row in rows]


def models_trained_on(db: Database, version_id: int) -> list[str]:
    rows = many(
        db,
        "SELECT m.name FROM models m JOIN training_runs t ON t.id = m.training_run_id"
        " WHERE t.dataset_version_id = ? ORDER BY m.id",
        (version_id,),
    )
    return [row["name"] for row in rows]


def _version(row: dict[str, Any]) -> DatasetVersion:
    return DatasetVersion(
        row["id"], row["project_id"], row["name"], row["sha256"], row["format"], row["folder"],
        json.loads(row["manifest"]), row["created_at"],
    )  # fmt: skip
