"""Commands for projects: `projects create`, `projects list`, `demo`."""

from typing import Any, TextIO, get_args

import click

from workbench import demo as demos
from workbench.cli.shared import follow, open_store
from workbench.clock import utc_now
from workbench.jobs import CPU, start
from workbench.settings import Asks, Judging, ProjectSettings
from workbench.store import comparisons, projects


@click.group("projects")
def projects_group() -> None:
    """Make and list projects."""


@projects_group.command()
@click.argument("slug")
@click.option("--title", help="What people read; default: the slug.")
@click.option("--rubric", help="A shipped rubric or a YAML file.")
@click.option("--taxonomy", default="hallucination", show_default=True, help="Tags for spans.")
@click.option("--guidelines", type=click.File(), help="A text file for reviewers.")
@click.option("--overlap", default=1, show_default=True, help="Judgements for each comparison.")
@click.option("--judging", type=click.Choice(get_args(Judging)), default="pairwise",
              show_default=True, help="Two answers, three to eight, or one at a time.")  # fmt: skip
@click.option("--ranking-size", default=4, show_default=True, help="Answers in one ranking.")
@click.option("--forced-choice", is_flag=True, help="No ties and no “all bad”.")
@click.option("--correction", is_flag=True, help="Reviewers may correct the answers.")
@click.option("--reason", "reasons", multiple=True, help="A chip for rationales; repeat it.")
def create(
    slug: str,
    title: str | None,
    rubric: str | None,
    taxonomy: str,
    guidelines: TextIO | None,
    correction: bool,
    **chosen: Any,
) -> None:
    """Make a project, for example `projects create support --rubric helpfulness`."""
    text = guidelines.read() if guidelines else ""
    asks = Asks(ratings=rubric is not None, correction=correction)
    settings = ProjectSettings(asks=asks, **chosen)
    settings.check()
    made = demos.create_project(
        open_store(),
        utc_now(),
        slug,
        title or slug,
        settings,
        rubric=rubric,
        taxonomy=taxonomy,
        guidelines=text,
    )
    click.echo(f"Project {made.slug} is there. Next: import prompts FILE --project {made.slug}")


@projects_group.command("list")
def list_projects() -> None:
    """List the projects with what is judged and what is open."""
    with open_store().read() as db:
        for project in projects.all_projects(db):
            n = comparisons.progress(db, project.id)
            click.echo(f"{project.slug}\t{n['counted']} judged\t{n['open']} open\t{project.title}")


@click.command()
def demo() -> None:
    """Make the demo project, where there is no project yet, and prepare its pairs."""
    store = open_store()
    with store.read() as db:
        known = projects.all_projects(db)
    if known:
        click.echo("There are projects already; nothing to do.")
        return
    project = demos.create_demo(store, utc_now())
    arguments = {"project": project.slug, "candidates": demos.DEMO_CANDIDATES}
    job = start(store, "prepare_round", arguments, resource=CPU, project_id=project.id)
    result = follow(store, job)
    click.echo(f"Project {project.slug} is ready: {result['queued']} pairs wait for you.")


COMMANDS = (projects_group, demo)
