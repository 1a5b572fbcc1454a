"""What each kind of job does: the one place that knows all of them."""

from workbench import generation, simulation, training
from workbench.generation import batch_jobs, grids, playground
from workbench.jobs import Work
from workbench.leaderboard import next_pairs
from workbench.leaderboard import report as board
from workbench.quality import measures, report
from workbench.rounds import closing, opening

WORK: dict[str, Work] = {
    grids.JOB: generation.work,
    playground.JOB: playground.work,
    "simulate": simulation.work,
    report.JOB: report.work,
    measures.JOB: measures.work,
    batch_jobs.JOB: batch_jobs.work,
    board.JOB: board.work,
    next_pairs.JOB: next_pairs.work,
    "train": training.work,
    "prepare_round": opening.work_prepare,
    "close_round": closing.work_close,
}
