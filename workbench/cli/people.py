"""Commands for reviewers: add, list, link, pause, resume, forget."""

from datetime import timedelta

import click

from workbench import signing_in
from workbench.cli.shared import open_store
from workbench.clock import utc_now
from workbench.records import ROLES, Role
from workbench.store import reviewers


@click.group("reviewers")
def reviewers_group() -> None:
    """Who may sign in, and as what."""


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
def resume(name: str) -> None:
    """Let somebody judge again."""
    _set_active(name, True)


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


COMMANDS = (reviewers_group,)
