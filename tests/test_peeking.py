"""Why one may look after every verdict: how often series of verdicts, drawn by seed, claim
anything, beside Wilson's interval, which is made for one look.
"""

from collections.abc import Callable

import numpy as np
import pytest

from workbench.stats.arrays import Floats, Truths
from workbench.stats.planning import prompts_needed
from workbench.stats.shares import share
from workbench.stats.winrate import ALPHA, e_value

LOOKS = 10_000
Claims = Callable[[float, int], bool]  # whether s wins, ties ½, among n claim "better"


def always_valid(s: float, n: int) -> bool:
    return s > n / 2 and e_value(s, n) >= 1 / ALPHA


def made_for_one_look(s: float, n: int) -> bool:
    low = share(s, n).low
    return low is not None and low > 0.5


def fewest(looks: int, claims: Claims) -> Floats:
    """For each number of verdicts the fewest wins that claim; one more verdict never needs less."""
    bounds, s = np.full(looks, np.inf), 0.5
    for n in range(1, looks + 1):
        while s <= n and not claims(s, n):
            s += 0.5
        bounds[n - 1] = s if s <= n else np.inf
        s = min(s, float(n))
    return bounds


def ever_claimed(outcomes: Floats, claims: Claims) -> Truths:
    """Series × verdicts → whether a look after any verdict claims that the first is better."""
    ever: Truths = (outcomes.cumsum(axis=1) >= fewest(outcomes.shape[1], claims)).any(axis=1)
    return ever


def false_claims(claims: Claims, ties: float, looks: int) -> float:
    """The share of series between equals in which a look claims that one of them is better."""
    draw, wrong = np.random.default_rng(0), []
    for _ in range(10):
        chances = [(1 - ties) / 2, ties, (1 - ties) / 2]
        outcomes = draw.choice(np.array([0, 0.5, 1]), (200, looks), p=chances)
        wrong.append((ever_claimed(outcomes, claims) | ever_claimed(1 - outcomes, claims)).mean())
    return float(np.mean(wrong))


@pytest.mark.parametrize("ties", [0.0, 0.3])
def test_ten_thousand_looks_at_equals_seldom_claim_anything(ties: float) -> None:
    assert false_claims(always_valid, ties, LOOKS) <= ALPHA


def test_wilsons_interval_claims_something_of_most_equals() -> None:
    assert false_claims(made_for_one_look, 0.0, LOOKS) > 0.40


@pytest.mark.parametrize(("rate", "ties"), [(0.60, 0.0), (0.65, 0.0), (0.60, 0.3), (0.70, 0.5)])
def test_a_plan_is_what_drawn_verdicts_need(rate: float, ties: float) -> None:
    """Four in five series have claimed by the planned number of prompts, and not much before."""
    planned = prompts_needed(rate, ties=ties)
    assert planned
    outcomes = np.random.default_rng(0).choice(
        [0.0, 0.5, 1.0], (20_000, planned), p=[1 - rate - ties / 2, ties, rate - ties / 2]
    )
    assert ever_claimed(outcomes, always_valid).mean() == pytest.approx(0.80, abs=0.015)
