"""What an export would hold, before it is written: how many verdicts each rule costs, and the first
rows as they will be. Many judgements are added up in a job; its result is the preview.
"""

import json
from typing import Any

from workbench import jobs
from workbench.exporting.collecting import Preview, preview
from workbench.exporting.filters import Filters
from workbench.exporting.format import Format, NoRow
from workbench.exporting.formats import of_project
from workbench.records import Job, Project
from workbench.store import Store, projects
from workbench.store import jobs as rows
from workbench.store.database import Database

JOB = "export_preview"
SHOWN = 20
LOOKED_AT = 2_000  # rows at most, until so many fit the format
Json = dict[str, Any]


def look(db: Database, project: Project, filters: Filters, format_: str) -> Json:
    """`{verdicts, corrections, rows, left_out: {rule: {rows, examples}}, unfit: {reason: rows}}`;
    each row as it will be written. What does not fit the format is counted as far as was looked.

    Raises InvalidInput for a filter that cannot be used.
    """
    wanted = of_project(project, format_)
    found = preview(db, project, filters, wanted.of, LOOKED_AT)
    shown, unfit = _rows(found, wanted)
    left_out = {rule: vars(cost) for rule, cost in found.left_out.items()}
    return {
        "verdicts": found.verdicts,
        "corrections": found.corrections,
        "rows": shown,
        "left_out": left_out,
        "unfit": unfit,
    }


def _rows(found: Preview, format_: Format) -> tuple[list[Json], dict[str, int]]:
    shown: list[Json] = []
    unfit: dict[str, int] = {}
    for row in found.first:
        if len(shown) == SHOWN:
            break
        try:
            shown.append({"part": row.part} | json.loads(format_.line(row)))
        except NoRow as reason:
            unfit[str(reason)] = unfit.get(str(reason), 0) + 1
    return shown, unfit


def _arguments(project: Project, filters: Filters, format_: str) -> Json:
    return {"project": project.slug, "filters": filters.to_json(), "format": format_}


def ask(store: Store, project: Project, filters: Filters, format_: str) -> Job:
    """Queue the job, unless it waits already."""
    arguments = _arguments(project, filters, format_)
    return jobs.start(store, JOB, arguments, project_id=project.id)


def work(store: Store, arguments: Json, report: jobs.Report) -> Json:
    filters = Filters.from_json(arguments["filters"])
    report(0, 1, "adding up the judgements")
    with store.read() as db:
        project = projects.get(db, arguments["project"])
        return look(db, project, filters, arguments["format"])


def latest(db: Database, project: Project, filters: Filters, format_: str) -> Job | None:
    """The newest job that looked, or looks, at just this."""
    wanted = json.loads(json.dumps(_arguments(project, filters, format_)))
    return next((j for j in rows.recent(db, project.id, JOB) if j.arguments == wanted), None)
