"""Commands of training: `train`, `runs`, `recipes`."""

import json

import click

from workbench import devices, training
from workbench.cli.quality import json_option
from workbench.cli.shared import find_project, follow, open_store, project_option
from workbench.clock import utc_now
from workbench.generation import known
from workbench.jobs import wait
from workbench.store import datasets, training_runs
from workbench.store.training_runs import TrainingRun
from workbench.training import checks, comparing
from workbench.training import folder as folders
from workbench.training.preflight import Preflight, gib, warnings
from workbench.training.recipes import changed
from workbench.training.runs import finish

LISTED = ("run", "status", "method", "recipe", "base", "dataset", "seconds")
run_argument = click.argument("run_id", metavar="RUN", type=int)


@click.command()
@click.argument("recipe")
@project_option
@click.option("--dataset", required=True, help="The dataset version's name.")
@click.option("--model", "model_name", default="starter", show_default=True)
@click.option("--set", "changes", multiple=True, metavar="KEY=VALUE", help="Another setting.")
@click.option("--device", help="“cpu”, “gpu-0”, “gpu-0+gpu-1”; default: what suits the recipe.")
@click.option("--check", is_flag=True, help="Look at the rows and the machine; train nothing.")
@click.option("--only-prepare", is_flag=True, help="Write the run's folder, for a cluster to run.")
def train(recipe: str, slug: str, dataset: str, model_name: str, changes: tuple[str, ...],
          device: str | None, check: bool, only_prepare: bool) -> None:  # fmt: skip
    """Tune a model on a dataset version by a recipe (shipped, or a YAML file)."""
    store = open_store()
    project = find_project(store, slug)
    with store.read() as db:
        version = datasets.named(db, project.id, dataset)
    base = known.named(store, model_name)
    chosen = changed(training.load_recipe(recipe), _as_yaml(changes))
    on = device or training.usual_device(chosen)
    if check:
        job = checks.ask(store, project, version, base, chosen, on)
        _say_preflight(Preflight.from_json(wait(store, job.id).result or {}))
        return
    run_id = training.prepare(store, project, version, base, chosen, utc_now(), on)
    if only_prepare:
        with store.read() as db:
            click.echo(f"Run {run_id} is prepared in {training_runs.get(db, run_id).folder}.")
        return
    result = follow(store, training.start(store, project, run_id))
    click.echo(f"Run {result['run_id']} made the model “{result['model']}”.")


def _as_yaml(changes: tuple[str, ...]) -> str:
    for change in changes:
        if "=" not in change:
            raise click.BadParameter(f"“{change}” is no KEY=VALUE", param_hint="--set")
    return "\n".join(change.replace("=", ": ", 1) for change in changes)


def _say_preflight(seen: Preflight) -> None:
    parts = f"{seen.rows:,} rows" + (
        f" and {seen.test_rows:,} to test on" if seen.test_rows else ""
    )
    click.echo(f"{parts}, {seen.steps:,} steps; {seen.trained:,} of {seen.parameters:,} weights")
    for what, spread in (("prompts", seen.prompts), ("whole rows", seen.wholes)):
        if spread:
            click.echo(f"{what}: {spread.median} tokens (median), 95 % below {spread.p95},"
                       f" at most {spread.most}")  # fmt: skip
    click.echo(f"memory: about {gib(seen.memory)} of {gib(seen.memory_there)}")
    click.echo(f"disk: about {gib(seen.disk)} of {gib(seen.disk_there)}")
    for warning in warnings(seen):
        click.echo(f"! {warning}")


@click.command()
def recipes() -> None:
    """The recipes that ship, and the devices of this machine."""
    for name in training.names():
        click.echo(f"{name}\t{training.load_recipe(name).about}")
    for device in (*devices.gpus(), devices.CPU):
        click.echo(f"device {device}\t{devices.label(device)}")


@click.group("runs")
def runs_group() -> None:
    """Training runs: what was tuned on what, how it went, and what came of it."""


@runs_group.command("list")
@project_option
@json_option
def list_runs(slug: str, as_json: bool) -> None:
    """Every run of a project, the newest first."""
    store = open_store()
    project = find_project(store, slug)
    with store.read() as db:
        rows = [comparing.summary(run) for run in training_runs.in_project(db, project.id)]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        click.echo("\t".join(f"{row[key]}" for key in LISTED))


@runs_group.command()
@run_argument
def show(run_id: int) -> None:
    """One run: where it comes from, its folder, and its last figures, as JSON."""
    run = _run(run_id)
    told = folders.read(run.folder, "run.json")
    said = comparing.summary(run) | {"folder": run.folder, "error": run.error, "from": told}
    click.echo(json.dumps(said, ensure_ascii=False, indent=2))


@runs_group.command()
@run_argument
def resume(run_id: int) -> None:
    """Go on with a run that was cancelled or failed, from its last whole checkpoint."""
    store = open_store()
    run = _run(run_id)
    with store.read() as db:
        project = comparing.project_of(db, run)
    result = follow(store, training.start(store, project, run_id))
    click.echo(f"Run {run_id} made the model “{result['model']}”.")


@runs_group.command("finish")
@run_argument
def finish_run(run_id: int) -> None:
    """Make known the model of a run that was trained by other means, on a cluster say."""
    click.echo(f"Run {run_id} made the model “{finish(open_store(), run_id).name}”.")


@runs_group.command()
@click.argument("run_ids", metavar="RUN...", nargs=-1, type=int, required=True)
def compare(run_ids: tuple[int, ...]) -> None:
    """Where runs differ: settings, base, dataset, and their last figures."""
    for name, values in comparing.differences([_run(one) for one in run_ids]).items():
        click.echo("\t".join([name, *("" if value is None else str(value) for value in values)]))


def _run(run_id: int) -> TrainingRun:
    with open_store().read() as db:
        return training_runs.get(db, run_id)


COMMANDS = (train, recipes, runs_group)
