"""The statistics of a judge beside people: known values, independent formulas, and bounds."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import isotonic_regression
from sklearn.metrics import cohen_kappa_score

from workbench.stats.agreement import Z
from workbench.stats.calibration import calibrate, clustered_share, kappa, match, pools
from workbench.stats.shares import share

CODES = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), min_size=1, max_size=60)
COUNTS = st.lists(
    st.integers(0, 20).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))),
    min_size=1,
    max_size=8,
)


def test_kappa_of_the_classic_table() -> None:
    """Fleiss, Levin and Paik, "Statistical Methods for Rates and Proportions", 3rd edition, table
    18.1: 100 patients, κ = .676 with a standard error of .088.
    """
    found = kappa(np.array([[75, 1, 4], [5, 4, 1], [0, 0, 10]], float))
    assert found.value == pytest.approx(0.676, abs=5e-4)
    assert found.low is not None
    assert found.value is not None
    assert (found.value - found.low) / Z == pytest.approx(0.088, abs=5e-4)


@given(said=CODES)
def test_kappa_is_that_of_scikit_learn(said: list[tuple[int, int]]) -> None:
    judge, people = np.array(said).T
    found = match(judge, people).kappa
    if len(set(judge) | set(people)) == 1:
        assert found.value is None
    else:
        assert found.value == pytest.approx(cohen_kappa_score(people, judge))


def test_ties_are_counted_apart() -> None:
    people = np.array([0, 0, 0, 0, 1, 1, 1, 2, 2])
    judge = np.array([0, 0, 1, 2, 1, 1, 0, 2, 0])
    found = match(judge, people)
    assert vars(found.sensitivity) == vars(share(2, 3))
    assert vars(found.specificity) == vars(share(2, 3))
    assert vars(found.judge_ties) == vars(share(1, 7))
    assert vars(found.people_ties) == vars(share(2, 9))
    assert vars(found.agreement) == vars(share(5, 9))


def test_nothing_can_be_said_of_nothing() -> None:
    found = match(np.array([], int), np.array([], int))
    assert [e.value for e in vars(found).values()] == [None] * 6
    assert clustered_share(np.array([], int), np.array([], int)).value is None


@given(cases=COUNTS)
def test_pools_are_the_isotonic_regression(cases: list[tuple[int, int]]) -> None:
    """Against scipy's, over the levels that have any case."""
    hits, totals = np.array(cases).T
    found = pools(hits, totals)
    assert sum(size for size, _, _ in found) == len(cases)
    shares = np.concatenate([np.full(size, h / n if n else np.nan) for size, h, n in found])
    some = totals > 0
    if some.any():
        expected = isotonic_regression(hits[some] / totals[some], weights=totals[some]).x
        assert shares[some] == pytest.approx(expected)


@given(cases=COUNTS)
def test_calibrated_confidence_never_falls_with_the_level(cases: list[tuple[int, int]]) -> None:
    totals = np.array([n for _, n in cases])
    levels = np.repeat(np.arange(len(cases)), totals)
    right = np.concatenate([np.arange(n) < h for h, n in cases]) if len(levels) else np.array([])
    bins = calibrate(levels, right.astype(bool), tuple(range(len(cases))))
    known = [one.calibrated for one in bins if one.calibrated is not None]
    assert known == sorted(known)
    assert [one.right.items for one in bins] == totals.tolist()


def test_what_rarely_happened_is_not_sure() -> None:
    """Three of three right is Wilson's .44; forty-five of fifty its .79."""
    levels = np.array([1] * 50 + [2] * 3)
    right = np.array([True] * 45 + [False] * 5 + [True] * 3)
    low, high = calibrate(levels, right, (1, 2))
    assert low.calibrated == pytest.approx(0.786, abs=1e-3)
    assert high.calibrated == low.calibrated
    assert high.right.low == pytest.approx(0.438, abs=1e-3)


def test_votes_on_one_item_are_no_independent_ones() -> None:
    """Of n values drawn alone, and of n whole items, the usual s²/n with n − 1 in s²."""
    hits, ten = np.array([1] * 50 + [0] * 50), np.repeat(np.arange(10), 10)
    apart, together = clustered_share(hits, np.arange(100)), clustered_share(hits, ten)
    assert apart.value == together.value == 0.5
    assert apart.low == pytest.approx(0.5 - Z * np.sqrt(0.25 / 99))
    assert together.low == pytest.approx(0.5 - Z * np.sqrt(0.25 / 9))
