"""Commands for gold: import, damage, list, retire, restore."""

import json
from dataclasses import asdict
from pathlib import Path

import click

from workbench import gold
from workbench.cli.shared import clear_and_say, find_project, open_store, project_option
from workbench.clock import utc_now
from workbench.gold import GoldItem
from workbench.judging import trust

training_option = click.option(
    "--training", is_flag=True, help="For newcomers, with feedback, instead of mixed in."
)


@click.group("gold")
def gold_group() -> None:
    """Comparisons with a known answer, mixed in to see who judges with care."""


@gold_group.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@project_option
@training_option
@click.option("--skip-bad", is_flag=True, help="Import the good rows of a file with bad ones.")
def import_command(file: Path, slug: str, training: bool, skip_bad: bool) -> None:
    """Import known answers: rows with `prompt`, `better`, `worse` and perhaps `explanation`.

    Equally good ones are `answers` with `tie`: true; a project of rankings wants `ranking`, the
    best answer first.
    """
    store = open_store()
    clear_and_say(store)
    report = gold.import_file(
        store, find_project(store, slug), file, utc_now(), training=training, skip_bad=skip_bad
    )
    for bad in report.bad:
        click.echo(f"skipped {file.name}:{bad.line}: {bad.reason}", err=True)
    click.echo(
        f"{report.made} new gold items, {report.known} known;"
        f" {report.prompts} prompts made for gold alone."
    )


@gold_group.command()
@project_option
@click.option("--count", type=click.IntRange(min=1), default=50, show_default=True,
              help="So many items at most.")  # fmt: skip
@click.option("--seed", default=0, show_default=True)
@training_option
def damage(slug: str, count: int, seed: int, training: bool) -> None:
    """Make gold from good answers, each beside a copy that is damaged on purpose."""
    store = open_store()
    project = find_project(store, slug)
    with store.read() as db:
        good = gold.known_good(db, project)
    made = gold.damage(store, project, good, utc_now(), count=count, seed=seed, training=training)
    click.echo(f"{sum(made.kinds.values())} new gold items{_listed(made.kinds)}.")
    if made.skipped:
        click.echo(f"{sum(made.skipped.values())} prompts passed over{_listed(made.skipped)}.")


def _listed(counts: dict[str, int]) -> str:
    return f" ({', '.join(f'{what}: {n}' for what, n in counts.items())})" if counts else ""


@gold_group.command("list")
@project_option
@click.option("--json", "as_json", is_flag=True, help="One JSON list instead of lines.")
def list_gold(slug: str, as_json: bool) -> None:
    """List the gold items with how many people passed them."""
    store = open_store()
    project = find_project(store, slug)
    with store.read() as db:
        items = gold.overview(db, project)
    if as_json:
        click.echo(json.dumps([asdict(item) for item in items], ensure_ascii=False))
        return
    for item in items:
        click.echo(_line(item))
    if not items:
        click.echo(f"There is no gold in {slug} yet. Next: gold damage --project {slug}")


def _line(item: GoldItem) -> str:
    shares = f"{item.low:.0%}–{item.high:.0%}"
    passed = "not judged yet" if item.share is None else (
        f"{item.passed} of {item.judged} passed, {item.share:.0%} ({shares})"
    )  # fmt: skip
    use = "training" if item.training else "mixed in"
    cells = [str(item.id), item.source, use if item.active else "retired", passed, item.question]
    if item.doubtful:
        cells.append("most people fail it: it may be wrong itself")
    return "\t".join(cells)


@gold_group.command()
@click.argument("number", type=int)
def retire(number: int) -> None:
    """Take a gold item out of use and out of everybody's record."""
    _set_active(number, False)


@gold_group.command()
@click.argument("number", type=int)
def restore(number: int) -> None:
    """Put a retired gold item back into use."""
    _set_active(number, True)


def _set_active(number: int, active: bool) -> None:
    open_store().write(lambda db: trust.retire_gold(db, number, utc_now(), active=active))
    click.echo(f"Gold item {number} is {'in use' if active else 'retired'}.")


COMMANDS = (gold_group,)
