"""How many prompts a claim needs: before judging, and if what was seen holds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.errors import InvalidInput
from workbench.stats.planning import more_needed, prompts_needed
from workbench.stats.winrate import win_rate


def claimed(wins: int, losses: int, ties: int = 0) -> bool:
    result = win_rate(wins, ties, losses)
    return result.better or result.worse


@pytest.mark.parametrize(
    ("rate", "ties", "expected"),
    [
        (0.60, 0.0, 319),
        (0.55, 0.0, 1376),
        (0.45, 0.0, 1376),  # as hard to show worse
        (0.50, 0.0, None),
        (0.501, 0.0, None),  # beyond what anybody judges
        (1.00, 0.0, 15),  # the first all-win claim
    ],
)
def test_prompts_for_a_power_of_four_in_five(
    rate: float, ties: float, expected: int | None
) -> None:
    assert prompts_needed(rate, ties=ties) == expected


def test_certainty_is_never_reached() -> None:
    assert prompts_needed(0.9, power=1.0) is None


def test_ties_make_a_claim_of_the_same_rate_cheaper() -> None:
    without, some = prompts_needed(0.6), prompts_needed(0.6, ties=0.3)
    assert some is not None
    assert without is not None
    assert some < without


def test_a_rate_that_leaves_no_room_for_its_ties_is_refused() -> None:
    with pytest.raises(InvalidInput, match="no room"):
        prompts_needed(0.9, ties=0.3)


@pytest.mark.parametrize(
    ("wins", "ties", "losses", "expected"),
    [
        (0, 0, 0, None),
        (30, 10, 30, None),
        (14, 0, 0, 1),
        (15, 0, 0, 0),
        (0, 0, 14, 1),
        (60, 0, 40, 130),
        (501, 0, 499, None),
        (30_000, 0, 20_000, 0),
    ],
)
def test_not_yet_says_how_many_more(
    wins: int, ties: int, losses: int, expected: int | None
) -> None:
    assert more_needed(wins, ties, losses) == expected


@given(st.integers(0, 300), st.integers(0, 300), st.integers(0, 300))
def test_nothing_more_is_needed_exactly_where_the_claim_is_made(
    wins: int, ties: int, losses: int
) -> None:
    assert (more_needed(wins, ties, losses) == 0) == claimed(wins, losses, ties)


@given(st.integers(0, 60), st.integers(0, 60))
def test_that_many_more_at_the_same_rate_make_the_claim(wins: int, losses: int) -> None:
    more = more_needed(wins, 0, losses)
    if more:
        times = 1 + -(-more // (wins + losses))
        assert claimed(wins * times, losses * times)
