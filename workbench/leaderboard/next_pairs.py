"""Which pair of variants to compare next: the one whose order is least sure, and some at random.

Pairs are drawn by the chance that their order is wrong, mixed with an even share of all pairs, and
each comparison keeps how likely its pick was: purely adaptive picking would bias the intervals.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from workbench import jobs, queueing
from workbench.clock import parse, utc_now
from workbench.leaderboard.matches import Matches, load
from workbench.quality.kept import HUMAN
from workbench.queueing import Candidate
from workbench.records import Project
from workbench.stats.arrays import Floats
from workbench.stats.picking import chances as pair_chances
from workbench.stats.picking import draw
from workbench.stats.ranking import fit
from workbench.store import Store, comparisons, projects, queue
from workbench.store import jobs as job_rows
from workbench.store.database import Database

JOB = "next_pairs"
BATCH = 20  # comparisons between two looks at the strengths
LOW = 20  # open comparisons below which more are picked
PATIENCE = timedelta(minutes=1)


def are_wanted(db: Database, project: Project, now: datetime) -> bool:
    """Whether the project wants pairs picked so and little is left to judge; a job that found
    nothing to pick is not followed by another one at once.
    """
    if project.settings.pairs != "unsure" or not queue.is_low(db, project.id, LOW):
        return False
    last = next(iter(job_rows.recent(db, project.id, JOB, 1)), None)
    fruitless = last and last.result and not last.result["opened"] and last.finished_at
    return not fruitless or now - parse(str(fruitless)) > PATIENCE


def start(store: Store, project: Project) -> None:
    """Queue the job, unless it waits already."""
    jobs.start(store, JOB, {"project": project.slug}, project_id=project.id)


def work(store: Store, arguments: dict[str, Any], report: jobs.Report) -> dict[str, Any]:
    """The job: look at the strengths, open a batch of comparisons; `{opened}`."""
    with store.read() as db:
        project = projects.get(db, arguments["project"])
    report(0, 1, "picking the next pairs")
    return {"opened": pick(store, project, utc_now())}


def pick(store: Store, project: Project, now: datetime, count: int = BATCH) -> int:
    """Open `count` comparisons of pairs drawn by the policy; fewer where prompts run out."""
    with store.read() as db:
        candidates = queueing.pairs_left(db, project)
        matches = load(db, project.id, HUMAN)
        opened = len(comparisons.opened(db, project.id))
    known = sorted({variant for pair in candidates for variant in pair})
    if not known:
        return 0
    chances = pair_chances(fit(_placed(matches, known).duels))
    generator = np.random.default_rng([project.id, opened])
    chosen = []
    for _ in range(count):
        one = _draw(candidates, known, chances, generator)
        if one is None:
            break
        chosen.append(one)
    new = [
        queueing.comparison_of(project, candidate, pick_probability=chance)
        for candidate, chance in chosen
    ]
    return queueing.open_comparisons(store, now, new)


def _draw(
    candidates: dict[tuple[int, int], list[Candidate]], known: list[int], chances: Floats,
    generator: np.random.Generator,
) -> tuple[Candidate, float] | None:  # fmt: skip
    """A pair by its chance among those that still have prompts, then one of its prompts."""
    open_now = np.zeros_like(chances)
    for first, second in (pair for pair, left in candidates.items() if left):
        open_now[known.index(first), known.index(second)] = 1
    left = chances * open_now
    if not left.sum():
        return None
    picked = draw(left / left.sum(), generator)
    prompts = candidates[known[picked.first], known[picked.second]]
    at = int(generator.integers(len(prompts)))
    chance = picked.chance / len(prompts)
    return prompts.pop(at), chance


def _placed(matches: Matches, known: list[int]) -> Matches:
    """The same votes, with the places of all variants that may be picked."""
    ids = np.array(known)
    inside = np.isin(matches.variant_ids, ids)
    kept = matches.only(inside[matches.first] & inside[matches.second])
    places = np.searchsorted(ids, matches.variant_ids)
    return replace(kept, variant_ids=ids, first=places[kept.first], second=places[kept.second])
