"""Agreement between reviewers, each figure with an interval and its number of items.

Everything starts from a table, items × categories, of how many reviewers chose which category;
a row that fewer than two reviewers judged says nothing. `times` says how many equal rows (or
groups of them) a row stands for, which saves going through a million. Intervals are the
infinitesimal jackknife over items (or over groups of rows, such as the runs of one document): B.
Efron, "The Jackknife, the Bootstrap and Other Resampling Plans", 1982, ch. 6.
"""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from workbench.stats.arrays import Floats, Ints

Metric = Literal["nominal", "ordinal", "interval", "ratio"]
Z = 1.959964


@dataclass(frozen=True)
class Estimate:
    """`value` is None where nothing can be said: no item with two reviewers, or one category."""

    value: float | None
    low: float | None
    high: float | None
    items: int


NOTHING = Estimate(None, None, None, 0)


def alpha(
    counts: Floats,
    metric: Metric = "nominal",
    *,
    values: Floats | None = None,
    weights: Floats | None = None,
    groups: Ints | None = None,
    times: Floats | None = None,
) -> Estimate:
    """Krippendorff's α: K. Krippendorff, "Computing Krippendorff's Alpha-Reliability", 2011.

    `values` are what the categories stand for, in rising order (default 1, 2, …); `weights`, how
    much each row counts; `groups`, the rows that are drawn together.
    """
    rows = _judged(counts, groups, times, weights)
    counts, weight = rows.counts, rows.weight
    votes = _sums(counts)
    marginals = weight @ counts
    apart = _distances(metric, marginals, values)
    total, expected = marginals.sum(), marginals @ apart @ marginals
    if expected == 0:
        return NOTHING
    disagreement = _pairs(counts, apart) / (votes - 1)
    observed = weight @ disagreement
    value = 1 - (total - 1) * observed / expected
    pull = weight * (
        (total - 1) * observed * 2 * (counts @ apart @ marginals) / expected**2
        - (votes * observed + (total - 1) * disagreement) / expected
    )
    return _estimate(value, pull, rows)


def percent(counts: Floats, *, times: Floats | None = None) -> Estimate:
    """The share of pairs of reviewers of an item who agree, averaged over items."""
    rows = _judged(counts, None, times)
    if not len(rows.counts):
        return NOTHING
    agreed, share = _agreed(rows.counts), rows.weight / rows.weight.sum()
    found = _estimate(share @ agreed, share * (agreed - share @ agreed), rows)
    return replace(found, low=max(0.0, found.low or 0.0))


def ac1(counts: Floats, *, groups: Ints | None = None, times: Floats | None = None) -> Estimate:
    """Gwet's AC1: K. Gwet, "Computing inter-rater reliability and its variance in the presence
    of high agreement", 2008. Items that one reviewer judged count for how common categories are.
    """
    anyone, rows = _judged(counts, groups, times, least=1), _judged(counts, groups, times)
    classes = int((anyone.counts.sum(axis=0) > 0).sum())
    if not len(rows.counts) or classes < 2:
        return NOTHING
    common = anyone.weight @ _shares(anyone.counts) / anyone.weight.sum()
    chance = (common * (1 - common)).sum() / (classes - 1)
    agreed, part = _agreed(rows.counts), rows.weight / rows.weight.sum()
    mean = part @ agreed
    shift = ((_shares(rows.counts) - common) @ (1 - 2 * common)) / (classes - 1)
    value = (mean - chance) / (1 - chance)
    pull = part * ((agreed - mean) - shift * (1 - value)) / (1 - chance)
    return _estimate(value, pull, rows)


@dataclass(frozen=True)
class _Rows:
    """`weight` is that of all the rows that a row stands for, `times` how many groups its group
    stands for.
    """

    counts: Floats
    weight: Floats
    groups: Ints
    times: Floats


def _judged(
    counts: Floats, groups: Ints | None, times: Floats | None, weights: Floats | None = None,
    least: int = 2,
) -> _Rows:  # fmt: skip
    """The rows that two or more judged."""
    rows, ones = _sums(counts) >= least, np.ones(len(counts))
    time = ones if times is None else times
    weight = time if weights is None else time * weights
    group = np.arange(len(counts)) if groups is None else groups
    return _Rows(counts[rows], weight[rows], group[rows], time[rows])


def _shares(counts: Floats) -> Floats:
    shares: Floats = counts / _sums(counts)[:, None]
    return shares


def _sums(rows: Floats) -> Floats:
    """The sum of each row: along a short row a product is ten times as fast as `sum`."""
    sums: Floats = rows @ np.ones(rows.shape[1])
    return sums


def _distances(metric: Metric, marginals: Floats, values: Floats | None) -> Floats:
    """Squared distances between categories."""
    worth = np.arange(1.0, len(marginals) + 1) if values is None else values
    if metric == "nominal":
        return 1.0 - np.eye(len(marginals))
    if metric == "ordinal":
        worth = np.cumsum(marginals) - marginals / 2
    apart: Floats = (worth[:, None] - worth[None, :]) ** 2
    if metric == "ratio":
        sums = (worth[:, None] + worth[None, :]) ** 2
        apart = np.divide(apart, sums, out=np.zeros_like(apart), where=sums > 0)
    return apart


def _pairs(counts: Floats, apart: Floats) -> Floats:
    """Each row's sum of distances over its ordered pairs of votes."""
    pairs: Floats = np.einsum("ic,ck,ik->i", counts, apart, counts, optimize=True)
    return pairs


def _agreed(counts: Floats) -> Floats:
    votes = _sums(counts)
    agreed: Floats = _sums(counts * (counts - 1)) / (votes * (votes - 1))
    return agreed


def _estimate(value: float, pull: Floats, rows: _Rows) -> Estimate:
    """`pull` is how much all that each row stands for moves the value; rows of a group move it
    together.
    """
    _, first, codes = np.unique(rows.groups, return_index=True, return_inverse=True)
    together = np.bincount(codes, weights=pull)
    times = rows.times[first]
    width = Z * float(np.sqrt((together**2 / times).sum()))
    low, high = max(-1.0, value - width), min(1.0, value + width)
    return Estimate(float(value), float(low), float(high), round(times.sum()))
