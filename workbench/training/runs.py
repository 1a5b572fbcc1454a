"""Training runs: the row, the job and the folder (`recipe.yaml`, `dataset.json`,
`metrics.jsonl`, `status.json`, `model/`). It knows no torch; `dpo` does the training.

A run that was killed starts over from the same files and ends with the same model.
"""

import json
import shutil
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml

from workbench import jobs
from workbench.clock import iso, utc_now
from workbench.errors import InvalidInput, WorkbenchError
from workbench.fingerprint import folder_fingerprint
from workbench.records import Job, Model, Project
from workbench.store import Store, datasets, training_runs, variants
from workbench.store.datasets import DatasetVersion

TRAINABLE = ("preference", "reward")  # the formats that `dpo` reads as they lie


def prepare(
    store: Store,
    project: Project,
    version: DatasetVersion,
    base: Model,
    recipe: dict[str, Any],
    now: datetime,
) -> int:
    """Add the run's row and write its folder; returns the run's id.

    Raises InvalidInput for a version in a format that is not trained on here.
    """
    if version.format not in TRAINABLE:
        raise InvalidInput(
            f"{version.name} is in the format “{version.format}”, which is not trained on here.",
            field="dataset",
            remedy=f"Export the project as {' or '.join(f'“{one}”' for one in TRAINABLE)},"
            " and train on that version.",
        )
    run_id = store.write(
        lambda db: training_runs.add(db, now, project.id, version.id, base.id, recipe)
    )
    folder = store.workspace.runs / f"{run_id:04d}-{project.slug}"
    folder.mkdir(parents=True, exist_ok=True)
    settings = {
        "model_name_or_path": base.location,
        "dataset_name": version.folder,
        "output_dir": str(folder / "checkpoints"),
        **recipe,
    }
    (folder / "recipe.yaml").write_text(yaml.safe_dump(settings, sort_keys=False))
    reference = {"name": version.name, "sha256": version.sha256, "folder": version.folder}
    (folder / "dataset.json").write_text(json.dumps(reference, indent=2) + "\n")
    store.write(lambda db: training_runs.set_status(db, now, run_id, "queued", folder=str(folder)))
    return run_id


def start(store: Store, project: Project, run_id: int) -> Job:
    """Queue a prepared run."""
    return jobs.start(store, "train", {"run_id": run_id}, resource=jobs.CPU, project_id=project.id)


def work(store: Store, arguments: dict[str, Any], report: jobs.Report) -> dict[str, Any]:
    """The job: train, and register the model."""
    model = train(store, arguments["run_id"], report)
    return {"run_id": arguments["run_id"], "model": model.name}


def train(store: Store, run_id: int, report: jobs.Report) -> Model:
    """Train one prepared run to its end and register its model; says how it ended in any case."""
    from workbench.training import dpo

    with store.read() as db:
        run = training_runs.get(db, run_id)
        version = datasets.get(db, run.dataset_version_id)
    folder = Path(run.folder)
    _set_status(store, run_id, folder, "running")
    try:
        dpo.train(folder, report)
        model = _register(store, run_id, folder, version)
    except jobs.Cancelled:
        _set_status(store, run_id, folder, "cancelled")
        raise
    except BaseException as problem:
        text = str(problem) if isinstance(problem, WorkbenchError) else repr(problem)
        _set_status(store, run_id, folder, "failed", text)
        raise
    _set_status(store, run_id, folder, "done")
    shutil.rmtree(folder / "checkpoints", ignore_errors=True)
    return model


def _register(store: Store, run_id: int, folder: Path, version: DatasetVersion) -> Model:
    location = folder / "model"
    model = Model(
        name=f"{version.manifest['project']} run {run_id}",
        kind="local",
        location=str(location),
        fingerprint=folder_fingerprint(location),
        training_run_id=run_id,
    )
    return store.write(lambda db: variants.ensure_model(db, utc_now(), model))


def _set_status(
    store: Store, run_id: int, folder: Path, status: str, error: str | None = None
) -> None:
    now = utc_now()
    store.write(lambda db: training_runs.set_status(db, now, run_id, status, error=error))
    text = json.dumps({"status": status, "at": iso(now), "error": error}, indent=2)
    (folder / "status.json").write_text(text + "\n")


def metrics(folder: str) -> list[dict[str, Any]]:
    """What the run logged so far: `{step, steps, loss, …}` with TRL's names; [] before the first.

    A line that is being written is left for the next look.
    """
    path = Path(folder) / "metrics.jsonl"
    if not path.exists():
        return []
    lines = path.read_text(encoding="utf-8").split("\n")
    return [json.loads(line) for line in lines[:-1]]
