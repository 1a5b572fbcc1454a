"""The next pair: the most doubtful order first, every pair now and then, and fewer judgements."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import picks
from workbench.errors import InvalidInput
from workbench.stats.picking import chances, draw
from workbench.stats.ranking import Duels, Strengths, fit


def found(theta: list[float], error: float = 0.2, components: list[int] | None = None) -> Strengths:
    """Strengths of which every difference has the same standard error."""
    size = len(theta)
    return Strengths(
        np.array(theta), np.eye(size) * error**2 / 2, None, np.array(components or [0] * size)
    )


def test_chances_follow_the_chance_that_the_order_is_wrong() -> None:
    """Differences of 0, 1 and 2 standard errors: Φ = .5, .158655, .022750, and one pair of each."""
    apart = chances(Strengths(np.array([0.0, 0, 0]), np.zeros((3, 3)), None, np.array([0, 0, 0])))
    assert apart[np.triu_indices(3, 1)] == pytest.approx(1 / 3)
    three = chances(found([0.0, 0.2, 0.4]), evenly=0.0)
    wrong = np.array([0.158655, 0.022750, 0.158655])
    assert three[np.triu_indices(3, 1)] == pytest.approx(wrong / wrong.sum(), abs=1e-5)


def test_three_in_ten_picks_are_even() -> None:
    """Nobody doubts the third's place; its pairs still come."""
    three = chances(found([0.0, 0.0, 50.0]))
    assert three[0, 1] == pytest.approx(0.8)
    assert three[0, 2] == pytest.approx(0.1)


def test_pairs_that_nothing_connects_are_the_most_doubtful() -> None:
    four = chances(found([1.0, -1.0, 1.0, -1.0], components=[0, 0, 1, 1]))
    assert four[0, 3] == four[1, 2] == four[0, 2] > 4 * four[0, 1]


def test_a_pair_never_compared_is_likelier_than_one_often_compared() -> None:
    often = [(0, 1, 0.6), (1, 2, 0.6), (2, 3, 0.6)]
    votes = [(a, b, float(k < won * 200)) for a, b, won in often for k in range(200)]
    first, second, outcome = (np.array(column) for column in zip(*votes, strict=True))
    votes_so_far = Duels(first, second, outcome, np.arange(len(votes)), 5)
    some = chances(fit(votes_so_far))
    assert some[0, 4] == some[:4, 4].max() > some[0, 1]


@given(st.lists(st.floats(-5, 5), min_size=2, max_size=8), st.floats(1e-3, 10))
def test_chances_are_of_pairs_and_sum_to_one(theta: list[float], error: float) -> None:
    some = chances(found(theta, error))
    pairs = len(theta) * (len(theta) - 1) / 2
    assert some.sum() == pytest.approx(1)
    assert np.tril(some).sum() == 0
    assert (some[np.triu_indices(len(theta), 1)] >= 0.3 / pairs - 1e-12).all()


def test_draws_come_as_often_as_they_say_and_again_from_the_same_seed() -> None:
    some = chances(found([0.0, 0.1, 0.5, 2.0]))
    generator, seen = np.random.default_rng(0), np.zeros((4, 4))
    for _ in range(5_000):
        pick = draw(some, generator)
        assert pick.chance == some[pick.first, pick.second]
        seen[pick.first, pick.second] += 1
    assert seen / 5_000 == pytest.approx(some, abs=0.025)
    assert draw(some, np.random.default_rng(7)) == draw(some, np.random.default_rng(7))


def test_one_system_has_no_pair() -> None:
    with pytest.raises(InvalidInput, match="no pair"):
        chances(found([0.0]))


def test_picked_pairs_need_fewer_judgements_than_random_ones_at_overlap_three() -> None:
    seeds = range(30)
    picked = picks.judgements(seeds, picked=True, overlap=1)
    random = picks.judgements(seeds, picked=False, overlap=3)
    assert random / picked >= 1.6
