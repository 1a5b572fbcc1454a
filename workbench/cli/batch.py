"""Commands of batches: `batch list`, `batch submit`, `batch read`."""

from pathlib import Path

import click

from workbench.cli.shared import find_project, follow, open_store, project_option
from workbench.clock import utc_now
from workbench.errors import InvalidInput
from workbench.generation import batch_jobs, batches
from workbench.store import batches as rows


@click.group("batch")
def batch_group() -> None:
    """Files of requests for a Batch API or `vllm run-batch`, written by `generate --batch`."""


@batch_group.command("list")
@project_option
def list_batches(slug: str) -> None:
    """The batches of a project, the newest first."""
    store = open_store()
    project = find_project(store, slug)
    with store.read() as db:
        found = rows.in_project(db, project.id)
    for one in found:
        note = f"\t{one.note}" if one.note else ""
        click.echo(
            f"{one.id}\t{one.status}\t{one.requests} requests\t{one.fetched} answered"
            f"\t{one.failed} failed\t{one.file}{note}"
        )


@batch_group.command()
@click.argument("number", type=int)
@click.option("--wait/--no-wait", default=True, help="Follow it to its end; default: yes.")
def submit(number: int, wait: bool) -> None:
    """Hand batch NUMBER to its endpoint and take in the answers; goes on after a restart."""
    store = open_store()
    job = batch_jobs.start(store, number)
    if not wait:
        click.echo(f"Job {job.id} follows it; `batch list` shows how it stands.")
        return
    result = follow(store, job)
    click.echo(f"{result['answers']} answers stored, {result['failures']} failures.")


@batch_group.command()
@click.argument("number", type=int)
@click.argument("file", type=click.Path(path_type=Path))
def read(number: int, file: Path) -> None:
    """Take in FILE, the results of batch NUMBER, as `vllm run-batch` or the API wrote them."""
    store = open_store()
    with store.read() as db:
        batch = rows.get(db, number)
    try:
        with open(file, encoding="utf-8") as lines:
            answered, failed = batches.take_in(store, batch.grid_id, lines, utc_now())
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput(f"{file} cannot be read: {error}", field="file") from error
    store.write(lambda db: rows.fetched(db, utc_now(), number, answered, failed))
    click.echo(f"{answered} answers stored, {failed} failures.")


COMMANDS = (batch_group,)
