"""What each kind of job does: the one place that knows all of them."""

from typing import Any

from workbench import checking, exporting, generation, judges, simulation, training
from workbench.exporting import previewing
from workbench.generation import batch_jobs, grids, playground
from workbench.jobs import Report, Work
from workbench.judges import report as measuring
from workbench.judges import triaging
from workbench.leaderboard import next_pairs
from workbench.leaderboard import report as board
from workbench.quality import measures, report
from workbench.rounds import closing, opening
from workbench.store import Store, projects
from workbench.store import grids as stored
from workbench.store import judges as rows


def generate_and_check(store: Store, arguments: dict[str, Any], report: Report) -> dict[str, Any]:
    """What was generated is checked at once, if the project has checks."""
    result = generation.work(store, arguments, report)
    with store.read() as db:
        project = projects.by_id(db, stored.get(db, arguments["grid_id"]).project_id)
    checking.begin(store, project)
    return result


def judge_and_measure(work: Work) -> Work:
    """What a judge read or settled is measured at once."""

    def both(store: Store, arguments: dict[str, Any], report: Report) -> dict[str, Any]:
        result = work(store, arguments, report)
        with store.read() as db:
            project = projects.by_id(db, rows.get(db, arguments["judge"]).project_id)
        measuring.refresh(store, project)
        if project.settings.assist.widening:
            board.refresh(store, project)
        return result

    return both


WORK: dict[str, Work] = {
    grids.JOB: generate_and_check,
    checking.JOB: checking.work,
    judges.JOB: judge_and_measure(judges.work),
    triaging.JOB: judge_and_measure(triaging.work),
    measuring.JOB: measuring.work,
    playground.JOB: playground.work,
    "simulate": simulation.work,
    report.JOB: report.work,
    measures.JOB: measures.work,
    batch_jobs.JOB: batch_jobs.work,
    board.JOB: board.work,
    next_pairs.JOB: next_pairs.work,
    exporting.JOB: exporting.work,
    previewing.JOB: previewing.work,
    "train": training.work,
    "prepare_round": opening.work_prepare,
    "close_round": closing.work_close,
}
