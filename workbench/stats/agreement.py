"""Agreement between reviewers, each figure with an interval and its number of items.

Everything starts from a table, items × categories, of how many reviewers chose which category;
a row that fewer than two reviewers judged says nothing. Intervals are the infinitesimal
jackknife over items (or over groups of rows, such as the runs of one document): B. Efron, "The
Jackknife, the Bootstrap and Other Resampling Plans", 1982, ch. 6.
"""

from collections.abc import Sequence
from dataclasses import dataclass
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
    turned: Sequence[int] | None = None,
) -> Estimate:
    """Krippendorff's α: K. Krippendorff, "Computing Krippendorff's Alpha-Reliability", 2011.

    `values` are what the categories stand for, in rising order (default 1, 2, …); `weights`, how
    many equal rows each row stands for; `groups`, the rows that are drawn together; `turned`, the
    categories seen from the other side, where sides are arbitrary: each row counts both ways round.
    """
    counts, weight, group = _judged(counts, weights, groups)
    votes = _sums(counts)
    marginals = weight @ counts
    if turned is not None:
        weight, marginals = 2 * weight, marginals + marginals[list(turned)]
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
    return _estimate(value, pull, group)


def percent(counts: Floats) -> Estimate:
    """The share of pairs of reviewers of an item who agree, averaged over items."""
    counts, _, group = _judged(counts, None, None)
    if not len(counts):
        return NOTHING
    agreed = _agreed(counts)
    return _estimate(agreed.mean(), (agreed - agreed.mean()) / len(counts), group)


def ac1(counts: Floats, *, turned: Sequence[int] | None = None) -> Estimate:
    """Gwet's AC1: K. Gwet, "Computing inter-rater reliability and its variance in the presence
    of high agreement", 2008. Items that one reviewer judged count for how common categories are.
    `turned` as for `alpha`.
    """
    anyone = counts[_sums(counts) > 0]
    kept, _, group = _judged(counts, None, None)
    if not len(kept):
        return NOTHING
    common = (anyone / _sums(anyone)[:, None]).mean(axis=0)
    if turned is not None:
        common = (common + common[list(turned)]) / 2
    classes = int((common > 0).sum())
    if classes < 2:
        return NOTHING
    chance = (common * (1 - common)).sum() / (classes - 1)
    agreed = _agreed(kept)
    share = kept / _sums(kept)[:, None]
    shift = ((share - common) @ (1 - 2 * common)) / (classes - 1)
    value = (agreed.mean() - chance) / (1 - chance)
    pull = ((agreed - agreed.mean()) - shift * (1 - value)) / (1 - chance) / len(kept)
    return _estimate(value, pull, group)


def _judged(
    counts: Floats, weights: Floats | None, groups: Ints | None
) -> tuple[Floats, Floats, Ints]:
    """The rows that two or more judged, their weights and their groups."""
    rows = _sums(counts) >= 2
    weight = np.ones(len(counts)) if weights is None else weights
    group = np.arange(len(counts)) if groups is None else groups
    return counts[rows], weight[rows], group[rows]


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


def _estimate(value: float, pull: Floats, group: Ints) -> Estimate:
    """`pull` is how much each row moves the value; rows of a group move it together."""
    _, codes = np.unique(group, return_inverse=True)
    together = np.bincount(codes, weights=pull)
    width = Z * float(np.sqrt((together**2).sum()))
    low, high = max(-1.0, value - width), min(1.0, value + width)
    return Estimate(float(value), float(low), float(high), len(together))
