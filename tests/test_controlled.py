"""The win rate at equal length: what length gives is taken out, and looking always is allowed."""

from math import log, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit

from benchmarks.gate import Case, drawn, errs
from workbench.stats import always
from workbench.stats.arrays import Floats
from workbench.stats.controlled import EqualLength, at_equal_length, more_for_equal_length
from workbench.stats.winrate import win_rate

WORDY = Case("as good, wordier", 0.50, 0.2, wordy=True)


def lengths(seed: int, n: int, longer: float = 0.0) -> tuple[Floats, Floats]:
    draw = np.random.default_rng(seed)
    return draw.lognormal(5 + longer, 0.4, n), draw.lognormal(5, 0.4, n)


def test_two_groups_of_lengths_by_hand() -> None:
    """Wins: 300 of 400 where it is as long, 380 of 400 where longer. A line through two points
    passes through both, so the rate at no difference is that of the first group but for the prior's
    pull; its standard error in log odds is √(1/300 + 1/100).
    """
    outcomes = np.repeat([1.0, 0.0, 1.0, 0.0], [300, 100, 380, 20])
    first, second = np.repeat([100.0, 300.0], 400), np.full(800, 100.0)
    found = at_equal_length(outcomes, first, second)
    assert found.rate == pytest.approx(0.75, abs=0.003)
    half = always.reach(800) * sqrt(1 / 300 + 1 / 100)
    assert found.high == pytest.approx(expit(log(3) + half), abs=0.003)
    assert found.n == 800


def test_what_length_gives_is_taken_out() -> None:
    first, second = lengths(0, 20_000, longer=0.6)
    odds = 0.4 + 2 * (first - second) / (first + second + 1)
    outcomes = (np.random.default_rng(1).random(20_000) < expit(odds)).astype(float)
    found = at_equal_length(outcomes, first, second)
    assert outcomes.mean() > 0.7
    assert found.rate == pytest.approx(expit(0.4), abs=0.02)
    assert found.low < expit(0.4) < found.high


@settings(max_examples=50)
@given(st.integers(0, 10**6), st.integers(60, 300), st.floats(0.05, 0.95))
def test_swapping_the_sides_mirrors_it(seed: int, n: int, rate: float) -> None:
    first, second = lengths(seed, n)
    outcomes = (np.random.default_rng(seed).random(n) < rate).astype(float)
    one, other = (
        at_equal_length(outcomes, first, second),
        at_equal_length(1 - outcomes, second, first),
    )
    assert one.rate is not None
    assert other.rate == pytest.approx(1 - one.rate, abs=1e-6)
    assert (other.low, other.high) == pytest.approx((1 - one.high, 1 - one.low), abs=1e-6)


@given(st.integers(10, 200), st.integers(0, 100), st.integers(10, 200))
def test_without_a_difference_of_length_it_is_the_raw_rate(
    wins: int, ties: int, losses: int
) -> None:
    outcomes = np.repeat([1.0, 0.5, 0.0], [wins, ties, losses])
    same = np.full(len(outcomes), 120.0)
    if len(outcomes) >= always.LEAST:
        found = at_equal_length(outcomes, same, same)
        assert found.rate == pytest.approx(win_rate(wins, ties, losses).rate, abs=0.01)
        assert found.low < (found.rate or 0) < found.high


@settings(max_examples=50)
@given(st.lists(st.sampled_from([0.0, 0.5, 1.0]), min_size=0, max_size=90), st.integers(0, 99))
def test_any_outcomes_give_an_interval_around_the_rate_or_say_why_not(
    outcomes: list[float], seed: int
) -> None:
    found = at_equal_length(np.array(outcomes), *lengths(seed, len(outcomes)))
    assert 0 <= found.low < found.high <= 1
    assert (found.rate is None) == (found.why is not None)
    assert found.rate is None or found.low < found.rate < found.high


def test_all_won_is_finite_and_better() -> None:
    found = at_equal_length(np.ones(200), *lengths(0, 200))
    assert found.better
    assert found.high < 1


def test_length_that_tells_the_winner_without_fail_leaves_the_rate_open() -> None:
    first, second = lengths(0, 200)
    found = at_equal_length((first > second).astype(float), first, second)
    assert not found.better
    assert not found.worse


@pytest.mark.parametrize(
    ("n", "first", "second", "why"),
    [(49, 100, 100, "few"), (90, 200, 100, "longer"), (90, 100, 200, "shorter")],
)
def test_what_cannot_be_told_says_why(n: int, first: int, second: int, why: str) -> None:
    found = at_equal_length(np.ones(n), np.full(n, first + 0.0), np.full(n, second + 0.0))
    assert found == EqualLength(None, 0.0, 1.0, n, why)  # type: ignore[arg-type]


def test_looking_at_every_prompt_of_a_wordy_equal_seldom_errs() -> None:
    """Its raw win rate is .58; the interval made for one look errs in a third of the series."""
    erred = np.mean([errs(drawn(WORDY, seed, 600), step=6) for seed in range(60)], axis=0)
    assert erred[0] <= 0.05
    assert erred[1] >= 0.15


def test_that_many_more_at_the_same_rate_exclude_one_half() -> None:
    outcomes = np.repeat([1.0, 0.0, 1.0, 0.0], [30, 20, 30, 20])
    first, second = lengths(3, 100)
    found = at_equal_length(outcomes, first, second)
    more = more_for_equal_length(found)
    assert more
    times = 1 + -(-more // 100)
    grown = at_equal_length(*(np.tile(one, times) for one in (outcomes, first, second)))
    assert grown.better
    assert more_for_equal_length(grown) == 0


def test_nothing_can_be_foreseen_of_a_rate_that_is_not_known() -> None:
    assert more_for_equal_length(EqualLength(None, 0.0, 1.0, 3, "few")) is None
    assert more_for_equal_length(EqualLength(0.501, 0.4, 0.6, 300)) is None
