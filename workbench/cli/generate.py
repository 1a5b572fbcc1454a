"""Commands of generation: `generate`, `grids`, `replay`."""

from typing import Any

import click

from workbench.cli.best_of import best_of_by, put_forward
from workbench.cli.shared import find_project, follow, open_store, project_option
from workbench.clock import utc_now
from workbench.errors import NotFound
from workbench.generation import batches, grids, known, replaying
from workbench.generation.estimating import Estimate, Line, estimate
from workbench.generation.grids import Plan
from workbench.generation.selecting import Selection
from workbench.generation.standing import standing
from workbench.records import Job, Model, Project, Sampling, Template
from workbench.rewards.best_of import widened
from workbench.store import Store, variants
from workbench.store import grids as rows


@click.command()
@project_option
@click.option(
    "--model",
    "models",
    multiple=True,
    required=True,
    help="A known model's name, or a folder or hub id. May be given several times.",
)
@click.option(
    "--template",
    "templates",
    multiple=True,
    help="A template's name, or NAME:VERSION. May be given several times.",
)
@click.option(
    "--temperature",
    "temperatures",
    multiple=True,
    type=float,
    default=(1.0,),
    show_default=True,
    help="May be given several times.",
)
@click.option("--top-p", default=1.0, show_default=True)
@click.option("--top-k", default=0, show_default=True, help="0: all tokens.")
@click.option("--max-tokens", default=256, show_default=True)
@click.option("--stop", multiple=True, help="An answer ends before this text.")
@click.option("--samples", default=2, show_default=True, help="Answers for each prompt.")
@click.option("--split", type=click.Choice(["train", "heldout"]), help="Only these prompts.")
@click.option("--tag", "tags", multiple=True, help="Only prompts with one of these tags.")
@click.option("--limit", type=int, help="Only the first so many prompts.")
@click.option("--budget", type=float, help="USD; nothing is sent that might exceed it.")
@click.option("--best-of", type=click.IntRange(2), help="Put the best of so many samples forward.")
@click.option("--by", help="The reward model that chooses.")
@click.option(
    "--batch", "in_batches", is_flag=True, help="Write files for a Batch API instead of asking now."
)
@click.option("--estimate", "only_estimate", is_flag=True, help="Say what it would cost, and stop.")
def generate(slug: str, models: tuple[str, ...], templates: tuple[str, ...],
             temperatures: tuple[float, ...], top_p: float, top_k: int, max_tokens: int,
             stop: tuple[str, ...], samples: int, split: Any, tags: tuple[str, ...],
             limit: int | None, budget: float | None, best_of: int | None, by: str | None,
             in_batches: bool, only_estimate: bool) -> None:  # fmt: skip
    """Let models answer the project's prompts: every model with every template and temperature.

    What is answered is left alone, so that the same command goes on where it was stopped.
    """
    store = open_store()
    project = find_project(store, slug)
    chooser = best_of_by(store, project, best_of, by, in_batches=in_batches)
    plan = Plan(
        models=tuple(_model(store, name) for name in models),
        templates=tuple(_template(store, project, t) for t in templates) or (Template(),),
        samplings=tuple(Sampling(t, top_p, max_tokens, top_k, stop) for t in temperatures),
        samples=samples,
        selection=Selection(split, tags, limit),
        budget_usd=budget,
    )
    plan = widened(plan, best_of) if best_of else plan
    found = estimate(store, project.id, plan)
    _say(found)
    if not found.requests:
        click.echo("No answer is missing: import prompts, or choose others.", err=True)
    if only_estimate:
        return
    if in_batches:
        _write_batches(store, project, plan)
    else:
        begun = grids.begin(store, project, plan, utc_now())
        for job in begun.jobs:
            _follow(store, job)
        say_failures(store, begun.grid.id)
        if chooser and best_of:
            put_forward(store, begun.grid, chooser, best_of)


def _model(store: Store, name: str) -> Model:
    return known.find(store, name) or known.local(name)


def _template(store: Store, project: Project, given: str) -> Template:
    name, _, version = given.partition(":")
    with store.read() as db:
        found = [t for t in variants.templates(db, project.id) if t.name == name]
    chosen = [t for t in found if not version or str(t.version) == version]
    if not chosen:
        raise NotFound(f"There is no template “{given}”.", remedy="See `templates list`.")
    return chosen[-1]


def _say(found: Estimate) -> None:
    for line in found.lines:
        tokens = line.tokens_in + line.tokens_out
        click.echo(
            f"{line.variant}\t{line.requests} requests\tabout {tokens:,.0f} tokens"
            f"\t{_cost(line)}\t{_minutes(line.seconds)}"
        )


def _cost(line: Line) -> str:
    if not line.paid:
        return "no cost"
    if line.usd is None:
        return "unknown cost"
    most = "unknown" if line.most_usd is None else f"${line.most_usd:,.4f}"
    return f"${line.usd:,.4f}, at most {most}"


def _minutes(seconds: float | None) -> str:
    return "time unknown" if seconds is None else f"about {seconds / 60:.1f} min"


def _write_batches(store: Store, project: Project, plan: Plan) -> None:
    batches.check(store, project, plan)
    begun = grids.begin(store, project, plan, utc_now(), start=False)
    made = batches.write(store, project, begun.grid.id, utc_now())
    for batch in made.batches:
        click.echo(f"batch {batch.id}\t{batch.requests} requests\t{batch.file}")
    if made.left_out:
        click.echo(f"{made.left_out} prompts of several turns are left out.", err=True)
    click.echo("Next: batch submit NUMBER, or run the file and batch read NUMBER RESULTS.")


def _follow(store: Store, job: Job) -> None:
    result = follow(store, job)
    click.echo(
        f"{result['answers']} answers stored ({result['from_cache']} were known),"
        f" {result['failures']} failures."
    )
    if result["stopped"]:
        click.echo(
            f"The budget has no room for the next request: grids go-on {job.arguments['grid_id']}"
            " --budget … goes on under a larger one.",
            err=True,
        )


def say_failures(store: Store, grid_id: int) -> None:
    for failed in standing(store, grid_id).failures:
        words = failed.words
        click.echo(f"{failed.failures} × {words.said}\t{failed.variant}\t{words.remedy}", err=True)
        click.echo(f"\tfor example: {failed.message}", err=True)


@click.command()
@click.argument("completion", type=int)
def replay(completion: int) -> None:
    """Generate the batch of a COMPLETION again, and say whether it came out the same."""
    found = replaying.replay(open_store(), completion)
    click.echo(f"{found.same} answers of its batch came out the same, {len(found.others)} did not.")
    if found.others:
        click.echo(f"Other words now: {', '.join(map(str, found.others))}", err=True)


@click.group("grids")
def grids_group() -> None:
    """What was generated together: cost, failures, and going on."""


@grids_group.command("list")
@project_option
def list_grids(slug: str) -> None:
    """The grids of a project, the newest first."""
    store = open_store()
    project = find_project(store, slug)
    with store.read() as db:
        found = rows.in_project(db, project.id)
    for grid in found:
        budget = "no budget" if grid.budget_usd is None else f"of ${grid.budget_usd:,.4f}"
        stopped = "\tstopped by its budget" if grid.stopped_at else ""
        cost = committed(grid.committed_usd, standing(store, grid.id).spent.unpriced)
        click.echo(f"{grid.id}\t{grid.title}\t{cost} {budget}{stopped}")


def committed(usd: float, unpriced: int) -> str:
    """What a grid cost; requests without a price are never free, but of unknown cost."""
    known = f"${usd:,.4f}"
    if not unpriced:
        return known
    return f"{known} and an unknown amount for {unpriced:,} requests," if usd else "unknown cost,"


@grids_group.command("go-on")
@click.argument("number", type=int)
@click.option("--budget", type=float, help="USD in all, what was spent included; default: none.")
def go_on(number: int, budget: float | None) -> None:
    """Ask for what is missing of grid NUMBER: what failed, or what its budget had no room for."""
    store = open_store()
    for job in grids.go_on(store, number, budget):
        _follow(store, job)


COMMANDS = (generate, grids_group, replay)
