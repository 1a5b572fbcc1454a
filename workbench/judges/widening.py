"""Widening: people's verdicts on some prompts and a judge's on many more, as arrays.

The judge's verdicts on the prompts that people judged as well show its error, by which a result on
all of them is corrected. That holds where people's prompts are a random sample of all: after
triage they are not, and `random` says so.
"""

from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from workbench.judges.calibrating import known_verdicts
from workbench.judges.verdicts import Pair
from workbench.quality.weighing import agree, heard
from workbench.stats.arrays import Floats
from workbench.stats.calibration import TIE
from workbench.store import completions, judges, triage
from workbench.store.database import Database
from workbench.store.judges import Judge


@dataclass(frozen=True)
class Widened:
    """Outcomes of the first variant against the second: 1 won, ½ tied, 0 lost; one number a prompt,
    the mean of its comparisons. `people` and `judge_beside` are of the same prompts, in order;
    `judge_alone` of prompts that only the judge has read.
    """

    people: Floats
    judge_beside: Floats
    judge_alone: Floats
    random: bool


def widened(db: Database, judge: Judge, first_id: int, second_id: int) -> Widened:
    """The outcomes of two variants, by people's consensus and by the judge (a probability)."""
    said = {i: Pair(one, other) for i, one, other in judges.verdicts(db, judge.reviewer_id)}
    ids, codes = known_verdicts(agree(heard(db, judge.project_id, ("human",))))
    people = dict(zip(ids.tolist(), codes.tolist(), strict=True))
    by_people: dict[int, list[float]] = defaultdict(list)
    by_judge: dict[int, list[float]] = defaultdict(list)
    for row in _between(db, said, first_id, second_id):
        first_is_lower = row["first_variant"] == first_id
        second_wins = said[row["id"]].probability
        by_judge[row["prompt_id"]].append(1 - second_wins if first_is_lower else second_wins)
        if row["id"] in people:
            won = _won(people[row["id"]], first_is_lower)
            by_people[row["prompt_id"]].append(won)
    both = sorted(by_people)
    alone = sorted(set(by_judge) - set(by_people))
    decided = triage.decisions(db, judge.project_id, judge.reviewer_id)
    return Widened(
        people=_means(by_people, both),
        judge_beside=_means(by_judge, both),
        judge_alone=_means(by_judge, alone),
        random=not decided,
    )


def _between(
    db: Database, said: dict[int, Pair], first_id: int, second_id: int
) -> list[dict[str, int]]:
    """`{id, prompt_id, first_variant}` of the comparisons of these two variants' answers."""
    found = judges.pairs(db, list(said))
    ids = {i for row in found for i in (row["first"], row["second"])}
    variant = {i: answer.variant_id for i, answer in completions.by_ids(db, ids).items()}
    return [
        {"id": row["id"], "prompt_id": row["prompt_id"], "first_variant": variant[row["first"]]}
        for row in found
        if {variant[row["first"]], variant[row["second"]]} == {first_id, second_id}
    ]


def _won(verdict: int, first_is_lower: bool) -> float:
    if verdict == TIE:
        return 0.5
    return float((verdict == 0) == first_is_lower)


def _means(outcomes: dict[int, list[float]], prompt_ids: list[int]) -> Floats:
    return np.array([sum(outcomes[i]) / len(outcomes[i]) for i in prompt_ids], float)
