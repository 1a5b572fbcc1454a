"""Commands of judge models: `judges add`, `list`, `run`, `calibrate`, `triage`."""

import json
from dataclasses import asdict, replace
from typing import Any, get_args

import click

from workbench import judges
from workbench.cli.checks import percent
from workbench.cli.shared import find_project, follow, open_store, project_option, text_or_file
from workbench.clock import utc_now
from workbench.generation import known
from workbench.judges.adding import SAMPLING
from workbench.judges.asking import INSTRUCTIONS
from workbench.judges.calibrating import Calibration
from workbench.judges.prelabels import Anchoring, anchoring
from workbench.judges.triaging import Standing, standing
from workbench.judges.verdicts import LEVELS
from workbench.stats.agreement import Estimate
from workbench.store import Store, projects, variants
from workbench.store import judges as stored
from workbench.store.judges import Judge, Which


@click.group("judges")
def judges_group() -> None:
    """Models that judge: measured against people, and never mixed with them."""


@judges_group.command()
@click.argument("name")
@project_option
@click.option("--model", required=True, help="A known model's name: see models list.")
@click.option("--instructions", help="A template, or @FILE; default: by guidelines and rubric.")
@click.option("--temperature", default=SAMPLING.temperature, show_default=True)
@click.option("--max-tokens", default=SAMPLING.max_tokens, show_default=True)
def add(name: str, slug: str, model: str, instructions: str | None, temperature: float,
        max_tokens: int) -> None:  # fmt: skip
    """Add a judge called NAME. It never changes: other instructions make another judge."""
    store = open_store()
    project, found = find_project(store, slug), known.named(store, model)
    text = INSTRUCTIONS if instructions is None else text_or_file(instructions)
    sampling = replace(SAMPLING, temperature=temperature, max_tokens=max_tokens)
    judge = store.write(lambda db: judges.add(db, utc_now(), project, name, found, text, sampling))
    click.echo(f"Judge “{judge.name}” is there. Next: judges run {judge.name} --which judged")


@judges_group.command("list")
@project_option
def list_judges(slug: str) -> None:
    """Every judge with its model, its readings, and what they cost."""
    store = open_store()
    project = find_project(store, slug)
    with store.read() as db:
        for judge in stored.in_project(db, project.id):
            model = variants.model(db, judge.model_id)
            n = stored.counts(db, judge.reviewer_id)
            unpriced = f" and {n['unpriced']} without a price" if n["unpriced"] else ""
            click.echo(
                f"{judge.name}\t{model.name}\t{n['readings']} readings,"
                f" {n['unreadable']} unreadable, {n['failed']} failed"
                f"\t${n['cost_usd']:.4f}{unpriced}"
            )


@judges_group.command("run")
@click.argument("name")
@click.option("--which", type=click.Choice(get_args(Which)), default="open", show_default=True,
              help="Items that people judged, that are open, or all.")  # fmt: skip
@click.option("--sample", type=click.IntRange(1), help="Only so many, drawn by chance.")
def run_judge(name: str, which: Which, sample: int | None) -> None:
    """Let a judge read items in both orders; what it has read is left alone."""
    store = open_store()
    judge = _judge(store, name)
    with store.read() as db:
        project = projects.by_id(db, judge.project_id)
    result = follow(store, judges.begin(store, project, judge, which, sample))
    click.echo(
        f"{result['readings']} readings, {result['judged']} items judged;"
        f" {result['unreadable']} replies cannot be read, {result['failures']} failures."
    )
    if result["unreadable"]:
        with store.read() as db:
            for row in stored.failures(db, judge.reviewer_id, 3):
                click.echo(f"  item {row['comparison_id']}: {row['reply'][:200]!r}", err=True)


@judges_group.command()
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def calibrate(name: str, as_json: bool) -> None:
    """A judge beside people's consensus, and beside how well people agree."""
    store = open_store()
    judge = _judge(store, name)
    with store.read() as db:
        found, anchored = judges.calibrate(db, judge), anchoring(db, judge)
        decided = standing(db, judge)
    if as_json:
        said = {"calibration": asdict(found), "anchoring": asdict(anchored),
                "triage": asdict(decided)}  # fmt: skip
        click.echo(json.dumps(said, ensure_ascii=False, indent=2))
        return
    for line in (*_calibration(found), *_anchoring(anchored), *_standing(decided)):
        click.echo(line)


def _calibration(found: Calibration) -> list[str]:
    match, ceiling = found.match, found.ceiling
    lines = [
        _row("agrees with people", match.agreement),
        _row("  a person with the other people", ceiling.one_with_the_others),
        _row("  two people with each other", ceiling.two_people),
        f"kappa\t{_number(match.kappa)}\tn = {match.kappa.items}",
        _row("sensitivity", match.sensitivity),
        _row("specificity", match.specificity),
        _row("says tie where people decided", match.judge_ties),
        _row("people say tie", match.people_ties),
        _row("flips with the order", found.flips),
        _row("says tie itself", found.ties),
        _row("cannot be read", found.unreadable),
    ]
    for one in found.bins:
        bound = "unknown" if one.calibrated is None else f"{one.calibrated:.2f}"
        surest = LEVELS[-1]
        lines.append(f"{_row(f'right at strength {one.level} of {surest}', one.right)}\t{bound}")
    return lines


def _anchoring(found: Anchoring) -> list[str]:
    if not found.verdict[0].items:
        return []
    return [
        _row("agrees with the judge, suggestions shown", found.verdict[0]),
        _row("agrees with the judge, none shown", found.verdict[1]),
        _row("anchoring", found.verdict[2]),
        _row("anchoring of ratings", found.ratings[2]),
        _row("suggestions accepted", found.accepted),
        _row("suggestions changed", found.changed),
        _row("suggestions refused", found.refused),
    ]


def _standing(found: Standing) -> list[str]:
    if not found.days:
        return []
    days = [f"{d.day}\t{d.auto} auto\t{d.audit} audited\t{d.person} for people"
            f"\t{percent(d.needed)}" for d in found.days]  # fmt: skip
    needed = _row("needed a person", found.needed)
    return [needed, *days, _row("right where audited", found.audited)]


def _row(name: str, found: Estimate) -> str:
    return f"{name}\t{percent(found)}\tn = {found.items}"


def _number(found: Estimate) -> str:
    if found.value is None:
        return "nothing to say"
    return f"{found.value:.2f} ({found.low:.2f}–{found.high:.2f})"


@judges_group.command()
@click.argument("name")
@click.option("--undo", "undoing", is_flag=True, help="Open again what the judge has settled.")
def triage(name: str, undoing: bool) -> None:
    """Let a judge settle what it is sure of; people see the rest and a random audit."""
    store = open_store()
    judge = _judge(store, name)
    with store.read() as db:
        project = projects.by_id(db, judge.project_id)
    if undoing:
        opened = judges.undo(store, project, judge, utc_now())
        click.echo(f"{opened} items are open again.")
        return
    made: dict[str, Any] = judges.triage(store, project, judge, utc_now())
    click.echo(
        f"{made['auto']} settled by {judge.name}, {made['audit']} audited by people,"
        f" {made['person']} left to people."
    )


def _judge(store: Store, name: str) -> Judge:
    with store.read() as db:
        return stored.named(db, name)


COMMANDS = (judges_group,)
