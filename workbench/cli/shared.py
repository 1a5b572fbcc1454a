"""What the commands share: the store, a project by its name, a progress bar for a job."""

from pathlib import Path
from typing import Any, get_args

import click
from tqdm import tqdm

from workbench import clearing, job_titles, jobs
from workbench.errors import InvalidInput
from workbench.quality import kept
from workbench.records import Job, Project, ReviewerKind
from workbench.settings import Workspace
from workbench.store import Store, projects

project_option = click.option("--project", "slug", required=True, help="The project's name.")


def open_store() -> Store:
    return Store(Workspace.from_environment())


def clear_and_say(store: Store) -> None:
    """What imports and exports that were cut off had left is removed, and said."""
    for removed in clearing.clear(store):
        click.echo(clearing.words(removed), err=True)


def find_project(store: Store, slug: str) -> Project:
    with store.read() as db:
        return projects.get(db, slug)


def reviewer_kinds(text: str) -> tuple[ReviewerKind, ...]:
    """The kinds of reviewers named in `text`, which separates them by commas."""
    known: tuple[ReviewerKind, ...] = get_args(ReviewerKind)
    named = [part.strip() for part in text.split(",")]
    for name in named:
        if name not in known:
            raise click.BadParameter(
                f"“{name}” is none of {', '.join(known)}", param_hint="--kinds"
            )
    return tuple(kind for kind in known if kind in named)


def text_or_file(given: str) -> str:
    """The text itself, or with @FILE what stands in that file. Raises InvalidInput."""
    if not given.startswith("@"):
        return given
    try:
        return Path(given[1:]).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput(f"{given[1:]} cannot be read: {error}", field="file") from error


class Bars:
    """One progress bar at a time on standard error: a new stage closes the last one."""

    def __init__(self) -> None:
        self.bar: Any = None
        self.stage = ""
        self.said = ""

    def __call__(self, stage: str, done: int, total: int, note: str) -> None:
        if stage != self.stage:
            self.close()
            self.stage = stage
            self.bar = tqdm(
                total=max(total, 1), desc=stage, leave=True, dynamic_ncols=True, disable=None
            )  # None: no bar where nobody looks
        self.bar.total = max(total, 1)
        self.bar.update(done - self.bar.n)

    def say(self, line: str) -> None:
        """A line, unless it was the last one."""
        if line != self.said:
            click.echo(line, err=True)
        self.said = line

    def close(self) -> None:
        if self.bar is not None:
            if self.bar.total <= 1:
                self.bar.leave = False
            self.bar.close()
            self.bar = None


def follow(store: Store, job: Job) -> dict[str, Any]:
    """Show a job's progress to its end; returns its result. Raises JobFailed."""
    bars = Bars()

    def watch(job: Job) -> None:
        if job.status == "queued" and (first := jobs.ahead(store, job)):
            bars.say(job_titles.waiting(job, first))
        elif job.status == "running":
            bars(job.progress_note or job_titles.title(job), job.progress_done,
                 job.progress_total, "")  # fmt: skip

    try:
        done = jobs.wait(store, job.id, watch)
    finally:
        bars.close()
    return done.result or {}


def reckoned(slug: str, kinds: str, kind: str) -> tuple[Store, Project, dict[str, Any]]:
    """A fresh report of this kind, by the same job as the app's."""
    store = open_store()
    project = find_project(store, slug)
    chosen = reviewer_kinds(kinds)
    jobs.wait(store, kept.ask(store, project, kind, chosen).id)
    with store.read() as db:
        found = kept.latest(db, project, kind, chosen)
    assert found is not None
    return store, project, found
