"""What may be read off strengths: intervals, who is surely above whom, ranks, win rates.

Intervals are of 95 %, each for itself: of many pairs, one in twenty is wrong by chance.
"""

import numpy as np

from workbench.stats.agreement import Z
from workbench.stats.arrays import Floats, Ints
from workbench.stats.ranking import Strengths, expected


def intervals(found: Strengths) -> Floats:
    """Systems × (low, high) of θ, relative to the mean of its component; infinite for a system
    that met no other.
    """
    errors = np.sqrt(np.diag(found.covariance))
    alone = np.bincount(found.components)[found.components] == 1
    half = np.where(alone, np.inf, Z * errors)
    return np.stack([found.theta - half, found.theta + half], axis=1)


def differences(found: Strengths) -> tuple[Floats, Floats]:
    """Systems × systems: θ of the row − θ of the column, and its standard error; infinite between
    components, which nothing compares.
    """
    variances = np.diag(found.covariance)
    squared = variances[:, None] + variances[None, :] - 2 * found.covariance
    apart = found.components[:, None] != found.components[None, :]
    errors = np.where(apart, np.inf, np.sqrt(np.maximum(squared, 0.0)))
    return found.theta[:, None] - found.theta[None, :], errors


def rank_ranges(found: Strengths) -> Ints:
    """Systems × (low, high) among the n of its component: 1 + how many are surely above, and n −
    how many surely below.
    """
    gaps, errors = differences(found)
    above = gaps - Z * errors > 0
    sizes = np.bincount(found.components)[found.components]
    return np.stack([1 + above.sum(axis=0), sizes - above.sum(axis=1)], axis=1)


def win_rates(found: Strengths) -> Floats:
    """Systems × systems: the share that the row is expected to win of the column, ties ½; NaN
    between components.
    """
    gaps, errors = differences(found)
    rates: Floats = np.where(np.isinf(errors), np.nan, expected(gaps, found.nu))
    return rates
