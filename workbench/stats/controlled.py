"""The win rate at equal length: how often the first would win if both answers were equally long.

The outcome's log odds are a constant plus a slope times (A − B) / (A + B + 1) of the two lengths,
as in `style`; the rate is what the constant alone predicts, as in length-controlled AlpacaEval (Y.
Dubois, B. Galambosi, P. Liang and T. Hashimoto, "Length-Controlled AlpacaEval", COLM 2024, without
its terms for each prompt). The interval comes from the constant's sandwich variance, to which the
prior counts as one more observation, and reaches as far as in `always`: it holds at every look.

What this cannot know: whether people like length, or long answers are better in other ways.
"""

from dataclasses import dataclass
from math import sqrt
from typing import Literal

import numpy as np
from scipy.special import expit, logit

from workbench.stats import always
from workbench.stats.arrays import Floats
from workbench.stats.newton import Surface, climb
from workbench.stats.planning import CAP, fewest_more
from workbench.stats.ranking import RIDGE

EACH = 5  # prompts on which the first is not longer, and on which it is not shorter
EVEN = 0.5
Why = Literal[
    "few", "longer", "shorter"
]  # too few prompts; the first longer, or shorter, on nearly all


@dataclass(frozen=True)
class EqualLength:
    """`rate` of `n` prompts with its always-valid 95 % interval; where nothing can be said `rate`
    is None, the interval (0, 1), and `why` says what is in the way.
    """

    rate: float | None
    low: float
    high: float
    n: int
    why: Why | None = None

    @property
    def better(self) -> bool:
        return self.low > EVEN

    @property
    def worse(self) -> bool:
        return self.high < EVEN


def at_equal_length(outcomes: Floats, first: Floats, second: Floats) -> EqualLength:
    """`outcomes`, one a prompt, are 1 where the first won, ½ for a tie, 0 where it lost; `first`
    and `second` are the lengths of the two answers, in tokens or characters.

    A prior of about ±3 log odds on both parameters (`ranking.RIDGE`) keeps them finite where all
    are won, or length tells the winner without fail; the interval is then wide.
    """
    n = len(outcomes)
    apart = (first - second) / (first + second + 1)
    why = _missing(apart)
    if why:
        return EqualLength(None, 0.0, 1.0, n, why)
    terms = np.column_stack([np.ones(n), apart])
    top, information = climb(np.zeros(2), _surface(outcomes, terms))
    pulls = terms * (outcomes - expit(terms @ top))[:, None]
    bread = np.linalg.inv(information)
    covariance = bread @ (pulls.T @ pulls + RIDGE * np.eye(2)) @ bread
    half = always.reach(n) * sqrt(covariance[0, 0])
    low, rate, high = expit([top[0] - half, top[0], top[0] + half]).tolist()
    return EqualLength(rate, low, high, n)


def more_for_equal_length(found: EqualLength, *, cap: int = CAP) -> int | None:
    """About how many more prompts until the interval excludes one half, if the rate and the
    spread of what was seen hold: 0 where it does, None where no number below `cap` does it.
    """
    if found.rate is None or found.rate == EVEN:
        return None
    center = float(logit(found.rate))
    half = (float(logit(found.high)) - center) / always.reach(found.n) * sqrt(found.n)

    def shown(n: int) -> bool:
        return abs(center) > always.reach(n) * half / sqrt(n)

    return fewest_more(found.n, shown, cap)


def _missing(apart: Floats) -> Why | None:
    """Far from equal lengths a line drawn to them is a guess."""
    if len(apart) < always.LEAST:
        return "few"
    if (apart <= 0).sum() < EACH:
        return "longer"
    return "shorter" if (apart >= 0).sum() < EACH else None


def _surface(outcomes: Floats, terms: Floats) -> Surface:
    def surface(at: Floats) -> tuple[float, Floats, Floats]:
        odds = terms @ at
        chances = expit(odds)
        value = (outcomes * odds - np.logaddexp(0, odds)).sum() - RIDGE * at @ at / 2
        slope = (outcomes - chances) @ terms - RIDGE * at
        bend = (terms * (chances * (1 - chances))[:, None]).T @ terms + RIDGE * np.eye(2)
        return float(value), slope, bend

    return surface
