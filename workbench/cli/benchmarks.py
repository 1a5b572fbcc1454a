"""Commands for the benchmarks whose questions no dataset may hold."""

from pathlib import Path

import click

from workbench.cli.shared import open_store
from workbench.clock import utc_now
from workbench.exporting import decontamination
from workbench.store import benchmarks


@click.group("benchmarks")
def benchmarks_group() -> None:
    """The benchmarks whose questions no dataset may hold."""


@benchmarks_group.command()
@click.argument("name")
@click.argument("path", metavar="FILE", type=click.Path(path_type=Path))
def add(name: str, path: Path) -> None:
    """Leave prompts that hold one of FILE's questions out of every export.

    Its rows are read as an import of prompts reads them.
    """
    count = decontamination.add(open_store(), name, path, utc_now())
    click.echo(f"Exports leave out what {name} asks: {count:,} questions.")


@benchmarks_group.command("list")
def list_() -> None:
    """Name, number of questions, when it was added."""
    with open_store().read() as db:
        found = benchmarks.named(db)
    if not found:
        click.echo("No dataset is checked against a benchmark yet: benchmarks add NAME FILE.")
    for one in found:
        click.echo(f"{one.name}\t{one.texts:,} questions\t{one.added_at}")


@benchmarks_group.command()
@click.argument("name")
def remove(name: str) -> None:
    """Check exports against it no more."""
    open_store().write(lambda db: benchmarks.remove(db, name))
    click.echo(f"Exports are no longer checked against {name}.")


COMMANDS = (benchmarks_group,)
