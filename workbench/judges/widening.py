"""Widening: people's verdicts on some prompts and a judge's on many more, as one win rate.

The judge's verdicts on the prompts that people judged as well show its error, by which a result on
all of them is corrected. That holds where people's prompts are a random sample of all: after
triage they are not, and `random` says so. Nothing here takes the place of what people alone show.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from workbench.judges.calibrating import known_verdicts
from workbench.judges.verdicts import Pair
from workbench.quality.weighing import agree, heard
from workbench.stats.arrays import Floats
from workbench.stats.calibration import TIE
from workbench.stats.prediction import Powered, Verdicts, powered
from workbench.store import completions, judges, triage
from workbench.store.database import Database
from workbench.store.judges import Judge

Row = dict[str, int]  # id, prompt_id, first_variant (the one of the lower answer)


@dataclass(frozen=True)
class Read:
    """What a judge has read: its verdicts and people's by comparison, and the comparisons of each
    pair of variants, the lower id first.
    """

    said: dict[int, Pair]
    people: dict[int, int]
    pairs: dict[tuple[int, int], list[Row]]
    random: bool


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

    def powered(self) -> Powered:
        """The win rate by people and judge, and by people alone on the same prompts."""
        n, more = len(self.people), len(self.judge_alone)
        beside = Verdicts(self.people, np.arange(n))
        alone = Verdicts(self.judge_alone, np.arange(n, n + more))
        return powered(beside, self.judge_beside, alone)


def load(db: Database, judge: Judge) -> Read:
    """Everything about one judge; people's verdicts are their consensus."""
    said = {i: Pair(one, other) for i, one, other in judges.verdicts(db, judge.reviewer_id)}
    ids, codes = known_verdicts(agree(heard(db, judge.project_id, ("human",))))
    pairs: dict[tuple[int, int], list[Row]] = defaultdict(list)
    for (first, second), row in _read(db, list(said)):
        pairs[min(first, second), max(first, second)].append(row)
    decided = triage.decisions(db, judge.project_id, judge.reviewer_id)
    people = dict(zip(ids.tolist(), codes.tolist(), strict=True))
    return Read(said, people, dict(pairs), not decided)


def _read(db: Database, ids: list[int]) -> Iterator[tuple[tuple[int, int], Row]]:
    """The variants of the lower and of the higher answer, where they differ."""
    found = judges.pairs(db, ids)
    variant = completions.variants_of(
        db, (row[key] for row in found for key in ("first", "second"))
    )
    for row in found:
        first, second = variant[row["first"]], variant[row["second"]]
        if first != second:
            said = {"id": row["id"], "prompt_id": row["prompt_id"], "first_variant": first}
            yield (first, second), said


def widened(known: Read, first_id: int, second_id: int) -> Widened:
    """The outcomes of two variants, by people's consensus and by the judge (a probability)."""
    by_people: dict[int, list[float]] = defaultdict(list)
    by_judge: dict[int, list[float]] = defaultdict(list)
    for row in known.pairs.get((min(first_id, second_id), max(first_id, second_id)), []):
        first_is_lower = row["first_variant"] == first_id
        second_wins = known.said[row["id"]].probability
        by_judge[row["prompt_id"]].append(1 - second_wins if first_is_lower else second_wins)
        if row["id"] in known.people:
            by_people[row["prompt_id"]].append(_won(known.people[row["id"]], first_is_lower))
    both = sorted(by_people)
    return Widened(
        people=_means(by_people, both),
        judge_beside=_means(by_judge, both),
        judge_alone=_means(by_judge, sorted(set(by_judge) - set(by_people))),
        random=known.random,
    )


def _won(verdict: int, first_is_lower: bool) -> float:
    if verdict == TIE:
        return 0.5
    return float((verdict == 0) == first_is_lower)


def _means(outcomes: dict[int, list[float]], prompt_ids: list[int]) -> Floats:
    return np.array([sum(outcomes[i]) / len(outcomes[i]) for i in prompt_ids], float)
