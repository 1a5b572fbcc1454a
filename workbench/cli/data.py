"""Commands for the data's way: queue fill, simulate."""

from typing import get_args

import click

from workbench import queueing
from workbench.cli.shared import find_project, follow, open_store, project_option
from workbench.clock import utc_now
from workbench.jobs import start
from workbench.leaderboard import next_pairs
from workbench.rewards import ordering
from workbench.settings import QueuePolicy
from workbench.store import projects


@click.group("queue")
def queue_group() -> None:
    """Put comparisons before people."""


@queue_group.command()
@project_option
@click.option("--count", type=int, help="So many; default: one for each prompt and turn.")
def fill(slug: str, count: int | None) -> None:
    """Make comparisons from the answers that there are."""
    store = open_store()
    project = find_project(store, slug)
    added = queueing.fill(store, project, utc_now(), count=count)
    ordering.keep_up(store, project)
    click.echo(f"{added} new comparisons wait to be judged.")


@queue_group.command("next")
@project_option
@click.option("--count", default=next_pairs.BATCH, show_default=True)
def next_(slug: str, count: int) -> None:
    """Open comparisons of those variants whose order is least sure, and some at random."""
    store = open_store()
    added = next_pairs.pick(store, find_project(store, slug), utc_now(), count)
    click.echo(f"{added} new comparisons wait to be judged.")


@queue_group.command()
@click.argument("policy", type=click.Choice(get_args(QueuePolicy)))
@project_option
def order(policy: QueuePolicy, slug: str) -> None:
    """What comes next: disputed items, the oldest, any, or what a reward model is unsure about."""
    store = open_store()
    changed = queueing.with_policy(find_project(store, slug), policy)
    changed.settings.check()
    store.write(lambda db: projects.change_settings(db, utc_now(), changed.id, changed.settings))
    queueing.reorder(store, changed)
    if job := ordering.keep_up(store, changed):
        follow(store, job)
    click.echo(f"The queue of {slug} is in the order “{policy}”.")


@click.command()
@project_option
@click.option("--accuracy", default=1.0, show_default=True, help="Share of right verdicts.")
@click.option("--seed", default=0, show_default=True)
@click.option("--most", type=int, help="Judge so many; default: all that is open.")
def simulate(slug: str, accuracy: float, seed: int, most: int | None) -> None:
    """Let a simulated reviewer judge a project of starter prompts, labelled as simulated."""
    store = open_store()
    arguments = {"project": slug, "accuracy": accuracy, "seed": seed, "most": most}
    job = start(store, "simulate", arguments, project_id=find_project(store, slug).id)
    click.echo(f"{follow(store, job)['judged']} comparisons judged by a simulated reviewer.")


COMMANDS = (queue_group, simulate)
