"""Intervals that stay valid however often one looks, for what is no win rate: means and rates.

The asymptotic confidence sequence of I. Waudby-Smith, D. Arbour, R. Sinha, E. Kennedy and A.
Ramdas, "Time-uniform central limit theory and asymptotic confidence sequences", Annals of
Statistics 52, 2024: where an interval for one look reaches 1.96 standard errors to each side, this
one reaches as far as a mixture over normal alternatives allows, about 3. The mixture is that of
the win rate: a Beta(a, a) prior has 1 / (2a + 1) times the variance of a fair coin.

It rests on the central limit theorem, so it says nothing of fewer than `LEAST` values: from there
on even differences of rare and lumpy counts err in about 5 %, looked at a thousand times.
"""

from math import log, sqrt

import numpy as np

from workbench.stats.agreement import NOTHING, Estimate
from workbench.stats.arrays import Floats
from workbench.stats.winrate import ALPHA, PRIOR

LEAST = 50


def reach(n: int, *, alpha: float = ALPHA) -> float:
    """How many standard errors of `n` values the interval reaches to each side: theorem 2.2, with
    ρ² = 1 / (2a + 1).
    """
    grown = n / (2 * PRIOR + 1) + 1
    return sqrt(2 * grown / (grown - 1) * log(sqrt(grown) / alpha))


def around(value: float, error: float, n: int, *, alpha: float = ALPHA) -> Estimate:
    """`value` of `n` values with its standard error; nothing is said of too few."""
    if n < LEAST:
        return Estimate(None, None, None, n)
    half = reach(n, alpha=alpha) * error
    return Estimate(value, value - half, value + half, n)


def mean(values: Floats, *, alpha: float = ALPHA) -> Estimate:
    """The mean of independent values, one a prompt."""
    if len(values) < LEAST:
        return Estimate(None, None, None, len(values)) if len(values) else NOTHING
    return around(float(values.mean()), standard_error(values), len(values), alpha=alpha)


def standard_error(values: Floats) -> float:
    """Of the mean of at least two values."""
    return float(np.std(values, ddof=1)) / sqrt(len(values))
