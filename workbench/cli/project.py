"""Commands for projects: `projects create`, `projects list`, `demo`."""

import json
from dataclasses import replace
from typing import Any, TextIO, get_args

import click

from workbench import demo as demos
from workbench import queueing
from workbench.cli.shared import find_project, follow, open_store
from workbench.clock import utc_now
from workbench.devices import usual
from workbench.errors import InvalidInput
from workbench.jobs import start
from workbench.judges import switching
from workbench.rewards import ordering
from workbench.settings import Asks, Judging, ProjectSettings
from workbench.store import comparisons, projects, reward_models


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


@projects_group.command()
@click.argument("slug")
@click.argument("changes", nargs=-1, required=True)
def change(slug: str, changes: tuple[str, ...]) -> None:
    """Change settings, for example `projects change support until_sure=true gold_rate=0.1`.

    Values are JSON; a part of a setting is named with a dot: second_look.share=0.2.
    """
    store = open_store()
    project = find_project(store, slug)
    settings = changed(project.settings, changes)
    if settings.assist != project.settings.assist:
        with store.read() as db:
            switching.require(db, project, settings.assist)
    if settings.reward.model not in (None, project.settings.reward.model):
        with store.read() as db:
            reward_models.named(db, project.id, str(settings.reward.model))
    store.write(lambda db: projects.change_settings(db, utc_now(), project.id, settings))
    if settings.queue != project.settings.queue:
        queueing.reorder(store, replace(project, settings=settings))
        ordering.keep_up(store, replace(project, settings=settings))
    click.echo(f"Changed: {', '.join(changes)}.")


def changed(settings: ProjectSettings, changes: tuple[str, ...]) -> ProjectSettings:
    """Raises InvalidInput for a change that names no setting or has no value."""
    values = settings.to_json()
    for one in changes:
        name, _, text = one.partition("=")
        *path, last = name.split(".")
        part = values
        for key in path:
            part = part.get(key, {})
        if last not in part:
            raise InvalidInput(
                f"There is no setting “{name}”.", remedy=f"Settings are {', '.join(values)}."
            )
        try:
            part[last] = json.loads(text)
        except json.JSONDecodeError as error:
            raise InvalidInput(
                f"“{text}” is no value for {name}.",
                remedy="Text goes in quotes: currency='\"EUR\"'.",
            ) from error
    return ProjectSettings.from_json(values)


@projects_group.command()
@click.argument("slug")
def show(slug: str) -> None:
    """Show a project's settings, as `projects change` takes them."""
    settings = find_project(open_store(), slug).settings
    for name, value in settings.to_json().items():
        parts = {f"{name}.{key}": v for key, v in value.items()} if isinstance(value, dict) else {}
        for key, said in (parts or {name: value}).items():
            click.echo(f"{key}={json.dumps(said, ensure_ascii=False)}")


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
    job = start(store, "prepare_round", arguments, resource=usual(), project_id=project.id)
    result = follow(store, job)
    click.echo(f"Project {project.slug} is ready: {result['queued']} pairs wait for you.")


COMMANDS = (projects_group, demo)
