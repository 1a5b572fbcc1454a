"""Runs in a line each, and where several of them differ."""

from collections.abc import Sequence
from typing import Any

from workbench.records import Project
from workbench.store import projects
from workbench.store.database import Database
from workbench.store.training_runs import TrainingRun
from workbench.training import folder as folders
from workbench.training.curves import last
from workbench.training.methods import METHODS, known
from workbench.training.recipes import load_recipe, names

Json = dict[str, Any]
ALWAYS = ("seconds", "created_at")  # of no two runs the same


def project_of(db: Database, run: TrainingRun) -> Project:
    return projects.by_id(db, run.project_id)


def summary(run: TrainingRun) -> Json:
    """A run in a line: what it was, how it stands, and its last figures by their titles."""
    return {
        "run": run.id,
        "status": run.status,
        "method": run.method,
        "recipe": run.recipe_name,
        "dataset": _told(run, "dataset"),
        "base": _told(run, "base"),
        "seconds": round(run.seconds, 1),
        "created_at": run.created_at,
        **_figures(run),
    }


def recipe_of(run: TrainingRun) -> str:
    """The recipe's name, with the settings that are not its own: “dpo-tiny, beta 0.2”."""
    if run.recipe_name not in names():
        return run.recipe_name
    own = load_recipe(run.recipe_name).whole
    changed = {key: value for key, value in run.recipe.items()
               if key != "seed" and own.get(key) != value}  # fmt: skip
    return ", ".join([run.recipe_name, *(f"{key} {value}" for key, value in changed.items())])


def _told(run: TrainingRun, what: str) -> str | None:
    told = folders.read(run.folder, "run.json") if run.folder else None
    return told[what]["name"] if told else None


def _figures(run: TrainingRun) -> Json:
    """Of the test part where there is one."""
    method, lines = known(run.method), folders.metrics(run.folder) if run.folder else []
    found = {curve.title: last(method, lines, curve.metric) for curve in METHODS[method].curves}
    return {title: round(value, 4) for title, value in found.items() if value is not None}


def differences(runs: Sequence[TrainingRun]) -> dict[str, list[Any]]:
    """What is not the same in all of them: its name, and its value in each; None where unset."""
    tables = [summary(run) | run.recipe for run in runs]
    names = dict.fromkeys(name for table in tables for name in table)
    found = {name: [table.get(name) for table in tables] for name in names}
    return {
        name: values
        for name, values in found.items()
        if name == "run" or (name not in ALWAYS and any(v != values[0] for v in values))
    }
