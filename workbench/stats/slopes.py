"""Who judges against the others: a slope for each reviewer, fitted with the strengths.

A vote of reviewer r says "first" with chance σ(a_r (θ first − θ second)); a tie is half of each.
a = 1 is the crowd's own discernment, 0 is chance, −1 turns every verdict round. The slopes are
shrunk to 1 by a prior, so that who judged little is taken for one of the crowd. The discrimination
of item response theory (A. Birnbaum, in F. Lord and M. Novick, "Statistical Theories of Mental Test
Scores", 1968), put on the reviewer. It cannot tell a crowd that lies from one that is right: where
most reviewers lie, the liars are the measure.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from workbench.stats.agreement import Z
from workbench.stats.arrays import Floats, Ints, Truths
from workbench.stats.newton import climb
from workbench.stats.ranking import RIDGE, Duels, laplacian, per_system, strengths

SPREAD = 0.5  # the prior's standard deviation of a slope about 1
FEEBLE = 0.5  # a slope surely below it, and perhaps 0, is that of a guesser


@dataclass(frozen=True)
class Slopes:
    """`theta` of each system, in log odds of a reviewer of slope 1; of each reviewer the `slope`
    and its standard `error`.
    """

    theta: Floats
    slope: Floats
    error: Floats


def fit(duels: Duels, reviewers: Ints, *, ridge: float = RIDGE, spread: float = SPREAD) -> Slopes:
    """`reviewers[k]`, a code from 0, gave the k-th vote of `duels`; its clusters do not matter."""
    size, people = duels.systems, int(reviewers.max(initial=-1)) + 1
    precision = np.concatenate([np.full(size, ridge), np.full(people, spread**-2)])
    expected = np.concatenate([np.zeros(size), np.ones(people)])

    def surface(at: Floats) -> tuple[float, Floats, Floats]:
        theta, slopes = at[:size], at[size:][reviewers]
        gaps = theta[duels.first] - theta[duels.second]
        chances = expit(slopes * gaps)
        residual, weight = duels.outcome - chances, chances * (1 - chances)
        short = at - expected
        value = (duels.outcome * slopes * gaps - np.logaddexp(0, slopes * gaps)).sum()
        slope = np.concatenate(
            [per_system(duels, slopes * residual), np.bincount(reviewers, gaps * residual, people)]
        )
        bend = np.diag(precision)
        bend[:size, :size] += laplacian(duels, slopes**2 * weight)
        bend[size:, size:] += np.diag(np.bincount(reviewers, gaps**2 * weight, people))
        bend[:size, size:] = _crossed(duels, reviewers, slopes * gaps * weight, people)
        bend[size:, :size] = bend[:size, size:].T
        return float(value - precision @ short**2 / 2), slope - precision * short, bend

    start = np.concatenate([strengths(duels, ties="half", ridge=ridge), np.ones(people)])
    top, information = climb(start, surface)
    errors = np.sqrt(np.diag(np.linalg.inv(information)))
    return Slopes(top[:size], top[size:], errors[size:])


def adversaries(found: Slopes) -> Truths:
    """Whose 95 % interval lies below 0: they turn verdicts round."""
    return found.slope + Z * found.error < 0


def spammers(found: Slopes) -> Truths:
    """Whose 95 % interval holds 0 and ends below ½: their verdicts say next to nothing."""
    high, low = found.slope + Z * found.error, found.slope - Z * found.error
    return (low <= 0) & (high >= 0) & (high < FEEBLE)


def _crossed(duels: Duels, reviewers: Ints, weights: Floats, people: int) -> Floats:
    """Systems × reviewers: what the votes tell of a strength and a slope together."""
    cells = duels.systems * people
    first = np.bincount(duels.first * people + reviewers, weights, cells)
    second = np.bincount(duels.second * people + reviewers, weights, cells)
    return np.asarray(first - second, float).reshape(duels.systems, people)
