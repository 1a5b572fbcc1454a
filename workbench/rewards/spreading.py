"""Candidates of a round by a reward model: of several samples the best, laid against another.

Two random samples are often alike, and their verdict teaches little; the best beside the worst, or
beside one drawn by chance, differ more.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal, Self, get_args

from workbench import jobs
from workbench.errors import InvalidInput
from workbench.generation.grids import MOST_SAMPLES
from workbench.hashing import unit_interval
from workbench.records import Completion, Variant
from workbench.rewards.scoring import score_missing
from workbench.store import Store, completions, reward_models, reward_scores
from workbench.store.reward_scores import Score

Against = Literal["random", "worst"]
Pair = frozenset[int]


@dataclass(frozen=True)
class Spread:
    """Of `samples` answers the best by the reward model called `by`, against a random other or the
    worst.
    """

    by: str
    samples: int = 4
    against: Against = "random"

    def check(self) -> Self:
        """Raises InvalidInput."""
        if not 2 <= self.samples <= MOST_SAMPLES or self.against not in get_args(Against):
            raise InvalidInput(
                "The candidates cannot be chosen so.",
                field="best_of",
                remedy=f"From 2 to {MOST_SAMPLES} samples, against random or worst.",
            )
        return self


def choose(
    store: Store, project_id: int, variant: Variant, spread: Spread, report: jobs.Report
) -> set[Pair]:
    """One pair of answers for each prompt of which two different ones are scored."""
    with store.read() as db:
        model = reward_models.named(db, project_id, spread.by)
        found = completions.of_variant(db, variant.id)
    score_missing(store, model, report, variant_id=variant.id)
    with store.read() as db:
        scores = reward_scores.of(db, model.id, [one.id for one in found])
    by_prompt: dict[int, list[Completion]] = defaultdict(list)
    for one in found:
        if one.sample_index < spread.samples and scores[one.id].value is not None:
            by_prompt[one.prompt_id].append(one)
    pairs = (_pair(samples, scores, spread.against) for samples in by_prompt.values())
    return {pair for pair in pairs if pair}


def _pair(samples: list[Completion], scores: dict[int, Score], against: Against) -> Pair | None:
    """None where all of them say the same."""

    def value(one: Completion) -> tuple[Any, int]:
        return scores[one.id].value, -one.sample_index

    best = max(samples, key=value)
    others = [one for one in samples if one.messages != best.messages]
    if not others:
        return None
    other = min(others, key=value) if against == "worst" else _drawn(best, others)
    return frozenset((best.id, other.id))


def _drawn(best: Completion, others: Iterable[Completion]) -> Completion:
    return min(others, key=lambda one: unit_interval("against", best.id, one.id))
