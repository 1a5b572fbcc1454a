"""Dataset versions on disk: written aside, then renamed, so that a crash leaves no half one.

A version is named by the hash of its rows and lineage; the same store gives the same bytes.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import workbench
from workbench import jobs
from workbench.clock import iso, utc_now
from workbench.exporting import containers, lineage
from workbench.exporting.card import card
from workbench.exporting.collecting import check
from workbench.exporting.filters import Filters
from workbench.exporting.folders import complete, declare
from workbench.exporting.formats import of_project
from workbench.exporting.writing import Written, write
from workbench.locks import held
from workbench.records import Job, Project
from workbench.store import Store, datasets, projects
from workbench.store.datasets import DatasetVersion

JOB = "export"
UNFINISHED = ".writing-"


def begin(
    store: Store, project: Project, filters: Filters, format_: str, also: tuple[str, ...] = ()
) -> Job:
    """Queue the job. Raises InvalidInput for a filter or a container that cannot be used."""
    containers.check(also)
    check(filters, of_project(project, format_).of)
    arguments = {"project": project.slug, "filters": filters.to_json(), "format": format_,
                 "also": also}  # fmt: skip
    return jobs.start(store, JOB, arguments, project_id=project.id)


def work(store: Store, arguments: dict[str, Any], report: jobs.Report) -> dict[str, Any]:
    """The job: `{version, name}`."""
    with store.read() as db:
        project = projects.get(db, arguments["project"])
    filters = Filters.from_json(arguments["filters"])
    report(0, 1, "adding up the judgements")
    made = export(
        store, project, filters, utc_now(), format_=arguments["format"],
        also=tuple(arguments.get("also", ())), report=report,
    )  # fmt: skip
    return {"version": made.id, "name": made.name}


def _silent(done: int, total: int, note: str) -> None:
    return


def export(
    store: Store, project: Project, filters: Filters, now: datetime, out: Path | None = None,
    *, format_: str = "preference", also: tuple[str, ...] = (), report: jobs.Report = _silent,
) -> DatasetVersion:  # fmt: skip
    """Freeze the project's rows as a version below `out` and register it, with `also` more
    containers. A version that is there already gets those that it has not.

    Raises InvalidInput when nothing passes the filters.
    """
    containers.check(also)
    chosen = of_project(project, format_)
    base = out or store.workspace.exports
    with _aside(store, base) as folder:
        with store.read() as db:
            written = write(db, folder, project, filters, chosen, report)
        version = _describe(folder, project, filters, format_, written, now)
        containers.add(folder, chosen, also, version.manifest)
        declare(folder, version.manifest)
        placed = base / version.name
        _publish(folder, placed)
    found = DatasetVersion(**vars(version) | {"folder": str(placed)})
    behind = lineage.pack(written.judgements)
    return store.write(lambda db: datasets.add(db, now, found, behind))


@contextmanager
def _aside(store: Store, base: Path) -> Iterator[Path]:
    """A folder to write in; one export at a time, so that what a killed one left is known."""
    base.mkdir(parents=True, exist_ok=True)
    with held(store.workspace.locks / "export.lock", wait=True):
        _remove_unfinished(base)
        aside = Path(tempfile.mkdtemp(prefix=UNFINISHED, dir=base))
        try:
            yield aside
        finally:
            shutil.rmtree(aside, ignore_errors=True)


def remove_unfinished(store: Store) -> int:
    """Remove what killed exports left in the workspace; leaves a running one alone."""
    with held(store.workspace.locks / "export.lock", wait=False) as free:
        return _remove_unfinished(store.workspace.exports) if free else 0


def _remove_unfinished(base: Path) -> int:
    left = list(base.glob(f"{UNFINISHED}*"))
    for folder in left:
        shutil.rmtree(folder, ignore_errors=True)
    return len(left)


def _describe(
    folder: Path, project: Project, filters: Filters, format_: str, written: Written,
    now: datetime,
) -> DatasetVersion:  # fmt: skip
    """What the version says of itself, and the card beside the rows. What is stored does not name
    the files: the lines make a version, and more files are made of these at any time.
    """
    name = f"{project.slug}-{written.sha256[:12]}"
    manifest = {
        "name": name,
        "format": format_,
        "project": project.slug,
        "filters": filters.to_json(),
        "guidelines_version": project.guidelines_version,
        "code_version": workbench.__version__,
        "counts": written.counts,
        "left_out": written.left_out,
        "reviewers": written.reviewers,
        "sha256": written.sha256,
    }
    (folder / "README.md").write_text(card(manifest), encoding="utf-8")
    return DatasetVersion(0, project.id, name, written.sha256, format_, "", manifest, iso(now))


def _publish(aside: Path, folder: Path) -> None:
    """Rename into place; a version that is there already has the same lines."""
    os.chmod(aside, 0o755)
    try:
        os.rename(aside, folder)
    except OSError:
        if not (folder / "manifest.json").is_file():
            raise
        complete(folder, aside)
