"""Commands of the house: serve, doctor, backup, restore, jobs, job, starter build."""

import os
import sys
from pathlib import Path

import click
from tqdm import tqdm

from workbench import job_titles, jobs
from workbench import upkeep as service
from workbench.cli.shared import clear_and_say, open_store
from workbench.clock import utc_now
from workbench.settings import Workspace
from workbench.starter import MODEL_FOLDER
from workbench.store import jobs as job_rows


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8501, show_default=True)
def serve(host: str, port: int) -> None:
    """Serve the app: screens and HTTP API in one process."""
    from workbench.ui.serving import serve as run

    run(Workspace.from_environment(), host, port)


@click.command()
@click.option("--mend", is_flag=True, help="Put right what can be without losing anything.")
def doctor(mend: bool) -> None:
    """Say whether the workspace is sound, and what to do where it is not."""
    store = open_store()
    if mend:
        clear_and_say(store)
        service.mend(store, utc_now())
    findings = service.doctor(store, utc_now())
    for finding in findings:
        click.echo(f"{'ok ' if finding.sound else 'BAD'}  {finding.check}")
        for problem in finding.problems:
            click.echo(f"     {problem}")
        if not finding.sound:
            click.echo(f"     → {finding.remedy}")
    sys.exit(0 if all(finding.sound for finding in findings) else 1)


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
def backup(file: Path) -> None:
    """Copy the workspace into one .tar.gz, while the app runs."""
    written = service.backup(Workspace.from_environment(), file.resolve())
    click.echo(f"{written} holds the workspace ({os.path.getsize(written) / 1e6:.1f} MB).")


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
def restore(file: Path) -> None:
    """Put a backup in the workspace's place; what was there is backed up first."""
    saved = service.restore(Workspace.from_environment(), file, utc_now())
    click.echo("Restored." + (f" What was there is in {saved}." if saved else ""))


@click.command("jobs")
def jobs_list() -> None:
    """List the jobs that wait or run, and launch the next."""
    store = open_store()
    jobs.launch(store)
    with store.read() as db:
        for job in job_rows.unfinished(db):
            progress = f"{job.progress_done}/{job.progress_total} {job.progress_note}"
            click.echo(f"{job.id}\t{job_titles.title(job)}\t{job.status}\t{progress}")


@click.command()
@click.argument("job_id", type=int)
def cancel(job_id: int) -> None:
    """Ask a job to stop at its next step."""
    jobs.cancel(open_store(), job_id)


@click.group("starter")
def starter_group() -> None:
    """The small model that ships."""


@starter_group.command()
@click.option("--out", type=click.Path(path_type=Path), default=MODEL_FOLDER)
@click.option("--seed", default=0, show_default=True)
def build(out: Path, seed: int) -> None:
    """Make the starter model again, from its corpus; the same seed gives the same model."""
    from workbench.starter.build import build as make

    with tqdm(total=1, dynamic_ncols=True) as bar:

        def progress(done: int, total: int, note: str) -> None:
            bar.total = total
            bar.set_description(note)
            bar.update(done - bar.n)

        make(out, seed, progress)
    click.echo(f"The starter model is in {out}.")


COMMANDS = (serve, doctor, backup, restore, jobs_list, cancel, starter_group)
