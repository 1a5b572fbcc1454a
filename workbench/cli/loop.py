"""Commands of the loop: `rounds`, `rounds close`, `rounds list`, `rounds gate`, `loop`."""

import json
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any, get_args

import click

from workbench import demo
from workbench.cli import rounds_table
from workbench.cli.best_of import best_of_by
from workbench.cli.quality import json_option, kinds_option
from workbench.cli.rounds_gate import gate
from workbench.cli.shared import (
    Bars,
    find_project,
    follow,
    open_store,
    project_option,
    reviewer_kinds,
)
from workbench.clock import utc_now
from workbench.devices import usual
from workbench.jobs import start
from workbench.rewards.spreading import Against, Spread
from workbench.rounds import proof, start_close
from workbench.rounds.closing import Closing
from workbench.rounds.loop import Plan, as_json, run
from workbench.rounds.opening import current_round
from workbench.settings import Asks, ProjectSettings, Workspace
from workbench.store import Store, reports
from workbench.store import rounds as round_rows

COLUMNS = (
    ("round", "round"),
    ("pairs", "pairs"),
    ("faithful_sampled", "faithful, T=.9"),
    ("faithful_greedy", "faithful, greedy"),
    ("over_abstention", "over-abstention"),
    ("win_rate_vs_first", "win rate vs round 0"),
    ("win_rate_interval", "95 % interval"),
    ("seconds", "seconds"),
)


@click.group("rounds", invoke_without_command=True)
@click.option("--project", "slug", help="What its rounds cost and bought.")
@kinds_option
@json_option
@click.pass_context
def rounds_group(context: click.Context, slug: str | None, kinds: str, as_json: bool) -> None:
    """Close rounds and see what they showed; with --project, what they cost and bought."""
    if context.invoked_subcommand:
        return
    if slug:
        rounds_table.show(slug, kinds, as_json)
    else:
        click.echo(context.get_help())


@rounds_group.command("close")
@project_option
@click.option("--kinds", default="human", show_default=True, help="Reviewers that count.")
@click.option("--recipe", help="Default: the one that suits model and number of pairs.")
def close(slug: str, kinds: str, recipe: str | None) -> None:
    """Export, tune, answer the heldout prompts, and open the next round."""
    store = open_store()
    project = find_project(store, slug)
    number = current_round(store, project).number
    closing = Closing(project.slug, number, reviewer_kinds(kinds), recipe)
    result = follow(store, start_close(store, project, closing))
    click.echo(
        f"Round {result['round']} is closed: {result['pairs']} pairs made “{result['model']}”;"
        f" {result['heldout_comparisons']} blind comparisons wait to be judged."
    )


@rounds_group.command("prepare")
@project_option
@click.option("--candidates", default=200, show_default=True, help="Prompts to answer.")
@click.option("--best-of", type=click.IntRange(2), help="Samples to find the best of.")
@click.option("--by", help="The reward model that finds it.")
@click.option("--against", type=click.Choice(get_args(Against)), default="random",
              show_default=True, help="What the best is laid against.")  # fmt: skip
def prepare(slug: str, candidates: int, best_of: int | None, by: str | None,
            against: Against) -> None:  # fmt: skip
    """Let the round's model answer prompts, and put pairs of its answers before people."""
    store = open_store()
    project = find_project(store, slug)
    chooser = best_of_by(store, project, best_of, by)
    arguments: dict[str, Any] = {"project": project.slug, "candidates": candidates}
    if chooser and best_of:
        spread = Spread(chooser.name, best_of, against).check()
        arguments["spread"] = asdict(spread)
    job = start(store, "prepare_round", arguments, resource=usual(), project_id=project.id)
    result = follow(store, job)
    click.echo(f"{result['queued']} pairs of round {result['round']} wait to be judged.")


@rounds_group.command("list")
@project_option
@click.option("--kinds", default="human", show_default=True, help="Reviewers that count.")
def list_rounds(slug: str, kinds: str) -> None:
    """Each round with its heldout score and win rate over round 0."""
    store = open_store()
    project = find_project(store, slug)
    with store.read() as db:
        for which in round_rows.in_project(db, project.id):
            score = reports.latest(db, project.id, "faithfulness", which.id)
            won = proof(db, which, reviewer_kinds(kinds))
            faithful = f"{score['faithful_sampled']:.1%} faithful" if score else "not scored"
            rate = "–" if won.result.rate is None else f"{won.result.rate:.3f}"
            click.echo(
                f"round {which.number}\t{faithful}\twin rate {rate}"
                f" ({won.result.low:.3f}–{won.result.high:.3f})\t{won.verdict}"
            )


@click.command("loop")
@click.option("--rounds", default=2, show_default=True)
@click.option("--prompts", default=500, show_default=True, help="Train prompts for each round.")
@click.option("--heldout", default=400, show_default=True)
@click.option("--seed", default=0, show_default=True)
@click.option("--accuracy", default=1.0, show_default=True, help="Of the simulated reviewers.")
@click.option("--label-noise", default=0.0, show_default=True, help="Training verdicts flipped.")
@click.option("--workspace", type=click.Path(path_type=Path), help="Default: a temporary folder.")
@click.option("--json", "as_json_line", is_flag=True, help="End with one JSON object.")
def loop(rounds: int, prompts: int, heldout: int, seed: int, accuracy: float, label_noise: float,
         workspace: Path | None, as_json_line: bool) -> None:  # fmt: skip
    """Turn the whole loop on the starter model, judged by SIMULATED reviewers."""
    plan = Plan(rounds, prompts, heldout, seed, accuracy, label_noise)
    click.echo("The judgements of this loop are simulated: the starter's checker votes.", err=True)
    with tempfile.TemporaryDirectory(prefix="workbench-loop-") as folder:
        store = Store(Workspace((workspace or Path(folder)).resolve()))
        settings = ProjectSettings(
            starter=True, gold_rate=0.0, repeat_rate=0.0, asks=Asks(ratings=True)
        )
        project = demo.create_starter_project(
            store, utc_now(), f"loop-{seed}", "Loop", settings,
            plan.prompts * plan.rounds, plan.heldout, seed,
        )  # fmt: skip
        bars = Bars()
        try:
            entries = run(store, project, plan, bars)
        finally:
            bars.close()
    _print_table(entries)
    if as_json_line:
        click.echo(json.dumps(as_json(plan, entries)))


def _print_table(entries: list[dict[str, object]]) -> None:
    rows = [[title for _, title in COLUMNS]]
    rows += [[_cell(key, entry[key]) for key, _ in COLUMNS] for entry in entries]
    widths = [max(len(row[i]) for row in rows) for i in range(len(COLUMNS))]
    for row in rows:
        click.echo("  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)))


def _cell(key: str, value: object) -> str:
    if value is None:
        return "–"
    if isinstance(value, list):
        return " – ".join(f"{part:.3f}" for part in value)
    if isinstance(value, float):
        share = key.startswith(("faithful", "over"))
        return (
            f"{value:.1%}" if share else f"{value:.3f}" if key.startswith("win") else f"{value:.0f}"
        )
    return str(value)


rounds_group.add_command(gate)

COMMANDS = (rounds_group, loop)
