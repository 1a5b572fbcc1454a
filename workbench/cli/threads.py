"""Commands for discussions: threads list, show, say, resolve, reopen, example."""

from string import ascii_uppercase
from typing import TextIO

import click

from workbench import discussions, signing_in
from workbench.cli.shared import find_project, open_store, project_option
from workbench.clock import utc_now
from workbench.records import Reviewer, plain_text
from workbench.store import Store, reviewers

thread_argument = click.argument("thread_id", metavar="ID", type=click.IntRange(1, 2**63 - 1))
as_option = click.option("--as", "name", required=True, help="Who does it.")


def _person(store: Store, name: str) -> Reviewer:
    with store.read() as db:
        return signing_in.require(reviewers.named(db, name), "reviewer")


@click.group("threads")
def threads_group() -> None:
    """Discussions on ambiguous items."""


@threads_group.command("list")
@project_option
@click.option("--resolved", is_flag=True, help="Those that were resolved.")
def list_threads(slug: str, resolved: bool) -> None:
    """List the open discussions, the oldest first."""
    store = open_store()
    project = find_project(store, slug)
    owner = store.write(lambda db: signing_in.ensure_owner(db, utc_now()))
    with store.read() as db:
        found = discussions.listed(db, project, owner, "resolved" if resolved else "open")
    for line in found:
        last = f"{line.last_by}: {' '.join(line.last_words.split())}"
        click.echo(f"{line.id}\t{line.messages} said\t{line.last_at}\t{last}")


@threads_group.command()
@thread_argument
@as_option
def show(thread_id: int, name: str) -> None:
    """Show a discussion: its item, blind, and what was said."""
    store = open_store()
    person = _person(store, name)
    with store.read() as db:
        found = discussions.thread(db, person, thread_id)
    for message in found.item.prompt_messages:
        click.echo(f"{message['role']}: {plain_text(message['content'])}\n")
    for at, answer in enumerate(found.item.answers):
        click.echo(f"answer {ascii_uppercase[at]}: {answer}\n")
    for said in found.said:
        other = " (saw the answers in another order)" if said.other_order else ""
        click.echo(f"{said.at} {said.by}{other}: {said.text}")


@threads_group.command()
@thread_argument
@click.argument("text")
@as_option
def say(thread_id: int, text: str, name: str) -> None:
    """Answer in a discussion; “@Name” mentions somebody."""
    store = open_store()
    person = _person(store, name)
    store.write(lambda db: discussions.say(db, person, thread_id, text, utc_now()))
    click.echo("Said.")


@threads_group.command()
@thread_argument
@as_option
def resolve(thread_id: int, name: str) -> None:
    """Conclude a discussion, as a lead."""
    store = open_store()
    person = _person(store, name)
    store.write(lambda db: discussions.resolve(db, person, thread_id, utc_now()))
    click.echo("Resolved.")


@threads_group.command()
@thread_argument
@as_option
def reopen(thread_id: int, name: str) -> None:
    """Go on with a resolved discussion, as a lead."""
    store = open_store()
    person = _person(store, name)
    store.write(lambda db: discussions.reopen(db, person, thread_id, utc_now()))
    click.echo("Reopened.")


@threads_group.command()
@thread_argument
@as_option
@click.option("--text", "file", type=click.File(), help="The example; without it, a draft of it.")
def example(thread_id: int, name: str, file: TextIO | None) -> None:
    """Make a resolved discussion an example in the guidelines, as a lead."""
    store = open_store()
    person = _person(store, name)
    if file is None:
        with store.read() as db:
            click.echo(discussions.draft_example(db, person, thread_id))
        return
    text = file.read()
    version = store.write(
        lambda db: discussions.add_example(db, person, thread_id, text, utc_now())
    )
    click.echo(f"It is in version {version} of the guidelines.")


COMMANDS = (threads_group,)
