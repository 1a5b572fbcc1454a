"""Other people's code as oracles: krippendorff for agreement, crowd-kit for consensus.

The crowds are drawn by seed: 2 to 5 categories, votes missing here and there, reviewers from
careful to careless, items on which the votes are tied.
"""

from dataclasses import dataclass

import krippendorff
import numpy as np
import pandas as pd
import pytest
from crowdkit.aggregation.classification.dawid_skene import DawidSkene

from workbench.stats.agreement import Metric, alpha
from workbench.stats.arrays import Floats, Ints, table
from workbench.stats.consensus import Labels, Prior, dawid_skene

SEEDS = range(20)
ROUNDS = 15


@dataclass(frozen=True)
class Crowd:
    """`votes`: reviewers × items, −1 where one did not judge."""

    votes: Ints
    truth: Ints
    classes: int

    @property
    def labels(self) -> Labels:
        reviewers, items = np.nonzero(self.votes >= 0)
        unknown = np.full(len(self.truth), -1)
        return Labels(items, reviewers, self.votes[reviewers, items], self.classes, unknown)


def crowd(seed: int, items: int) -> Crowd:
    draw = np.random.default_rng(seed)
    classes, reviewers = 2 + seed % 4, 2 + seed % 5
    truth = draw.integers(0, classes, items)
    careful = draw.random((reviewers, items)) < draw.uniform(0.4, 0.95, (reviewers, 1))
    votes = np.where(careful, truth, draw.integers(0, classes, (reviewers, items)))
    missing = draw.random(votes.shape) < draw.uniform(0, 0.5)
    missing[draw.integers(0, reviewers, items), np.arange(items)] = False  # no item without votes
    return Crowd(np.where(missing, -1, votes), truth, classes)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("metric", ["nominal", "ordinal", "interval", "ratio"])
def test_alpha_is_krippendorffs(metric: Metric, seed: int) -> None:
    drawn = crowd(seed, items=40)
    values = np.random.default_rng(seed).uniform(0.1, 2, drawn.classes).cumsum()
    said = np.where(drawn.votes >= 0, values[drawn.votes], np.nan)
    theirs = krippendorff.alpha(
        reliability_data=said, value_domain=values, level_of_measurement=metric
    )
    given = drawn.labels
    counts = table(given.items, given.labels, (len(drawn.truth), drawn.classes))
    assert alpha(counts, metric, values=values).value == pytest.approx(theirs, abs=1e-9)


@pytest.mark.filterwarnings("ignore::DeprecationWarning:crowdkit")
@pytest.mark.parametrize("seed", SEEDS)
def test_dawid_skene_is_crowd_kits(seed: int) -> None:
    """Round by round the same, as both start from the shares of votes; the later half with gold."""
    drawn = crowd(seed, items=200)
    given = drawn.labels
    known = 25 * (seed >= 10)
    given.truth[:known] = drawn.truth[:known]
    ours = dawid_skene(given, Prior(votes=0), tolerance=0, rounds=ROUNDS)
    assert ours.posterior == pytest.approx(crowd_kit(given), abs=1e-6)


def crowd_kit(given: Labels) -> Floats:
    """Crowd-kit's posterior after as many rounds: items × classes."""
    rows = pd.DataFrame({"task": given.items, "worker": given.reviewers, "label": given.labels})
    truth = pd.Series(given.truth)
    model = DawidSkene(n_iter=ROUNDS, tol=-np.inf)
    chances = model.fit_predict_proba(rows, truth[truth >= 0])
    posterior: Floats = chances.sort_index().sort_index(axis=1).to_numpy()
    return posterior
