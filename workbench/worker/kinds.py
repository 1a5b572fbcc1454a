"""Where the work of each kind of job is: the one place that knows all of them."""

import pkgutil

from workbench.jobs import Work

WORK = {
    "generate": "workbench.worker.chained:generate_and_check",
    "check": "workbench.checking:work",
    "judge": "workbench.worker.chained:judge_and_measure",
    "triage": "workbench.worker.chained:triage_and_measure",
    "judge_report": "workbench.judges.report:work",
    "try": "workbench.generation.playground:work",
    "simulate": "workbench.simulation:work",
    "quality": "workbench.quality.report:work",
    "effect": "workbench.quality.measures:work",
    "batch": "workbench.generation.batch_jobs:work",
    "leaderboard": "workbench.leaderboard.report:work",
    "next_pairs": "workbench.leaderboard.next_pairs:work",
    "export": "workbench.exporting:work",
    "export_preview": "workbench.exporting.previewing:work",
    "train": "workbench.worker.after_training:train_and_measure",
    "preflight": "workbench.training.checks:work",
    "economics": "workbench.rounds.economics:work",
    "score": "workbench.rewards.scoring:work",
    "best_of": "workbench.worker.chained:choose_and_check",
    "second_looks": "workbench.rewards.second_looks:work",
    "order_queue": "workbench.rewards.ordering:work",
    "reward_report": "workbench.rewards.measuring:work",
    "prepare_round": "workbench.rounds.opening:work_prepare",
    "prove": "workbench.rounds.proving:work",
    "gate": "workbench.rounds.gating:work",
    "close_round": "workbench.rounds.closing:work_close",
}


def work_of(kind: str) -> Work:
    work: Work = pkgutil.resolve_name(WORK[kind])
    return work
