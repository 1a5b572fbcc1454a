"""The whole loop without people: simulated reviewers judge, rounds close, the model improves.

The heavy stages run as the same jobs that the app starts. Heldout answers are always judged
with accuracy 1; `accuracy` and `label_noise` concern the judgements that train.
"""

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from workbench import devices, jobs, simulation
from workbench.records import Job, Project, ReviewerKind
from workbench.rounds.closing import Closing, start_close
from workbench.rounds.proof import proof
from workbench.store import Store, reports, rounds
from workbench.store.rounds import Round

Watch = Callable[[str, int, int, str], None]
SIMULATED: tuple[ReviewerKind, ...] = ("simulated",)


@dataclass(frozen=True)
class Plan:
    """`prompts` is for each round; `label_noise` is the share of training verdicts flipped."""

    rounds: int = 2
    prompts: int = 500
    heldout: int = 400
    seed: int = 0
    accuracy: float = 1.0
    label_noise: float = 0.0


def run(store: Store, project: Project, plan: Plan, watch: Watch) -> list[dict[str, Any]]:
    """Turn the loop; returns one entry a round, round 0 first."""
    flipped = plan.label_noise
    accuracy = plan.accuracy * (1 - flipped) + (1 - plan.accuracy) * flipped
    entries: list[dict[str, Any]] = []
    began, peak, pairs = time.monotonic(), jobs.peak_rss_mb(), 0
    for number in range(plan.rounds + 1):
        stage = f"round {number}"
        if number:
            _judge(store, project, accuracy, plan.seed, watch, f"{stage}: judging")
            closing = Closing(project.slug, number - 1, kinds=SIMULATED, seed=plan.seed)
            job = _follow(store, start_close(store, project, closing), watch, stage)
            peak, pairs = max(peak, job.peak_rss_mb or 0), (job.result or {})["pairs"]
            _judge(store, project, 1.0, plan.seed + 1, watch, f"{stage}: blind heldout")
        if number < plan.rounds or number == 0:
            job = _follow(store, _start_prepare(store, project, plan.prompts), watch, stage)
            peak = max(peak, job.peak_rss_mb or 0)
        seconds, began = time.monotonic() - began, time.monotonic()
        entries.append(_entry(store, project, number, pairs, seconds, peak))
        peak = jobs.peak_rss_mb()
    return entries


def _start_prepare(store: Store, project: Project, candidates: int) -> Job:
    arguments = {"project": project.slug, "candidates": candidates}
    return jobs.start(
        store, "prepare_round", arguments, resource=devices.usual(), project_id=project.id
    )


def _follow(store: Store, job: Job, watch: Watch, stage: str) -> Job:
    return jobs.wait(
        store,
        job.id,
        lambda j: watch(
            f"{stage}: {j.progress_note or j.kind}", j.progress_done, j.progress_total, ""
        ),
    )


def _judge(
    store: Store, project: Project, accuracy: float, seed: int, watch: Watch, stage: str
) -> None:
    simulation.judge_open(
        store, project, accuracy, seed, lambda done, total, note: watch(stage, done, total, note)
    )


def _entry(
    store: Store, project: Project, number: int, pairs: int, seconds: float, peak: float
) -> dict[str, Any]:
    with store.read() as db:
        which: Round = rounds.numbered(db, project.id, number)
        score = reports.latest(db, project.id, "faithfulness", which.id)
        won = proof(db, which, SIMULATED).result
    assert score is not None
    shares = (
        "faithful_sampled",
        "faithful_greedy",
        "faithful_answerable_greedy",
        "faithful_unanswerable_sampled",
        "over_abstention",
    )
    return {
        "round": number,
        "pairs": pairs,
        **{share: round(score[share], 4) for share in shares},
        "win_rate_vs_first": None if won.rate is None else round(won.rate, 4),
        "win_rate_interval": None if won.rate is None else [round(won.low, 4), round(won.high, 4)],
        "seconds": round(seconds, 1),
        "peak_rss_mb": round(peak, 1),
    }


def as_json(plan: Plan, entries: list[dict[str, Any]]) -> dict[str, Any]:
    return {**asdict(plan), "rounds": entries}
