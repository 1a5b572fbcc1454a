"""Commands of checks: `checks add`, `list`, `run`, `rates`, `retire`."""

import json
from dataclasses import asdict
from typing import Any

import click

from workbench import checking
from workbench.checking.adding import schema_of
from workbench.checking.making import KINDS
from workbench.checking.rates import Rate
from workbench.cli.shared import find_project, follow, open_store, project_option, text_or_file
from workbench.clock import utc_now
from workbench.stats.agreement import Estimate
from workbench.store import checks


@click.group("checks")
def checks_group() -> None:
    """Checks on answers, before people spend time on them."""


@checks_group.command()
@click.argument("kind", metavar=f"[{'|'.join(KINDS)}]")
@project_option
@click.option("--name", help="What it is called; default: the project, the kind and a number.")
@click.option("--text", help="contains: this text; default: the prompt's reference.")
@click.option("--absent", is_flag=True, default=None, help="contains, regex: it must not be there.")
@click.option("--pattern", help="regex: a pattern as Python writes it.")
@click.option("--schema", help="json_schema: a JSON schema, or @FILE.")
@click.option("--least", type=int, help="length: at least so many.")
@click.option("--most", type=int, help="length: at most so many.")
@click.option("--unit", help="length: characters (the default) or words.")
@click.option("--phrase", "phrases", multiple=True, help="refusal: counts as one; repeat it.")
@click.option("--threshold", type=float, help="near_duplicate: how alike is too alike (.9).")
@click.option("--ignore-case/--case", default=None, help="exact, contains: whether case counts.")
@click.option("--exact-space", is_flag=True, default=None, help="exact: white space counts.")
def add(kind: str, slug: str, name: str | None, schema: str | None, phrases: tuple[str, ...],
        **given: Any) -> None:  # fmt: skip
    """Add a check; what it finds comes with `checks run`, and after each generation.

    A check never changes: for other settings, retire it and add another.
    """
    settings = {key: value for key, value in given.items() if value is not None}
    if schema is not None:
        settings["schema"] = _json(schema)
    if phrases:
        settings["phrases"] = list(phrases)
    store = open_store()
    project = find_project(store, slug)
    check = store.write(lambda db: checking.add(db, utc_now(), project, kind, settings, name))
    click.echo(f"Check {check.id}, “{check.name}”. Next: checks run --project {slug}")


def _json(given: str) -> Any:
    return schema_of(text_or_file(given))


@checks_group.command("list")
@project_option
def list_checks(slug: str) -> None:
    """Every check with its settings."""
    store = open_store()
    project = find_project(store, slug)
    with store.read() as db:
        for check in checks.in_project(db, project.id):
            retired = f"\tretired {check.retired_at[:10]}" if check.retired_at else ""
            said = json.dumps(check.settings, ensure_ascii=False)
            click.echo(f"{check.id}\t{check.kind}\t{check.name}\t{said}{retired}")


@checks_group.command()
@click.argument("number", type=int)
def retire(number: int) -> None:
    """Take a check out of use; what it found is kept."""
    open_store().write(lambda db: checks.retire(db, utc_now(), number))
    click.echo(f"Check {number} is out of use.")


@checks_group.command("run")
@project_option
def run_checks(slug: str) -> None:
    """Run all checks over the answers that they have not seen."""
    store = open_store()
    job = checking.begin(store, find_project(store, slug))
    if job is None:
        click.echo("The project has no checks. Begin with: checks add")
        return
    result = follow(store, job)
    click.echo(
        f"{result['checked']} results, {result['failed']} not passed;"
        f" {result['masked']} compared answers name their model and are masked."
    )


@checks_group.command("rates")
@project_option
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def show_rates(slug: str, as_json: bool) -> None:
    """How many of each variant's answers pass each check."""
    store = open_store()
    project = find_project(store, slug)
    with store.read() as db:
        found = checking.rates(db, project.id)
    if as_json:
        click.echo(json.dumps([asdict(rate) for rate in found], ensure_ascii=False, indent=2))
        return
    for rate in found:
        click.echo(_line(rate))


def _line(rate: Rate) -> str:
    silent = f"\t{rate.silent} without result" if rate.silent else ""
    passed = f"{rate.count} of {rate.passed.items}"
    return f"{rate.check.name}\t{rate.variant}\t{passed}\t{percent(rate.passed)}{silent}"


def percent(found: Estimate) -> str:
    """A share with its interval: `83 % (71–91)`."""
    if found.value is None or found.low is None or found.high is None:
        return "nothing to say"
    return f"{found.value:.0%} ({100 * found.low:.0f}–{100 * found.high:.0f})".replace("%", " %")


COMMANDS = (checks_group,)
