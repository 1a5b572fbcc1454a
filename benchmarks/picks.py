"""How many judgements it takes until systems are in their right order, pairs picked or at random.

Twelve systems, their strengths evenly from −1.5 to 1.5. Every pick is a new prompt, which suits
one of the two better for all its votes (normal, standard deviation 1): votes on one prompt are
alike. Picking starts evenly and fits again every thirty judgements. The quality of an order is
Kendall's τ with the true one; the curves of the seeds are averaged and read at six targets, of
which the mean is told. Many seeds: the ratios of any five lie between 1.1 and 2.4.
"""

from dataclasses import dataclass, field

import numpy as np
from scipy.stats import kendalltau

from workbench.stats import picking
from workbench.stats.arrays import Floats
from workbench.stats.ranking import Duels, fit

SYSTEMS, SUITS, EVERY, BUDGET = 12, 1.0, 30, 1_320
TRUE = np.linspace(-1.5, 1.5, SYSTEMS)
TARGETS = (0.80, 0.82, 0.84, 0.86, 0.88, 0.90)


@dataclass
class Votes:
    first: list[int] = field(default_factory=list)
    second: list[int] = field(default_factory=list)
    outcome: list[float] = field(default_factory=list)

    def duels(self) -> Duels:
        columns = np.array(self.first), np.array(self.second), np.array(self.outcome)
        return Duels(*columns, np.arange(len(self.first)), SYSTEMS)


def judgements(seeds: range, *, picked: bool, overlap: int) -> float:
    """The judgements needed, mean of the targets; NaN where the budget does not reach them all."""
    quality = np.mean([curve(seed, picked=picked, overlap=overlap) for seed in seeds], axis=0)
    best, spent = np.maximum.accumulate(quality), EVERY * np.arange(1, len(quality) + 1)
    return float(np.interp(TARGETS, best, spent, right=np.nan).mean())


def curve(seed: int, *, picked: bool, overlap: int) -> Floats:
    """Kendall's τ after every thirty judgements."""
    generator, votes, qualities = np.random.default_rng(seed), Votes(), []
    even: Floats = np.triu(np.ones((SYSTEMS, SYSTEMS)), 1) * 2 / (SYSTEMS * (SYSTEMS - 1))
    chances: Floats = even
    while len(votes.first) < BUDGET:
        pick = picking.draw(chances, generator)
        _vote(votes, pick, overlap, generator)
        if len(votes.first) % EVERY == 0:
            found = fit(votes.duels(), clustered=False)
            chances = picking.chances(found) if picked else even
            qualities.append(kendalltau(found.theta, TRUE).statistic)
    return np.array(qualities)


def _vote(votes: Votes, pick: picking.Pick, overlap: int, generator: np.random.Generator) -> None:
    odds = TRUE[pick.first] - TRUE[pick.second] + generator.normal(0, SUITS)
    for _ in range(overlap):
        votes.first.append(pick.first)
        votes.second.append(pick.second)
        votes.outcome.append(float(generator.random() < 1 / (1 + np.exp(-odds))))
