"""How good a judge is beside people, and how sure its verdicts may be taken to be.

Verdicts are codes: 0 the first answer is better, 1 the second, 2 neither. Which answer is called
the first must be drawn by chance, or a variant that wins throughout makes one rate up.
"""

from dataclasses import dataclass

import numpy as np

from workbench.stats.agreement import NOTHING, Estimate, Z
from workbench.stats.arrays import Floats, Ints, table
from workbench.stats.means import clustered_mean
from workbench.stats.shares import share

FIRST, SECOND, TIE = 0, 1, 2
CLASSES = 3


@dataclass(frozen=True)
class Match:
    """A judge beside people on the same items. `agreement` and `kappa` are over all three verdicts;
    `sensitivity` and `specificity` are for “the first is better”, where neither says a tie.
    `judge_ties` is a share of what people decided, `people_ties` one of all items.
    """

    agreement: Estimate
    kappa: Estimate
    sensitivity: Estimate
    specificity: Estimate
    judge_ties: Estimate
    people_ties: Estimate


def match(judge: Ints, people: Ints) -> Match:
    """Both verdicts of each item. Intervals: Wilson's for shares."""
    clear = (judge != TIE) & (people != TIE)
    first, second = clear & (people == FIRST), clear & (people == SECOND)
    decided = people != TIE
    return Match(
        agreement=share(int((judge == people).sum()), len(people)),
        kappa=kappa(table(people, judge, (CLASSES, CLASSES))),
        sensitivity=share(int((judge[first] == FIRST).sum()), int(first.sum())),
        specificity=share(int((judge[second] == SECOND).sum()), int(second.sum())),
        judge_ties=share(int((judge[decided] == TIE).sum()), int(decided.sum())),
        people_ties=share(int((~decided).sum()), len(people)),
    )


def kappa(counts: Floats) -> Estimate:
    """Cohen's κ of a table of two raters, with its 95 % interval: J. Fleiss, J. Cohen and B.
    Everitt, "Large sample standard errors of kappa and weighted kappa", Psychological Bulletin 72,
    1969. Nothing can be said where both use one class alone.
    """
    n = counts.sum()
    if n == 0:
        return NOTHING
    p = counts / n
    rows, columns = p.sum(axis=1), p.sum(axis=0)
    observed, expected = float(np.trace(p)), float(rows @ columns)
    if expected == 1:
        return NOTHING
    value = (observed - expected) / (1 - expected)
    off = p * (columns[:, None] + rows[None, :]) ** 2
    right = np.diag(p) @ (1 - (rows + columns) * (1 - value)) ** 2
    wrong = (1 - value) ** 2 * (off.sum() - np.trace(off))
    variance = (right + wrong - (value - expected * (1 - value)) ** 2) / (n * (1 - expected) ** 2)
    width = Z * float(np.sqrt(max(0.0, variance)))
    return Estimate(float(value), max(-1.0, value - width), min(1.0, value + width), int(n))


def clustered_share(hits: Ints, groups: Ints) -> Estimate:
    """The share of `hits` (0 or 1), those of a group drawn together; `items` counts the hits."""
    mean = clustered_mean(hits.astype(np.float64), groups)
    if mean.value is None or mean.low is None or mean.high is None:
        return NOTHING
    return Estimate(mean.value, max(0.0, mean.low), min(1.0, mean.high), len(hits))


@dataclass(frozen=True)
class Bin:
    """Verdicts of one level of confidence: the share that was right, and the `calibrated`
    confidence, None where nothing is known of this level or any below.
    """

    level: int
    right: Estimate
    calibrated: float | None


def calibrate(levels: Ints, right: Ints, all_levels: tuple[int, ...]) -> list[Bin]:
    """A surer verdict is taken to be right at least as often: shares that fall are pooled (M. Ayer
    et al., "An Empirical Distribution Function for Sampling with Incomplete Information", 1955),
    and what a pool is surely right at (Wilson's lower bound) also holds for the levels above it.
    """
    totals = np.array([(levels == level).sum() for level in all_levels])
    hits = np.array([right[levels == level].sum() for level in all_levels])
    bounds: list[float | None] = []
    best: float | None = None
    for size, pooled_hits, pooled_total in pools(hits, totals):
        low = share(pooled_hits, pooled_total).low
        best = low if best is None else max(best, low or 0.0)
        bounds += [best] * size
    return [
        Bin(level, share(int(h), int(n)), bound)
        for level, h, n, bound in zip(all_levels, hits, totals, bounds, strict=True)
    ]


def pools(hits: Ints, totals: Ints) -> list[tuple[int, int, int]]:
    """Neighbours pooled until the shares of hits rise: (levels, hits, total) of each pool. Levels
    without any case join what is below them.
    """
    found: list[tuple[int, int, int]] = []
    for hit, total in zip(hits.tolist(), totals.tolist(), strict=True):
        found.append((1, hit, total))
        while len(found) > 1 and _falls(found[-2], found[-1]):
            (a, ha, na), (b, hb, nb) = found[-2:]
            found[-2:] = [(a + b, ha + hb, na + nb)]
    return found


def _falls(below: tuple[int, int, int], above: tuple[int, int, int]) -> bool:
    """Whether the share above is not higher; an empty pool goes with its neighbour."""
    return above[2] == 0 or (below[2] > 0 and above[1] * below[2] <= below[1] * above[2])
