"""The one win rate: known values, and claims that survive looking every day."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.leaderboard import gate
from workbench.stats.winrate import WinRate, e_value, interval, win_rate


@pytest.mark.parametrize(
    ("wins", "n", "prior", "expected"),
    [
        (60, 100, 10, 2.186590),
        (65, 100, 10, 18.471635),
        (560, 1000, 10, 164.6807),
        (15, 15, 10, 23.0846),
        (60, 100, 1, 0.913050),
        (560, 1000, 1, 53.586493),
    ],
)
def test_known_e_values(wins: int, n: int, prior: float, expected: float) -> None:
    assert e_value(wins, n, prior=prior) == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize(
    ("wins", "n", "prior", "expected"),
    [(60, 100, 10, (0.4550, 0.7340)), (60, 100, 1, (0.4408, 0.7460))],
)
def test_known_intervals(wins: int, n: int, prior: float, expected: tuple[float, float]) -> None:
    assert interval(wins, n, prior=prior) == pytest.approx(expected, abs=5e-5)


def test_ties_count_half_and_keep_point_and_interval_together() -> None:
    result = win_rate(180, 176, 44)
    assert result.rate == pytest.approx(0.67)
    assert (result.low, result.high) == pytest.approx((0.588, 0.745), abs=5e-4)


@pytest.mark.parametrize(
    ("wins", "ties", "losses", "verdict"),
    [
        (0, 0, 0, "not yet shown"),
        (0, 50, 0, "not yet shown"),
        (14, 0, 0, "not yet shown"),
        (15, 0, 0, "better"),  # the first all-win claim
        (0, 0, 15, "worse"),
        (60, 0, 40, "not yet shown"),
        (560, 0, 440, "better"),
        (440, 0, 560, "worse"),
    ],
)
def test_the_gate_says_what_is_shown(wins: int, ties: int, losses: int, verdict: str) -> None:
    assert gate(win_rate(wins, ties, losses)) == verdict


def test_without_judgements_there_is_no_rate() -> None:
    nothing = win_rate(0, 0, 0)
    assert (nothing.rate, nothing.low, nothing.high, nothing.better) == (None, 0.0, 1.0, False)


COUNTS = st.integers(min_value=0, max_value=400)


@given(wins=COUNTS, ties=COUNTS, losses=COUNTS.filter(bool))
def test_the_interval_holds_its_point_and_agrees_with_the_claim(
    wins: int, ties: int, losses: int
) -> None:
    result = win_rate(wins, ties, losses)
    assert result.rate is not None
    assert 0 <= result.low <= result.rate <= result.high <= 1
    assert result.better == (result.low > 0.5)
    assert result.worse == (result.high < 0.5)


@given(wins=COUNTS, ties=COUNTS, losses=COUNTS.filter(bool))
def test_the_other_sides_win_rate_is_the_mirror_image(wins: int, ties: int, losses: int) -> None:
    one, other = win_rate(wins, ties, losses), win_rate(losses, ties, wins)
    mirrored = WinRate(wins, ties, losses, 1 - (other.rate or 0), 1 - other.high, 1 - other.low, 0)
    assert (one.rate, one.low, one.high) == pytest.approx(
        (mirrored.rate, mirrored.low, mirrored.high), abs=1e-6
    )
