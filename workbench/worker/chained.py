"""Work that another job follows."""

from typing import Any

from workbench import checking, generation, judges
from workbench.jobs import Report
from workbench.judges import report as measuring
from workbench.judges import triaging
from workbench.leaderboard import report as board
from workbench.rewards import best_of
from workbench.store import Store, projects
from workbench.store import grids as stored
from workbench.store import judges as rows

Json = dict[str, Any]


def generate_and_check(store: Store, arguments: Json, report: Report) -> Json:
    """What was generated is checked at once, if the project has checks."""
    result = generation.work(store, arguments, report)
    _check(store, arguments)
    return result


def choose_and_check(store: Store, arguments: Json, report: Report) -> Json:
    """So is what was put forward as the best of it."""
    result = best_of.work(store, arguments, report)
    _check(store, arguments)
    return result


def _check(store: Store, arguments: Json) -> None:
    with store.read() as db:
        project = projects.by_id(db, stored.get(db, arguments["grid_id"]).project_id)
    checking.begin(store, project)


def judge_and_measure(store: Store, arguments: Json, report: Report) -> Json:
    result = judges.work(store, arguments, report)
    _measure(store, arguments)
    return result


def triage_and_measure(store: Store, arguments: Json, report: Report) -> Json:
    result = triaging.work(store, arguments, report)
    _measure(store, arguments)
    return result


def _measure(store: Store, arguments: Json) -> None:
    """What a judge read or settled is measured at once."""
    with store.read() as db:
        project = projects.by_id(db, rows.get(db, arguments["judge"]).project_id)
    measuring.refresh(store, project)
    if project.settings.assist.widening:
        board.refresh(store, project)
