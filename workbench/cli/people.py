"""Commands for reviewers: add, list, link, pause, resume, forget, and measures against them."""

from datetime import timedelta

import click

from workbench import signing_in
from workbench.cli import measures
from workbench.cli.quality import json_option, kinds_option, show_figures
from workbench.cli.shared import find_project, open_store
from workbench.clock import utc_now
from workbench.judging import trust
from workbench.records import ROLES, Role
from workbench.store import reviewers


@click.group("reviewers", invoke_without_command=True)
@click.option("--project", "slug", help="How each judges in this project.")
@kinds_option
@json_option
@click.pass_context
def reviewers_group(context: click.Context, slug: str | None, kinds: str, as_json: bool) -> None:
    """Who may sign in and as what; with --project, how each judges and what to do about it."""
    if context.invoked_subcommand:
        return
    if slug:
        show_figures(slug, kinds, as_json)
    else:
        click.echo(context.get_help())


@reviewers_group.command()
@click.argument("name")
@click.option("--role", type=click.Choice(ROLES), default="reviewer", show_default=True)
@click.option("--api-key", is_flag=True, help="Print an API key, once, instead of a link.")
@click.option(
    "--url", default="http://127.0.0.1:8501", show_default=True, help="The app's address."
)
def add(name: str, role: Role, api_key: bool, url: str) -> None:
    """Add a person and print a sign-in link, valid once within seven days."""
    store = open_store()
    added = signing_in.add_reviewer(store, utc_now(), name, role, api_key=api_key)
    if added.api_key:
        click.echo(f"API key of {name}, shown only now: {added.api_key}")
    else:
        click.echo(f"{name} signs in at: {url}/sign-in#{added.link}")
    if added.owner_link:
        click.echo(f"From now on you sign in as well, at: {url}/sign-in#{added.owner_link}")


@reviewers_group.command()
@click.argument("name")
@click.option(
    "--url", default="http://127.0.0.1:8501", show_default=True, help="The app's address."
)
def link(name: str, url: str) -> None:
    """Print a new sign-in link for somebody who is there already."""
    store = open_store()
    secret = store.write(
        lambda db: reviewers.issue(
            db, utc_now(), reviewers.named(db, name).id, "link",
            utc_now() + timedelta(days=signing_in.LINK_DAYS),
        )
    )  # fmt: skip
    click.echo(f"{name} signs in at: {url}/sign-in#{secret}")


@reviewers_group.command("list")
def list_reviewers() -> None:
    """List everyone, with pseudonym, kind and role."""
    with open_store().read() as db:
        for r in reviewers.everyone(db):
            state = "active" if r.active else "paused"
            click.echo(f"{r.public_id}\t{r.kind}\t{r.role}\t{state}\t{r.name or 'forgotten'}")


@reviewers_group.command()
@click.argument("name")
def pause(name: str) -> None:
    """Stop somebody from judging, until `resume`."""
    _set_active(name, False)


@reviewers_group.command()
@click.argument("name")
@click.option("--project", "slug", help="Where gold has paused them, or the training.")
def resume(name: str, slug: str | None) -> None:
    """Let somebody judge again."""
    if slug is None:
        _set_active(name, True)
        click.echo("Where gold or the training has paused them, name the --project as well.")
        return
    store = open_store()
    project = find_project(store, slug)
    store.write(
        lambda db: trust.resume(db, project.id, reviewers.named(db, name).id, None, utc_now())
    )
    click.echo(f"{name} may judge in {slug} again.")


def _set_active(name: str, active: bool) -> None:
    open_store().write(
        lambda db: reviewers.set_active(db, utc_now(), reviewers.named(db, name).id, active)
    )
    click.echo(f"{name} is {'active' if active else 'paused'}.")


@reviewers_group.command()
@click.argument("name")
@click.confirmation_option(prompt="This can't be undone. Forget this person?")
def forget(name: str) -> None:
    """Erase the name and all free text; the judgements stay, under the pseudonym."""
    open_store().write(lambda db: reviewers.forget(db, utc_now(), reviewers.named(db, name).id))
    click.echo("Forgotten.")


for command in measures.COMMANDS:
    reviewers_group.add_command(command)

COMMANDS = (reviewers_group,)
