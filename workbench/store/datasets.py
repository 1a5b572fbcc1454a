"""Dataset versions: frozen rows that point at a folder; the same content is the same version."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from workbench.clock import iso
from workbench.errors import NotFound
from workbench.store import events
from workbench.store.database import Database, dumps, many, one, run, value


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


def add(db: Database, now: datetime, version: DatasetVersion, judgements: bytes) -> DatasetVersion:
    """Register a version that lies on disk, with the packed ids of the judgements behind it; the
    same content is the same version.
    """
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
    run(
        db,
        "INSERT INTO dataset_judgements VALUES (?, ?) ON CONFLICT (version_id) DO NOTHING",
        (stored["id"], judgements),
    )
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
    return every(db, project_id)


def every(db: Database, project_id: int | None = None) -> list[DatasetVersion]:
    """Of one project, or of all; the newest first."""
    rows = many(
        db,
        "SELECT * FROM dataset_versions WHERE ? IN (project_id, 0) ORDER BY id DESC",
        (project_id or 0,),
    )
    return [_version(row) for row in rows]


def judgements(db: Database, version_id: int) -> bytes | None:
    """The packed ids of those behind a version; None for one of before they were kept."""
    found: bytes | None = value(
        db, "SELECT ids FROM dataset_judgements WHERE version_id = ?", (version_id,)
    )
    return found


def judged_by(db: Database, public_id: str) -> list[DatasetVersion]:
    """The versions that this reviewer's judgements stand behind, the newest first."""
    rows = many(
        db,
        "SELECT v.* FROM dataset_versions v WHERE EXISTS (SELECT 1 FROM"
        " json_each(v.manifest, '$.reviewers') r WHERE r.key = ?) ORDER BY v.id DESC",
        (public_id,),
    )
    return [_version(row) for row in rows]


def no_longer(db: Database, project_id: int) -> list[dict[str, Any]]:
    """`{id, reviewer, kind, withdrawn}`: the judgements of a project that counted once: withdrawn,
    or revised since.
    """
    return many(
        db,
        "SELECT j.id, r.public_id AS reviewer, r.kind, j.withdrawn_at IS NOT NULL AS withdrawn"
        " FROM judgements j JOIN comparisons c ON c.id = j.comparison_id"
        " JOIN reviewers r ON r.id = j.reviewer_id"
        " WHERE c.project_id = ? AND (j.withdrawn_at IS NOT NULL OR j.current = 0)",
        (project_id,),
    )


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
