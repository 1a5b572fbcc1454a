"""Training runs: the row, the job, and what it leaves: a model, or a reward model.

It knows no torch: `launching` starts the process that trains. A run that was cut off goes on from
its last whole checkpoint and ends with the same model.
"""

import shutil
import time
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from workbench import devices, jobs
from workbench.clock import utc_now
from workbench.errors import InvalidInput, WorkbenchError
from workbench.fingerprint import folder_fingerprint, model_fingerprint
from workbench.hashing import sha256_json
from workbench.locks import held
from workbench.records import Job, Model, Project
from workbench.store import Store, projects, reward_models, training_runs, variants
from workbench.store.datasets import DatasetVersion
from workbench.store.reward_models import RewardModel
from workbench.store.training_runs import TrainingRun
from workbench.training import folder as folders
from workbench.training.launching import run
from workbench.training.methods import check_format
from workbench.training.recipes import Recipe

JOB = "train"
Made = Model | RewardModel


def prepare(
    store: Store, project: Project, version: DatasetVersion, base: Model, recipe: Recipe,
    now: datetime, device: str | None = None,
) -> int:  # fmt: skip
    """Add the run's row and write its folder; returns the run's id. The same run that is under way
    already is found again.

    Raises InvalidInput for a version that the method cannot read, and a model that is not local.
    """
    check_format(recipe.method, version.format, version.name)
    if base.kind != "local":
        raise InvalidInput(
            f"“{base.name}” is no local model.",
            field="model",
            remedy="Choose a folder or hub id of a transformers model.",
        )
    on = device or usual_device(recipe)
    identity = sha256_json(
        [version.sha256, base.fingerprint or base.location, recipe.method, recipe.whole]
    )
    run_id = store.write(
        lambda db: training_runs.add(db, now, project.id, version.id, base.id, recipe.method,
                                     recipe.name, recipe.whole, identity)
    )  # fmt: skip
    with held(store.workspace.locks / f"run-{run_id}.lock", wait=True), store.read() as db:
        if not training_runs.get(db, run_id).folder:
            folder = store.workspace.runs / f"{run_id:04d}-{project.slug}"
            folders.write(folder, version, base, recipe, on, now)
            store.write(lambda db: training_runs.place(db, run_id, str(folder)))
    return run_id


def usual_device(recipe: Recipe) -> str:
    """As many GPUs as the recipe has processes, or the CPU where there are fewer."""
    there = devices.gpus()
    return devices.together(there[: recipe.processes]) if there else devices.CPU


def start(store: Store, project: Project, run_id: int) -> Job:
    """Queue a prepared run, or one that was cut off, cancelled or failed: it goes on."""
    with store.read() as db:
        found = training_runs.get(db, run_id)
    if found.status == "done":
        raise InvalidInput(f"Run {run_id} is done.", field="run")
    told = folders.read(found.folder, "run.json")
    resource = told["device"] if told else devices.usual()
    if found.status in ("failed", "cancelled"):
        _set_status(store, run_id, Path(found.folder), "queued")
    return jobs.start(store, JOB, {"run_id": run_id}, resource=resource, project_id=project.id)


def work(store: Store, arguments: dict[str, Any], report: jobs.Report) -> dict[str, Any]:
    """The job: train, and register the model."""
    made = train(store, arguments["run_id"], report)
    return {"run_id": arguments["run_id"], "model": made.name}


def train(store: Store, run_id: int, report: jobs.Report) -> Made:
    """Train one prepared run to its end and register its model; says how it ended in any case."""
    with store.read() as db:
        found = training_runs.get(db, run_id)
    folder = Path(found.folder)
    _set_status(store, run_id, folder, "running")
    began = time.monotonic()
    try:
        if not (folder / "model").exists():
            run(folder, report)
        made = register(store, found)
    except jobs.Cancelled:
        _set_status(store, run_id, folder, "cancelled", seconds=time.monotonic() - began)
        raise
    except BaseException as problem:
        text = str(problem) if isinstance(problem, WorkbenchError) else repr(problem)
        _set_status(store, run_id, folder, "failed", text, seconds=time.monotonic() - began)
        raise
    _set_status(store, run_id, folder, "done", seconds=time.monotonic() - began)
    shutil.rmtree(folder / "checkpoints", ignore_errors=True)
    return made


def finish(store: Store, run_id: int) -> Made:
    """Make known what a run that was started by other means, on a cluster say, has left.

    Raises InvalidInput while there is no model.
    """
    with store.read() as db:
        found = training_runs.get(db, run_id)
    folder = Path(found.folder)
    if not (folder / "model").is_dir():
        raise InvalidInput(
            f"Run {run_id} has left no model yet.",
            field="run",
            remedy=f"It is to be in {folder / 'model'}.",
        )
    made = register(store, found)
    _set_status(store, run_id, folder, "done")
    return made


def register(store: Store, found: TrainingRun) -> Made:
    """Make known what a run has left in its folder; the same run is known once."""
    with store.read() as db:
        project = projects.by_id(db, found.project_id)
        base = variants.model(db, found.base_model_id)
    folder = Path(found.folder)
    name = f"{project.slug} run {found.id}"
    if found.method == "reward":
        location = str(folder / "model")
        reward = RewardModel(
            f"{project.slug} reward {found.id}", project.id, found.id, location,
            folder_fingerprint(folder / "model"),
        )  # fmt: skip
        return store.write(lambda db: reward_models.ensure(db, utc_now(), reward))
    made = _model(folder, name, base)
    stored = replace(made, training_run_id=found.id)
    return store.write(lambda db: variants.ensure_model(db, utc_now(), stored))


def _model(folder: Path, name: str, base: Model) -> Model:
    """What `model/` holds: a whole model, or an adapter of the one that it was trained on."""
    made = str(folder / "model")
    if not (folder / "model" / "adapter_config.json").exists():
        return Model(name, "local", made, model_fingerprint(made))
    below = str(folder / "base") if base.adapter else base.location
    return Model(name, "local", below, model_fingerprint(below, made), adapter=made)


def _set_status(
    store: Store, run_id: int, folder: Path, status: str, error: str | None = None,
    seconds: float = 0.0,
) -> None:  # fmt: skip
    now = utc_now()
    store.write(
        lambda db: training_runs.set_status(db, now, run_id, status, error=error, seconds=seconds)
    )
    folders.write_status(folder, status, error, now)
