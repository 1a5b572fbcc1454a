"""Statistics of scored pairs: known values, and what must hold whatever the scores are."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import expit

from workbench.stats import scored_pairs
from workbench.stats.scored_pairs import accuracy, gain, reliability, right, temperature

DIFFERENCES = st.lists(
    st.floats(-50, 50, allow_nan=False).filter(lambda d: d == 0 or abs(d) > 1e-6), min_size=2
)


def each(count: int) -> np.ndarray:
    return np.arange(count)


def test_a_tie_counts_one_half() -> None:
    assert right(np.array([2.0, -1.0, 0.0])).tolist() == [1.0, 0.0, 0.5]
    assert accuracy(np.array([1.0, 0.0]), each(2)).value == 0.75


def test_pairs_of_one_prompt_make_no_interval_narrower() -> None:
    """Eighty pairs on eight prompts, all of a prompt alike, say as much as eight pairs."""
    once = np.array([1.0, 1, 1, 1, 1, 1, -1, -1])
    few = accuracy(once, each(8))
    many = accuracy(np.repeat(once, 10), np.repeat(each(8), 10))
    assert (many.low, many.high) == pytest.approx((few.low, few.high))


def test_where_all_are_right_the_interval_is_wilsons() -> None:
    """Ten of ten: .722 to 1 (E. Wilson, 1927)."""
    found = accuracy(np.ones(10), each(10))
    assert (found.value, found.high) == (1.0, 1.0)
    assert found.low == pytest.approx(0.7225, abs=1e-4)


def test_a_gain_is_paired() -> None:
    """The same pairs right by both but for three: the interval is that of 3 in 20."""
    ours, theirs = np.ones(20), np.concatenate([-np.ones(3), np.ones(17)])
    found = gain(ours, theirs, each(20))
    assert found.value == pytest.approx(0.15)
    error = np.sqrt(20 / 19 * (3 * 0.85**2 + 17 * 0.15**2)) / 20
    assert found.low == pytest.approx(0.15 - 1.959964 * error)


def test_scores_that_say_what_lengths_say_gain_nothing() -> None:
    same = np.array([1.0, -1, 1, 1])
    found = gain(same, same * 5, each(4))
    assert found.value == 0
    assert found.low is not None
    assert found.low < 0


@pytest.mark.parametrize("true", [0.5, 2.0, 8.0])
def test_the_temperature_that_made_the_verdicts_is_found(true: float) -> None:
    draw = np.random.default_rng(0)
    apart = draw.normal(0, 3, 20_000)
    first_wins = draw.random(20_000) < expit(apart / true)
    found = temperature(np.where(first_wins, apart, -apart))
    assert found == pytest.approx(true, rel=0.05)


def test_scores_that_are_always_right_are_not_taken_for_certain() -> None:
    t = temperature(np.ones(8))
    assert t is not None
    assert expit(1 / t) == pytest.approx(0.9, abs=0.001)  # Platt: 1 − 1 / (n + 2)


def test_scores_that_are_wrong_more_often_than_right_say_nothing() -> None:
    t = temperature(np.array([-1.0, -1, -1, 1]))
    assert t is not None
    assert expit(1 / t) == pytest.approx(0.5, abs=0.01)


def test_no_temperature_without_a_difference() -> None:
    assert temperature(np.zeros(5)) is None
    assert temperature(np.zeros(0)) is None


def test_probabilities_that_are_true_have_little_calibration_error() -> None:
    draw = np.random.default_rng(1)
    apart = draw.normal(0, 2, 20_000)
    better = np.where(draw.random(20_000) < expit(apart), apart, -apart)
    true, sure = (reliability(better, t, each(20_000)) for t in (1.0, 0.2))
    assert true.ece is not None
    assert sure.ece is not None
    assert true.ece < 0.02 < 0.1 < sure.ece
    assert true.brier.value < sure.brier.value  # type: ignore[operator]


def test_a_coin_has_a_brier_score_of_a_quarter() -> None:
    assert reliability(np.zeros(6), 1.0, each(6)).brier.value == 0.25


@given(DIFFERENCES, st.floats(0.01, 100))
def test_every_pair_stands_in_one_bin(differences: list[float], t: float) -> None:
    d = np.array(differences)
    found = reliability(d, t, each(len(d)))
    sizes = [np.nan if one.confidence is None else one.confidence for one in found.bins]
    for one, mean in zip(found.bins, sizes, strict=True):
        assert np.isnan(mean) or one.low - 1e-9 <= mean <= one.high + 1e-9
    assert found.ece is not None
    assert 0 <= found.ece <= 1


@given(DIFFERENCES)
def test_an_accuracy_lies_within_its_interval_and_zero_and_one(differences: list[float]) -> None:
    found = accuracy(np.array(differences), each(len(differences)))
    assert found.low is not None
    assert found.value is not None
    assert found.high is not None
    assert 0 <= found.low <= found.value <= found.high <= 1


@given(DIFFERENCES, st.floats(0.1, 10))
def test_only_the_scale_of_the_scores_moves_the_temperature(
    differences: list[float], factor: float
) -> None:
    t = temperature(np.array(differences))
    scaled = temperature(np.array(differences) * factor)
    if t is None:
        assert scaled is None
    else:
        assert scaled == pytest.approx(t * factor, rel=0.01)


def test_there_are_as_many_bins_as_said() -> None:
    assert len(reliability(np.ones(3), 1.0, each(3)).bins) == scored_pairs.BINS
