"""Intervals for means that survive looking every day."""

from math import log, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.stats import always
from workbench.stats.agreement import Z
from workbench.stats.arrays import Floats
from workbench.stats.winrate import win_rate


def test_the_reach_is_the_papers_formula() -> None:
    """Waudby-Smith et al. 2024, theorem 2.2, its terms written out; ρ² = 1 / 21, the
    variance of Beta(10, 10) by that of a fair coin."""
    alpha, t = 0.05, 100
    rho = sqrt((1 / (4 * 21)) / (1 / 4))
    margin = sqrt(
        2 * (t * rho**2 + 1) / (t**2 * rho**2) * log(sqrt(t * rho**2 + 1) / alpha)
    )  # of values with standard deviation 1, whose standard error is .1
    assert always.reach(t) == pytest.approx(margin / 0.1)


def test_about_three_standard_errors_are_the_price_of_looking_always() -> None:
    assert always.reach(300) == pytest.approx(3.05, abs=0.01)


def test_between_equal_lengths_it_is_about_the_win_rates_own_interval() -> None:
    outcomes = np.repeat([1.0, 0.0], [180, 120])
    ours, exact = always.mean(outcomes), win_rate(180, 0, 120)
    assert (ours.low, ours.high) == pytest.approx((exact.low, exact.high), abs=0.003)


def test_too_few_values_say_nothing() -> None:
    assert always.mean(np.zeros(always.LEAST - 1)).value is None
    assert always.mean(np.zeros(0)).items == 0


@given(st.lists(st.floats(-1e3, 1e3), min_size=always.LEAST, max_size=60))
def test_the_interval_holds_its_mean_and_mirrors_with_the_values(values: list[float]) -> None:
    one, other = always.mean(np.array(values)), always.mean(-np.array(values))
    assert one.low is not None
    assert one.high is not None
    assert one.value is not None
    assert one.low <= one.value <= one.high
    assert other.low == pytest.approx(-one.high)


LUMPY = np.random.default_rng(0).random((400, 1_000)) < 0.1
EVEN = np.random.default_rng(1).poisson(0.3, (2, 400, 1_000)).astype(float)


@pytest.mark.parametrize(
    "values", [EVEN[0] - EVEN[1], EVEN[0] - 3.0 * LUMPY], ids=["even", "lumpy"]
)
def test_a_thousand_looks_at_rare_counts_seldom_find_a_difference(values: Floats) -> None:
    """Either as many on average as the other; the interval made for one look errs in a third."""
    n = np.arange(1, 1_001)
    sums, squares = values.cumsum(axis=1), (values**2).cumsum(axis=1)
    errors = np.sqrt(np.maximum(0, squares - sums**2 / n) / np.maximum(1, n - 1) / n)
    away, seen = np.abs(sums / n), slice(always.LEAST - 1, None)
    reach = np.array([always.reach(k) for k in n])
    assert (away > reach * errors)[:, seen].any(axis=1).mean() <= 0.055
    assert (away > Z * errors)[:, seen].any(axis=1).mean() > 0.3
