"""How well scores tell the better of two answers, and how far a difference of scores may be
believed. Everything is over d = score of the better answer − score of the worse one, and the
prompts that the pairs belong to.
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import expit

from workbench.stats.agreement import NOTHING, Estimate
from workbench.stats.arrays import Floats, Ints, Truths
from workbench.stats.means import clustered_mean, clustered_share
from workbench.stats.shares import difference

BINS = 5  # of confidence, from ½ to 1
REACH = 100.0  # how far the temperature may lie from the usual difference, either way


def right(differences: Floats) -> Floats:
    """1 where the better answer scores higher, 0 where the worse one does, ½ for a tie."""
    found: Floats = (1 + np.sign(differences)) / 2
    return found


def accuracy(differences: Floats, prompts: Ints) -> Estimate:
    """The share of pairs told rightly, ties ½, its interval clustered by prompt."""
    return clustered_share(right(differences), prompts)


def gain(ours: Floats, theirs: Floats, prompts: Ints) -> Estimate:
    """The accuracy of one sort of scores less that of another on the same pairs, the interval
    paired and clustered by prompt. Where all pairs say the same there are no residuals to learn
    from: then the two are taken for independent, which is wider.
    """
    apart = right(ours) - right(theirs)
    if len(apart) and np.ptp(apart) == 0:
        return difference(accuracy(theirs, prompts), accuracy(ours, prompts))
    return _within(clustered_mean(apart, prompts), -1.0)


def _within(found: Estimate, least: float) -> Estimate:
    if found.low is None or found.high is None:
        return found
    return Estimate(found.value, max(least, found.low), min(1.0, found.high), found.items)


def temperature(differences: Floats) -> float | None:
    """T of P(the better one is better) = σ(d / T), by maximum likelihood with the targets of J.
    Platt, "Probabilistic Outputs for Support Vector Machines", 1999: with n pairs, each was judged
    the other way with chance 1 / (n + 2), or T would be 0 where all are told rightly. None without
    any difference to learn from.
    """
    usual = float(np.abs(differences).mean()) if len(differences) else 0.0
    if usual == 0:
        return None
    flipped = 1 / (len(differences) + 2)

    def loss(log_t: float) -> float:
        z = differences / np.exp(log_t)
        each = (1 - flipped) * np.logaddexp(0, -z) + flipped * np.logaddexp(0, z)
        return float(each.mean())

    bounds = np.log(usual / REACH), np.log(usual * REACH)
    return float(np.exp(minimize_scalar(loss, bounds=bounds, method="bounded").x))


@dataclass(frozen=True)
class Bin:
    """Pairs of one range of confidence: how sure the scores were on average, how often right."""

    low: float
    high: float
    confidence: float | None
    right: Estimate


@dataclass(frozen=True)
class Reliability:
    """`brier` is the mean of (1 − P(the better one is better))², ¼ for a coin; `ece` the mean over
    pairs of how far confidence and share of right ones lie apart within a bin.
    """

    brier: Estimate
    ece: float | None
    bins: tuple[Bin, ...]


def reliability(differences: Floats, t: float, prompts: Ints) -> Reliability:
    """How far the probabilities of pairs that `t` was not fitted on are what they say."""
    chances: Floats = expit(differences / t)
    confidence: Floats = np.maximum(chances, 1 - chances)
    edges = np.linspace(0.5, 1, BINS + 1)
    places = np.clip(np.digitize(confidence, edges) - 1, 0, BINS - 1)
    bins = tuple(
        _bin(edges[i], edges[i + 1], places == i, confidence, right(differences), prompts)
        for i in range(BINS)
    )
    return Reliability(
        brier=_within(clustered_mean((1 - chances) ** 2, prompts), 0.0),
        ece=_error(places, confidence, right(differences)),
        bins=bins,
    )


def _bin(
    low: float, high: float, inside: Truths, confidence: Floats, hits: Floats, prompts: Ints
) -> Bin:
    share = clustered_share(hits[inside], prompts[inside]) if inside.any() else NOTHING
    mean = float(confidence[inside].mean()) if inside.any() else None
    return Bin(float(low), float(high), mean, share)


def _error(places: Ints, confidence: Floats, hits: Floats) -> float | None:
    """M. Naeini et al., "Obtaining Well Calibrated Probabilities Using Bayesian Binning", 2015."""
    if not len(places):
        return None
    apart = np.bincount(places, confidence - hits, BINS)
    return float(np.abs(apart).sum() / len(places))
