"""Dataset versions on disk: written aside, then renamed, so that a crash leaves no half one.

A version is named by the hash of its rows and lineage, and of the terms they come under: its
licence, and the benchmarks they were checked against. The same store gives the same bytes.
"""

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
from workbench.exporting.folders import declare
from workbench.exporting.formats import of_project
from workbench.exporting.under_way import JOB, begun
from workbench.exporting.writing import Written, write
from workbench.hashing import sha256_text
from workbench.records import Job, Project
from workbench.store import Store, datasets, projects
from workbench.store.database import dumps
from workbench.store.datasets import DatasetVersion


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
    base = (out or store.workspace.exports).absolute()
    with begun(store, project, format_, base, now) as run:
        with store.read() as db:
            written = write(db, run.aside, project, filters, chosen, report)
        version = _describe(run.aside, project, filters, format_, written, now)
        containers.add(run.aside, chosen, also, version.manifest)
        declare(run.aside, version.manifest)
        placed = base / version.name
        run.publish(placed)
        found = DatasetVersion(**vars(version) | {"folder": str(placed)})
        behind = lineage.pack(written.judgements)
        return run.register(lambda db: datasets.add(db, now, found, behind))


def _describe(
    folder: Path, project: Project, filters: Filters, format_: str, written: Written,
    now: datetime,
) -> DatasetVersion:  # fmt: skip
    """What the version says of itself, and the card beside the rows. What is stored does not name
    the files: the lines make a version, and more files are made of these at any time.
    """
    terms = {"benchmarks": written.described["benchmarks"], "licence": project.settings.licence}
    digest = sha256_text(written.sha256 + dumps(terms)) if any(terms.values()) else written.sha256
    name = f"{project.slug}-{digest[:12]}"
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
        "sha256": digest,
        "licence": project.settings.licence or None,
        **written.described,
    }
    (folder / "README.md").write_text(card(manifest), encoding="utf-8")
    return DatasetVersion(0, project.id, name, digest, format_, "", manifest, iso(now))
