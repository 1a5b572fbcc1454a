"""A new check: a reviewer of kind judge with settings that never change."""

import json
from datetime import datetime
from typing import Any

from workbench.checking.making import kind_of
from workbench.errors import InvalidInput
from workbench.records import Project
from workbench.store import checks, reviewers
from workbench.store.checks import Check
from workbench.store.database import Database


def add(
    db: Database, now: datetime, project: Project, kind: str, settings: dict[str, Any],
    name: str | None = None,
) -> Check:  # fmt: skip
    """The check with these settings, made if the project has none in use.

    Raises InvalidInput, with field and remedy, for settings that cannot be used.
    """
    kind_of(kind, settings)
    for known in checks.in_project(db, project.id, active=True):
        if (known.kind, known.settings) == (kind, settings):
            return known
    number = 1 + len(checks.in_project(db, project.id))
    reviewer = reviewers.add(db, now, name or f"{project.slug}: {kind} {number}", kind="judge")
    return checks.add(db, now, project.id, reviewer.id, kind, settings)


def schema_of(text: str) -> Any:
    """A JSON schema as it is typed. Raises InvalidInput for what is no JSON."""
    try:
        return json.loads(text)
    except ValueError as error:
        raise InvalidInput(
            f"The schema is no JSON: {error}.", field="schema", remedy="Give JSON; {} allows any."
        ) from error
