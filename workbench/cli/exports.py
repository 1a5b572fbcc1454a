"""The command that freezes a dataset version: what goes in, and in which form."""

from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import click

from workbench import exporting
from workbench.cli.dataset_versions import push_version
from workbench.cli.shared import (
    Bars,
    clear_and_say,
    find_project,
    open_store,
    project_option,
    reviewer_kinds,
)
from workbench.clock import utc_now
from workbench.errors import InvalidInput
from workbench.exporting import FORMATS, Filters, containers, previewing, pushing
from workbench.exporting.filters import Balance, RowsFrom
from workbench.records import Project
from workbench.store import Store, export_filters
from workbench.store.datasets import DatasetVersion

FORMATS_HELP = "; ".join(f"{name}: {one.title}" for name, one in FORMATS.items())


@click.command("export")
@project_option
@click.option(
    "--format",
    "format_",
    type=click.Choice(list(FORMATS)),
    default="preference",
    show_default=True,
    help=FORMATS_HELP,
)
@click.option("--filter", "saved", help="A saved filter; the options beside it change it.")
@click.option("--kinds", help="Reviewers that count: human (default), simulated, judge.")
@click.option("--reviewer", "reviewers", multiple=True, help="Only this one's; by public id.")
@click.option("--least-votes", type=int)
@click.option("--least-strength", type=float)
@click.option("--least-posterior", type=float, help="Default: the project's threshold.")
@click.option("--tag", "tags", multiple=True, help="Prompts with any of these.")
@click.option("--language", "languages", multiple=True)
@click.option(
    "--floor",
    "floors",
    multiple=True,
    metavar="CRITERION=SCORE",
    help="The better answer's mean score at least.",
)
@click.option("--per-prompt", type=int, help="At most so many, the surest first.")
@click.option(
    "--rows-from",
    multiple=True,
    type=click.Choice(get_args(RowsFrom)),
    help="Default: verdicts and corrections. minimal-edits mend only what was flagged.",
)
@click.option(
    "--balance", type=click.Choice(get_args(Balance)), help="As many verdicts of each kind."
)
@click.option(
    "--across-templates",
    is_flag=True,
    default=None,
    help="Pair answers to different messages too, under the prompt as it was imported.",
)
@click.option("--test-share", type=float, help="Default: 0.1.")
@click.option("--save-filter", "name", help="Keep what goes in under this name.")
@click.option(
    "--include",
    "include",
    type=click.Choice(["gold", "heldout"]),
    multiple=True,
    help="What never trains, marked by its kind; raw judgements only.",
)
@click.option(
    "--as",
    "also",
    type=click.Choice(containers.CONTAINERS),
    multiple=True,
    help="Also as this; JSON lines and Parquet are always there.",
)
@click.option("--push-to-hub", "repo", metavar="OWNER/NAME", help="Then push; by HF_TOKEN.")
@click.option("--private", is_flag=True, help="A repository that is new is private.")
@click.option("--out", type=click.Path(path_type=Path), help="Folder for versions.")
@click.option("--preview", is_flag=True, help="Say what each rule costs, and write nothing.")
def export_command(slug: str, format_: str, saved: str | None, kinds: str | None,
                   floors: tuple[str, ...], name: str | None, out: Path | None, preview: bool,
                   also: tuple[str, ...], repo: str | None, private: bool,
                   **given: Any) -> None:  # fmt: skip
    """Freeze what people judged as a dataset version that a trainer reads."""
    if repo:
        pushing.token(repo)
    store = open_store()
    project = find_project(store, slug)
    chosen: dict[str, Any] = {key: value for key, value in given.items() if value not in (None, ())}
    if kinds:
        chosen["kinds"] = reviewer_kinds(kinds)
    if floors:
        chosen["rubric_floor"] = dict(_floor(floor) for floor in floors)
    filters = replace(_saved(store, project, saved), **chosen)
    if name:
        filters.check()
        body = filters.to_json()
        store.write(lambda db: export_filters.save(db, utc_now(), project.id, name, body))
    if preview:
        _say_costs(store, project, filters, format_)
        return
    version = _export(store, project, filters, format_, out, also)
    if repo:
        push_version(version, repo, private)


def _saved(store: Store, project: Project, name: str | None) -> Filters:
    if name is None:
        return Filters()
    with store.read() as db:
        return Filters.from_json(export_filters.named(db, project.id, name))


def _floor(text: str) -> tuple[str, float]:
    criterion, _, score = text.partition("=")
    try:
        return criterion, float(score)
    except ValueError:
        raise InvalidInput(
            f"“{text}” is no floor.", field="floor", remedy="Write it as accuracy=3.5."
        ) from None


def _say_costs(store: Store, project: Project, filters: Filters, format_: str) -> None:
    with store.read() as db:
        found = previewing.look(db, project, filters, format_)
    edits = f" and {found['corrections']:,} corrections" if found["corrections"] else ""
    click.echo(f"{found['verdicts']:,} {FORMATS[format_].counts}s{edits} pass")
    for reason, cost in found["left_out"].items():
        some = ", ".join(map(str, cost["examples"]))
        more = ", …" if cost["rows"] > len(cost["examples"]) else ""
        click.echo(
            f"{cost['rows']:,} left out: {reason}" + (f" (items {some}{more})" if some else "")
        )
    for reason, rows in found["unfit"].items():
        click.echo(f"{rows:,} or more left out by the format: {reason}")
    if found["verdicts"] and not found["rows"]:
        click.echo("None of it makes a row of this format.")


def _export(
    store: Store, project: Project, filters: Filters, format_: str, out: Path | None,
    also: tuple[str, ...],
) -> DatasetVersion:  # fmt: skip
    clear_and_say(store)
    bars = Bars()
    try:
        version = exporting.export(
            store, project, filters, utc_now(), out, format_=format_, also=also,
            report=lambda done, total, note: bars(note, done, total, ""),
        )  # fmt: skip
    finally:
        bars.close()
    counts = version.manifest["counts"]
    click.echo(f"{counts['train']:,} train and {counts['test']:,} test rows in {version.folder}")
    return version


COMMANDS = (export_command,)
