"""Reviewers who guess or turn verdicts round are found by their slope."""

import numpy as np
import pytest

from workbench.stats.arrays import Floats, Ints
from workbench.stats.ranking import Duels, strengths
from workbench.stats.slopes import Slopes, adversaries, fit, spammers

SYSTEMS, REVIEWERS = 8, 20
GUESSERS, LIARS = [0, 1, 2], [3, 4]
THETA = np.linspace(-1.5, 1.5, SYSTEMS)


def crowd(seed: int, votes: int = 4_000, slopes: Floats | None = None) -> tuple[Duels, Ints]:
    generator = np.random.default_rng(seed)
    if slopes is None:
        slopes = np.ones(REVIEWERS)
        slopes[GUESSERS], slopes[LIARS] = 0.0, -1.0
    reviewers = generator.integers(0, len(slopes), votes)
    first = generator.integers(0, SYSTEMS, votes)
    second = (first + generator.integers(1, SYSTEMS, votes)) % SYSTEMS
    odds = slopes[reviewers] * (THETA[first] - THETA[second])
    outcome = (generator.random(votes) < 1 / (1 + np.exp(-odds))).astype(float)
    return Duels(first, second, outcome, np.arange(votes), SYSTEMS), reviewers


@pytest.mark.parametrize("seed", range(5))
def test_guessers_and_liars_are_found_and_nobody_else(seed: int) -> None:
    found = fit(*crowd(seed))
    assert np.flatnonzero(adversaries(found)).tolist() == LIARS
    assert np.flatnonzero(spammers(found)).tolist() == GUESSERS


@pytest.mark.parametrize("seed", range(5))
def test_a_crowd_of_equals_has_neither(seed: int) -> None:
    found = fit(*crowd(seed, slopes=np.ones(REVIEWERS)))
    assert not adversaries(found).any()
    assert not spammers(found).any()
    assert found.slope == pytest.approx(1, abs=0.5)


def test_whom_the_crowd_outvotes_no_longer_flattens_the_strengths() -> None:
    """Liars and guessers pull all strengths together; told apart, they do not."""
    drawn, reviewers = crowd(0)
    plain, told = np.ptp(strengths(drawn)), np.ptp(fit(drawn, reviewers).theta)
    assert plain < 0.75 * np.ptp(THETA) < told


def test_who_judged_little_is_taken_for_one_of_the_crowd() -> None:
    drawn, reviewers = crowd(0, slopes=np.ones(REVIEWERS))
    newcomer = Duels(
        np.append(drawn.first, 0), np.append(drawn.second, 7), np.append(drawn.outcome, 0.0),
        np.append(drawn.clusters, len(reviewers)), SYSTEMS,
    )  # fmt: skip
    found = fit(newcomer, np.append(reviewers, REVIEWERS))
    assert found.slope[REVIEWERS] == pytest.approx(1, abs=0.4)
    assert found.error[REVIEWERS] == pytest.approx(0.5, abs=0.1)


@pytest.mark.parametrize(
    ("slope", "error", "adversary", "spammer"),
    [
        (-1.0, 0.2, True, False),
        (-0.1, 0.2, False, True),
        (0.1, 0.1, False, True),
        (0.1, 0.5, False, False),  # not enough known
        (0.4, 0.1, False, False),  # feeble, but surely above chance
        (1.0, 0.2, False, False),
    ],
)
def test_what_a_slope_and_its_error_say(
    slope: float, error: float, adversary: bool, spammer: bool
) -> None:
    found = Slopes(np.zeros(2), np.array([slope]), np.array([error]))
    assert (adversaries(found).tolist(), spammers(found).tolist()) == ([adversary], [spammer])
