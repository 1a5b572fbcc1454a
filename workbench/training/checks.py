"""A preflight by itself: what a run would be, before anybody starts it. A job makes the folder of
such a run aside, lets the process look at its rows, and keeps what it saw as its result.
"""

import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

from workbench import jobs
from workbench.clock import utc_now
from workbench.records import Job, Model, Project
from workbench.store import Store, datasets, variants
from workbench.store import jobs as rows
from workbench.store.database import Database
from workbench.store.datasets import DatasetVersion
from workbench.training import folder as folders
from workbench.training.launching import look
from workbench.training.methods import check_format
from workbench.training.preflight import Preflight
from workbench.training.recipes import Recipe

JOB = "preflight"


def ask(
    store: Store, project: Project, version: DatasetVersion, base: Model, recipe: Recipe,
    device: str,
) -> Job:  # fmt: skip
    """Queue the job. Raises InvalidInput for a version that the method cannot read."""
    check_format(recipe.method, version.format, version.name)
    arguments = _arguments(version, base, recipe, device)
    return jobs.start(store, JOB, arguments, resource=device, project_id=project.id)


def _arguments(version: DatasetVersion, base: Model, recipe: Recipe, device: str) -> dict[str, Any]:
    return {"version": version.id, "model": base.id, "recipe": asdict(recipe), "device": device}


def work(store: Store, arguments: dict[str, Any], report: jobs.Report) -> dict[str, Any]:
    """The job: a `Preflight` as JSON."""
    with store.read() as db:
        version = datasets.get(db, arguments["version"])
        base = variants.model(db, arguments["model"])
    recipe = Recipe(**arguments["recipe"])
    with tempfile.TemporaryDirectory(dir=store.workspace.runs, prefix="check-") as name:
        folder = Path(name)
        folders.write(folder, version, base, recipe, arguments["device"], utc_now())
        look(folder, report)
        found: dict[str, Any] = folders.read(folder, "preflight.json")
    return found


def latest(
    db: Database, project: Project, version: DatasetVersion, base: Model, recipe: Recipe,
    device: str,
) -> Job | None:  # fmt: skip
    """The newest job that looked, or looks, at just this."""
    wanted = _arguments(version, base, recipe, device)
    return next((j for j in rows.recent(db, project.id, JOB) if j.arguments == wanted), None)


def seen(job: Job) -> Preflight | None:
    """What it found; None while it has not ended well."""
    return Preflight.from_json(job.result) if job.result else None
