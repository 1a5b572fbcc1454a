"""Projects, and the frozen rubrics, taxonomies and guidelines that they judge by."""

import json
import re
from datetime import datetime
from functools import lru_cache
from typing import Any

from workbench.clock import iso
from workbench.errors import InvalidInput, NotFound
from workbench.hashing import sha256_text
from workbench.records import Project
from workbench.settings import ProjectSettings
from workbench.store import events
from workbench.store.database import Database, dumps, many, one, run, value

_SLUG = re.compile(r"[a-z0-9][a-z0-9_-]{0,49}")


def create(db: Database, now: datetime, slug: str, title: str, settings: ProjectSettings) -> int:
    """Add a project. Its slug becomes part of file names, so it is kept simple."""
    if not _SLUG.fullmatch(slug):
        raise InvalidInput(
            f"“{slug}” cannot name a project.",
            field="slug",
            remedy="Use up to 50 small letters, digits, - and _, beginning with a letter or digit.",
        )
    if one(db, "SELECT id FROM projects WHERE slug = ?", (slug,)):
        raise InvalidInput(
            f"A project “{slug}” exists already.", field="slug", remedy="Choose another name."
        )
    project_id = int(
        value(
            db,
            "INSERT INTO projects (slug, title, settings, created_at) VALUES (?, ?, ?, ?)"
            " RETURNING id",
            (slug, title, dumps(settings.to_json()), iso(now)),
        )
    )
    events.append(db, now, "project.created", project_id=project_id)
    return project_id


def change_settings(
    db: Database, now: datetime, project_id: int, settings: ProjectSettings
) -> None:
    body = dumps(settings.to_json())
    run(db, "UPDATE projects SET settings = ? WHERE id = ?", (body, project_id))
    events.append(db, now, "project.settings", project_id=project_id)


def snapshot(db: Database, now: datetime, project_id: int, kind: str, body: str) -> int:
    """Freeze a rubric, taxonomy or guidelines; unchanged text keeps its version."""
    latest = _latest(db, project_id, kind)
    digest = sha256_text(body)
    if latest and latest["sha256"] == digest:
        return int(latest["version"])
    version = int(latest["version"]) + 1 if latest else 1
    run(
        db,
        "INSERT INTO snapshots (project_id, kind, version, sha256, body, created_at)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (project_id, kind, version, digest, body, iso(now)),
    )
    events.append(db, now, f"{kind}.changed", project_id=project_id, version=version)
    return version


def _latest(db: Database, project_id: int, kind: str) -> dict[str, Any] | None:
    return one(
        db,
        "SELECT version, sha256, body FROM snapshots WHERE project_id = ? AND kind = ?"
        " ORDER BY version DESC LIMIT 1",
        (project_id, kind),
    )


def get(db: Database, slug: str) -> Project:
    row = one(db, "SELECT * FROM projects WHERE slug = ?", (slug,))
    if row is None:
        raise NotFound(
            f"There is no project “{slug}”.",
            field="project",
            remedy="`python -m workbench projects list` names them all.",
        )
    return _project(db, row)


def by_id(db: Database, project_id: int) -> Project:
    row = one(db, "SELECT * FROM projects WHERE id = ?", (project_id,))
    if row is None:
        raise NotFound(f"There is no project number {project_id}.")
    return _project(db, row)


def all_projects(db: Database) -> list[Project]:
    return [_project(db, row) for row in many(db, "SELECT * FROM projects ORDER BY id")]


# Every judgement reads its project, whose texts hardly ever change: each is parsed once.
@lru_cache(maxsize=256)
def _settings(body: str) -> ProjectSettings:
    return ProjectSettings.from_json(json.loads(body))


@lru_cache(maxsize=256)
def _frozen(body: str) -> dict[str, Any]:
    """A rubric or taxonomy, shared by all who read it: nobody may change it."""
    found: dict[str, Any] = json.loads(body)
    return found


def _project(db: Database, row: dict[str, Any]) -> Project:
    newest = many(
        db,
        "SELECT kind, version, body FROM snapshots s WHERE project_id = ? AND version ="
        " (SELECT max(version) FROM snapshots WHERE project_id = s.project_id AND kind = s.kind)",
        (row["id"],),
    )
    found = {snapshot["kind"]: snapshot for snapshot in newest}
    rubric, taxonomy = found.get("rubric"), found.get("taxonomy")
    guidelines = found.get("guidelines")
    return Project(
        id=row["id"],
        slug=row["slug"],
        title=row["title"],
        settings=_settings(row["settings"]),
        rubric=_frozen(rubric["body"]) if rubric else None,
        taxonomy=_frozen(taxonomy["body"]) if taxonomy else None,
        guidelines=guidelines["body"] if guidelines else "",
        guidelines_version=guidelines["version"] if guidelines else 1,
        rubric_version=rubric["version"] if rubric else None,
        taxonomy_version=taxonomy["version"] if taxonomy else None,
    )
