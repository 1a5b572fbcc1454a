"""`reviewers withdraw`, `restore`, `discount`, `hear` and `pay`."""

import json
from dataclasses import asdict
from typing import Any

import click

from workbench.cli.shared import find_project, open_store, project_option
from workbench.clock import utc_now
from workbench.quality import measures
from workbench.quality.measures import Action
from workbench.store import Database, reviewers
from workbench.store.reviewers import Pay

by_option = click.option("--as", "lead", help="The lead who decides, for the log.")
yes_option = click.option("--yes", is_flag=True, help="Do not ask.")


@click.command()
@click.argument("name")
@project_option
@by_option
@yes_option
def withdraw(name: str, slug: str, lead: str | None, yes: bool) -> None:
    """Take somebody's judgements in a project back, and let others judge the items."""
    _show("withdraw", name, slug, yes=yes)
    _take("withdraw", name, slug, lead)


@click.command()
@click.argument("name")
@project_option
@by_option
def restore(name: str, slug: str, lead: str | None) -> None:
    """Let withdrawn judgements count again."""
    _take("restore", name, slug, lead)


@click.command()
@click.argument("name")
@project_option
@by_option
@yes_option
def discount(name: str, slug: str, lead: str | None, yes: bool) -> None:
    """Let somebody's judgements in a project weigh nothing; they stay on their items."""
    _show("discount", name, slug, yes=yes)
    _take("discount", name, slug, lead)


@click.command()
@click.argument("name")
@project_option
@by_option
def hear(name: str, slug: str, lead: str | None) -> None:
    """Let discounted judgements weigh again."""
    _take("hear", name, slug, lead)


def _show(action: Action, name: str, slug: str, *, yes: bool) -> None:
    """What would change, before it happens."""
    store = open_store()
    project = find_project(store, slug)
    with store.read() as db:
        person = reviewers.named(db, name)
        would = asdict(measures.effect(db, project, person, (person.kind,)))
    click.echo(json.dumps(would, ensure_ascii=False, indent=1))
    if not yes:
        click.confirm(f"{action.capitalize()} the judgements of {name}?", abort=True)


def _take(action: Action, name: str, slug: str, lead: str | None) -> None:
    store = open_store()
    project = find_project(store, slug)

    def write(db: Database) -> None:
        by = reviewers.named(db, lead) if lead else None
        measures.take(db, project, reviewers.named(db, name), action, by, utc_now())

    store.write(write)
    click.echo(f"Done. `reviewers {measures.BACK[action]}` takes it back.")


@click.command()
@click.argument("name")
@click.argument("amount", type=click.FloatRange(min=0))
@click.option("--per", type=click.Choice(["hour", "item"]), default="hour", show_default=True)
def pay(name: str, amount: float, per: Any) -> None:
    """Say what a reviewer costs, for the costs in reports."""
    open_store().write(
        lambda db: reviewers.set_pay(db, utc_now(), reviewers.named(db, name).id, Pay(amount, per))
    )
    click.echo(f"{name} costs {amount:g} for each {per}.")


COMMANDS = (withdraw, restore, discount, hear, pay)
