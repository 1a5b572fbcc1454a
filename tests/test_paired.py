"""What changed between old and new on the same prompts: known values, and what must not matter."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.stats import always
from workbench.stats.paired import means, passes, rates

MANY = 2 * always.LEAST
ALIKE = np.ones(MANY)


def test_shares_passed_as_published() -> None:
    """The example of `diffpropci.mp` in R's PropCIs: 40 only first, 20 only second, of 160."""
    found = passes(70, 40, 20, 30).difference
    assert (found.low, found.high) == pytest.approx((-0.21601726, -0.03089632), abs=1e-8)
    assert found.value == -20 / 160


@given(st.integers(0, 50), st.integers(0, 50), st.integers(0, 50), st.integers(0, 50))
def test_old_and_new_shares_mirror_each_other(both: int, a: int, b: int, neither: int) -> None:
    one, other = passes(both, a, b, neither), passes(both, b, a, neither)
    assert (one.old, one.new) == (other.new, other.old)
    if one.difference.low is not None:
        assert other.difference.high == pytest.approx(-one.difference.low)


def test_without_prompts_nothing_is_known() -> None:
    none = np.zeros(0)
    for found in (passes(0, 0, 0, 0), means(none, none), rates(none, none, none, none)):
        assert (found.old, found.new, found.difference.value) == (None, None, None)


def test_a_few_prompts_have_figures_and_no_interval() -> None:
    found = means(np.array([3.0, 4.0]), np.array([4.0, 4.0]))
    assert (found.old, found.new, found.difference.low) == (3.5, 4.0, None)
    few = rates(np.array([1.0]), np.array([500.0]), np.array([0.0]), np.array([500.0]))
    assert (few.old, few.new, few.difference.low) == (2.0, 0.0, None)


def test_a_prompts_own_difficulty_cancels_out() -> None:
    hard = np.tile([1.0, 5.0], always.LEAST)
    found = means(hard, hard + np.tile([0.0, 0.0, 1.0, 1.0], always.LEAST // 2)).difference
    assert found.value == 0.5
    assert found.low is not None
    assert found.low > 0


def test_a_rate_is_of_all_tokens_not_a_mean_of_answers() -> None:
    sizes = np.tile([100.0, 300.0], always.LEAST)
    found = rates(ALIKE, sizes, ALIKE * 0, sizes)
    assert (found.old, found.new) == (pytest.approx(5.0), 0.0)


def test_rates_of_one_length_are_means() -> None:
    draw = np.random.default_rng(0)
    old, new = draw.poisson(1.0, (2, MANY)).astype(float)
    ours = rates(old, 200 * ALIKE, new, 200 * ALIKE).difference
    simple = means(5 * old, 5 * new).difference
    assert vars(ours) == pytest.approx(vars(simple))


def test_longer_answers_with_as_many_spans_a_token_do_not_surely_rise() -> None:
    """Three times as long, and three times as many spans: the rate is one and the same."""
    draw, erred = np.random.default_rng(0), 0
    for _ in range(200):
        sizes = draw.lognormal(5, 0.5, MANY)
        old, new = draw.poisson(0.004 * sizes), draw.poisson(0.012 * sizes)
        found = rates(old.astype(float), sizes, new.astype(float), 3 * sizes).difference
        assert found.low is not None
        erred += found.low > 0
    assert erred <= 5
