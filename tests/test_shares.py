"""Shares with their intervals, exact tests and their correction, against published values."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.stats.shares import corrected, difference, robust_z, share, unlikely

# Benjamini and Hochberg 1995, section 4: fifteen comparisons of two treatments.
FIFTEEN = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240,
           0.4262, 0.5719, 0.6528, 0.7590, 1.0000]  # fmt: skip


@pytest.mark.parametrize(
    ("count", "of", "low", "high"),
    [
        (10, 20, 0.2993, 0.7007),
        (81, 263, 0.2553, 0.3662),  # Newcombe 1998, table I, method 3
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
        (20, 20, 0.8389, 1.0),
    ],
)
def test_wilsons_interval(count: int, of: int, low: float, high: float) -> None:
    found = share(count, of)
    assert (found.value, found.items) == (count / of, of)
    assert (found.low, found.high) == (pytest.approx(low, abs=5e-5), pytest.approx(high, abs=5e-5))


def test_nothing_of_nothing_is_unknown() -> None:
    assert vars(share(0, 0)) == {"value": None, "low": None, "high": None, "items": 0}
    assert difference(share(0, 0), share(1, 2)).value is None
    assert difference(share(1, 2), share(0, 0)).value is None


@given(st.integers(0, 60), st.integers(0, 60))
def test_a_share_lies_within_its_interval(count: int, more: int) -> None:
    found = share(count, count + more)
    if found.value is not None and found.low is not None and found.high is not None:
        assert 0 <= found.low <= found.value + 1e-12
        assert found.value - 1e-12 <= found.high <= 1


# Newcombe 1998, Statistics in Medicine 17:873, table II, method 10: first − second.
@pytest.mark.parametrize(
    ("first", "second", "low", "high"),
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((6, 7), (2, 7), 0.0582, 0.8062),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((0, 10), (0, 20), -0.1611, 0.2775),
        ((10, 10), (0, 20), 0.6791, 1.0),
        ((10, 10), (0, 10), 0.6075, 1.0),
    ],
)
def test_newcombes_interval_of_a_difference(
    first: tuple[int, int], second: tuple[int, int], low: float, high: float
) -> None:
    found = difference(share(*second), share(*first))
    assert found.value == pytest.approx(first[0] / first[1] - second[0] / second[1])
    assert (found.low, found.high) == (pytest.approx(low, abs=5e-5), pytest.approx(high, abs=5e-5))
    assert found.items == first[1] + second[1]


@pytest.mark.parametrize(
    ("count", "of", "expected", "chance"),
    [
        (9, 10, 0.5, 22 / 1024),
        (1, 10, 0.5, 22 / 1024),
        (10, 10, 0.5, 2 / 1024),
        (0, 10, 0.5, 2 / 1024),
        (5, 10, 0.5, 1.0),
        (60, 100, 0.5, 0.0568879),
        (61, 100, 0.5, 0.0352002),
        (0, 0, 0.5, 1.0),
        (8, 10, 0.8, 1.0),
        (10, 10, 0.9, 2 * 0.9**10),
    ],
)
def test_the_exact_binomial_test_is_two_sided(
    count: int, of: int, expected: float, chance: float
) -> None:
    assert unlikely(count, of, expected) == pytest.approx(chance, rel=1e-5)


def test_of_benjamini_and_hochbergs_fifteen_four_are_believed() -> None:
    found = corrected(FIFTEEN)
    assert [chance < 0.05 for chance in found] == [True] * 4 + [False] * 11
    assert found[:4] == pytest.approx([0.0015, 0.003, 0.0095, 0.035625])
    assert found[-1] == 1.0


@given(st.lists(st.floats(0, 1), max_size=20))
def test_a_correction_keeps_the_order_and_makes_no_finding_less_likely_by_chance(
    chances: list[float],
) -> None:
    found = corrected(chances)
    assert all(new >= old - 1e-12 for new, old in zip(found, chances, strict=True))
    ranked = [new for _, new in sorted(zip(chances, found, strict=True))]
    assert ranked == sorted(ranked)


def test_a_robust_z_is_not_hidden_by_outliers() -> None:
    values = np.array([*np.linspace(-1, 1, 99), 1e9])
    assert robust_z(values)[-1] > 1e8
    assert abs(robust_z(values)[:-1]).max() < 2


@pytest.mark.parametrize("values", [[], [3.0], [2.0, 2.0, 2.0, 9.0]])
def test_where_half_are_equal_nothing_is_far_out(values: list[float]) -> None:
    assert robust_z(np.array(values)).tolist() == [0.0] * len(values)
