"""Shares of a count, with their intervals; whether one differs from what was expected, and which
of many such findings may be believed; how far a value lies from the others.
"""

from collections.abc import Sequence
from math import erfc, sqrt

import numpy as np
from scipy.special import bdtr, bdtrc

from workbench.stats.agreement import Estimate, Z
from workbench.stats.arrays import Floats


def share(count: float, of: float) -> Estimate:
    """`count` of `of`, with its 95 % interval: E. Wilson, "Probable Inference, the Law of
    Succession, and Statistical Inference", JASA 22, 1927.
    """
    if of <= 0:
        return Estimate(None, None, None, 0)
    p, z2 = count / of, Z * Z
    middle = (p + z2 / (2 * of)) / (1 + z2 / of)
    half = Z * sqrt(p * (1 - p) / of + z2 / (4 * of * of)) / (1 + z2 / of)
    low, high = max(0.0, middle - half), min(1.0, middle + half)
    return Estimate(p, min(p, low), max(p, high), round(of))


def difference(first: Estimate, second: Estimate) -> Estimate:
    """`second` − `first` for two shares, by the square-and-add interval: R. Newcombe, "Interval
    Estimation for the Difference between Independent Proportions", Statistics in Medicine 17, 1998.
    """
    if first.value is None or second.value is None:
        return Estimate(None, None, None, 0)
    assert first.low is not None
    assert first.high is not None
    assert second.low is not None
    assert second.high is not None
    apart = second.value - first.value
    below = sqrt((second.value - second.low) ** 2 + (first.high - first.value) ** 2)
    above = sqrt((second.high - second.value) ** 2 + (first.value - first.low) ** 2)
    return Estimate(apart, apart - below, apart + above, first.items + second.items)


def differ_by_chance(first: Estimate, second: Estimate) -> float:
    """How probable so large a difference of two shares is by chance (two-sided z test, pooled)."""
    if first.value is None or second.value is None:
        return 1.0
    pooled = (first.value * first.items + second.value * second.items) / (
        first.items + second.items
    )
    error = sqrt(pooled * (1 - pooled) * (1 / first.items + 1 / second.items))
    return erfc(abs(second.value - first.value) / error / sqrt(2)) if error else 1.0


def unlikely(count: int, of: int, expected: float = 0.5) -> float:
    """How probable a count at least this far out is by chance (two-sided exact binomial test)."""
    if of == 0:
        return 1.0
    below = float(bdtr(count, of, expected))
    above = float(bdtrc(count - 1, of, expected)) if count else 1.0
    return min(1.0, 2 * min(below, above))


def corrected(chances: Sequence[float]) -> list[float]:
    """The chances of many tests, so that of those below q at most the share q is false: Y.
    Benjamini and Y. Hochberg, "Controlling the False Discovery Rate", JRSS B 57, 1995.
    """
    values = np.asarray(chances, float)
    order = np.argsort(values)[::-1]
    ranks = len(values) - np.arange(len(values))
    adjusted = np.empty_like(values)
    adjusted[order] = np.minimum.accumulate(values[order] * len(values) / ranks)
    return [float(min(1.0, value)) for value in adjusted]


def robust_z(values: Floats) -> Floats:
    """How many standard deviations each value lies from the median, the deviation taken from the
    median absolute one, so that outliers do not hide themselves. All 0 where half are equal.
    """
    middle = np.median(values) if len(values) else 0.0
    spread = 1.4826 * float(np.median(np.abs(values - middle))) if len(values) else 0.0
    z: Floats = (values - middle) / spread if spread > 0 else np.zeros(len(values))
    return z
