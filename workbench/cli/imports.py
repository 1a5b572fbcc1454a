"""`import`: prompts, answers and judgements from a file or a dataset, with a preview."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from workbench import importing
from workbench.cli.shared import clear_and_say, find_project, open_store, project_option
from workbench.clock import utc_now
from workbench.importing import Reading, mapping
from workbench.importing.checking import SHOWN_BAD_ROWS
from workbench.importing.dropping import Dropped
from workbench.importing.formats import FORMATS
from workbench.importing.preview import first_rows
from workbench.importing.reading import Checked, Kind

Command = TypeVar("Command", bound=Callable[..., Any])


@click.group("import")
def import_group() -> None:
    """Bring in prompts, answers or judgements: JSONL, JSON, CSV, TSV, Parquet, or a dataset.

    FILE is a file, or hub:OWNER/NAME[:SPLIT] (a folder in the place of OWNER/NAME as well). Its
    format is found by its columns: docs/importing.md lists them.
    """


def _options(command: Command) -> Command:
    for option in (
        click.option("--preview", is_flag=True, help="Say what is in the file; write nothing."),
        click.option("--judged-by", type=click.Choice(["human", "judge"]),
                     help="Who judged: people, or a model; default: what the format says."),
        click.option("--map", "columns", multiple=True, metavar="NAME=COLUMN",
                     help="Read COLUMN as NAME (--map prompt=question); NAME= leaves it aside."),
        click.option("--format", "format_", type=click.Choice(list(FORMATS)),
                     help="Read it as this; default: found by the columns."),
        click.option("--skip-bad", is_flag=True, help="Import the rest of a file with bad rows."),
        project_option,
        click.argument("file", type=click.Path(path_type=Path)),
    ):  # fmt: skip
        command = option(command)
    return command


@import_group.command()
@_options
def prompts(**options: Any) -> None:
    """Import prompts: the prompts of any format; what was answered is left aside."""
    _import("prompts", **options)


@import_group.command()
@_options
def completions(**options: Any) -> None:
    """Import answers, and AlpacaEval's judge with them; other judgements are left aside."""
    _import("completions", **options)


@import_group.command()
@_options
def judgements(**options: Any) -> None:
    """Import judgements with what they are about: preferences, labels, scores, spans."""
    _import("judgements", **options)


def _import(
    kind: Kind, file: Path, slug: str, skip_bad: bool, format_: str | None,
    columns: tuple[str, ...], judged_by: Any, preview: bool,
) -> None:  # fmt: skip
    store = open_store()
    clear_and_say(store)
    project = find_project(store, slug)
    reading = Reading(format_, mapping.from_words(columns), judged_by)
    if preview:
        _say_preview(file, importing.check_file(file, kind, project, reading))
        return
    report = importing.import_file(
        store, project, file, utc_now(), kind=kind, skip_bad=skip_bad, reading=reading
    )
    for bad in report.bad:
        click.echo(f"skipped {file.name}:{bad.line}: {bad.reason}", err=True)
    _say_dropped(report.dropped)
    click.echo(
        f"{report.prompts} new prompts ({report.heldout} heldout),"
        f" {report.known_prompts} known; {report.completions} new completions,"
        f" {report.judgements} new judgements; {report.near_heldout} kept out of training as"
        f" near-duplicates of heldout prompts."
    )


def _say_preview(file: Path, checked: Checked) -> None:
    formats = ", ".join(f"{n} as {name}" for name, n in checked.formats.items())
    click.echo(f"{file.name}: columns {', '.join(checked.columns) or 'none'}")
    click.echo(f"{len(checked.rows)} rows can be used ({formats or 'none'}).")
    for row in first_rows(checked.rows):
        click.echo(json.dumps(row, ensure_ascii=False))
    for bad in checked.bad[:SHOWN_BAD_ROWS]:
        click.echo(f"bad {file.name}:{bad.line}: {bad.reason}", err=True)
    _say_dropped(checked.drops.listed())
    if checked.columns and not checked.rows:
        click.echo("If its columns have other names: --map prompt=COLUMN, and so on.")
    click.echo("Nothing was written.")


def _say_dropped(dropped: list[Dropped]) -> None:
    for one in dropped:
        click.echo(f"left out: {one.words()}. {one.remedy}".rstrip(), err=True)


COMMANDS = (import_group,)
