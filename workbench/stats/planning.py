"""How many prompts a claim needs: before judging, for a win rate that one hopes for; and during it,
if what was seen holds.

Both are about the always-valid claim of `winrate`, looked at after every prompt. The plan is exact:
it follows the chances of every number of wins, prompt by prompt, until enough of them have claimed.
"""

from collections.abc import Callable
from math import log

import numpy as np
from scipy.special import betaln

from workbench.errors import InvalidInput
from workbench.stats.arrays import Floats, Ints
from workbench.stats.winrate import ALPHA, PRIOR, e_value

POWER = 0.80
CAP = 20_000  # nobody judges more prompts for one claim
NEGLIGIBLE = 1e-12


def prompts_needed(
    rate: float, *, ties: float = 0.0, power: float = POWER, cap: int = CAP
) -> int | None:
    """The number of prompts by which a true win rate is claimed with this power.

    `rate` counts ties, a share `ties` of all verdicts, at one half. None at one half, where there
    is nothing to claim, and where `cap` prompts do not do. Raises InvalidInput where rate and
    ties contradict.
    """
    better = max(rate, 1 - rate)
    win, loss = better - ties / 2, 1 - better - ties / 2
    if min(win, loss, ties) < -NEGLIGIBLE:
        raise InvalidInput(
            f"A win rate of {rate:.2f} leaves no room for {ties:.0%} ties.", field="ties"
        )
    if better == 0.5:
        return None
    return _first_reached(np.array([loss, ties, win]), _claims_from(cap), power)


def more_needed(wins: int, ties: int, losses: int, *, cap: int = CAP) -> int | None:
    """About how many more prompts a claim needs if the observed win rate holds: 0 where it is
    made already, None where the rate is one half or the claim lies beyond `cap` prompts.
    """
    n = wins + ties + losses
    if n == 0 or wins == losses:
        return None
    rate = max(wins, losses) / n + ties / (2 * n)
    return fewest_more(n, lambda ahead: e_value(rate * ahead, ahead) >= 1 / ALPHA, cap)


def fewest_more(n: int, shown: Callable[[int], bool], cap: int = CAP) -> int | None:
    """The fewest that must be added to `n` prompts until `shown`, which then stays true; None
    where `cap` prompts do not do.
    """
    low, high = 0, max(0, cap - n)
    if not shown(n + high):
        return None
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if shown(n + middle) else (middle + 1, high)
    return low


def _claims_from(cap: int) -> Ints:
    """For each number of prompts from 1, the half wins that claim; 2n + 1 if none do."""
    n = np.arange(1, cap + 1)
    low, high = n, 2 * n + 1
    while (high - low > 1).any():
        middle = (low + high) // 2
        s = middle / 2
        evidence = betaln(PRIOR + s, PRIOR + n - s) - betaln(PRIOR, PRIOR) + n * log(2)
        claims = evidence >= log(1 / ALPHA)
        low, high = np.where(claims, low, middle), np.where(claims, middle, high)
    return high


def _first_reached(steps: Floats, claims_from: Ints, power: float) -> int | None:
    """`steps` are the chances of 0, 1 and 2 half wins. What is likely is a narrow window of sums:
    `open_[k]` is the chance of `offset + k` half wins without a claim so far.
    """
    open_, offset, reached = np.ones(1), 0, 0.0
    for n, bound in enumerate(claims_from.tolist(), start=1):
        open_ = np.convolve(open_, steps)
        reached += float(open_[max(0, bound - offset) :].sum())
        if reached >= power:
            return n
        open_ = open_[: max(0, bound - offset)]
        likely = np.flatnonzero(open_ > NEGLIGIBLE)
        if not len(likely):
            break
        open_, offset = open_[likely[0] : likely[-1] + 1], offset + int(likely[0])
    return None
