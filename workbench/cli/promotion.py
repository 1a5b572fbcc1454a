"""Commands of the current model: `models promote`, `models promotions`."""

import click

from workbench.cli.quality import kinds_option
from workbench.cli.shared import find_project, open_store, project_option, reviewer_kinds
from workbench.rounds import promoting
from workbench.store import promotions
from workbench.store.promotions import Promotion


@click.command("promote")
@click.argument("name")
@project_option
@click.option("--despite", default="", help="Why, where the gate does not say promote.")
@kinds_option
def promote(name: str, slug: str, despite: str, kinds: str) -> None:
    """Make NAME the project's current model, with the gate's evidence as it stands.

    Going back to an earlier model is a promotion as well.
    """
    store = open_store()
    project, model = find_project(store, slug), promoting.model_named(store, name)
    found = promoting.promote(store, project, model, despite=despite, kinds=reviewer_kinds(kinds))
    for reason in found.evidence["reasons"] if found.evidence else ():
        click.echo(f"  {reason}")
    click.echo(
        f"“{model.name}” is the current model of {slug} now."
        f" It is served by: python -m workbench models serve current --project {slug}"
    )


@click.command("promotions")
@project_option
def list_promotions(slug: str) -> None:
    """Every promotion of a project, the newest first."""
    store = open_store()
    project = find_project(store, slug)
    with store.read() as db:
        found = promotions.history(db, project.id)
    if not found:
        click.echo(f"Nothing was promoted yet: models promote NAME --project {slug}")
    for one in found:
        click.echo(f"{one.promoted_at}\t{one.model}\t{words(one)}")


def words(one: Promotion) -> str:
    """What it rests on, in a line."""
    replaced = f"for {one.replaced}" if one.replaced else "the first"
    said = f"the gate said {one.evidence['verdict']}" if one.evidence else "without a proof"
    despite = f", all the same: {one.despite}" if one.despite else ""
    return f"{replaced}; {said}{despite}"


COMMANDS = (promote, list_promotions)
