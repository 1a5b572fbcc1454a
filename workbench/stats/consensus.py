"""Consensus: what was probably right, and how reliable each reviewer is, from labels alone.

A. Dawid and A. Skene, "Maximum Likelihood Estimation of Observer Error-Rates Using the EM
Algorithm", Applied Statistics 28, 1979, with a Dirichlet prior on each reviewer's error rates
and known items clamped to their truth. Labels come in long format: one row a judgement. Within,
classes come first, posteriors are classes × items: numpy reduces a long last axis fastest.

Where there is such a prior, error rates come only from items with two labels or more, or a known
truth. A lone label fits any error rates if the prevalence gives way: two reviewers who share no
item, one of whom says "tie" far more often, would best be explained by everything being a tie.
"""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from workbench.stats.arrays import Floats, Ints, table

TINY = 1e-300
PLAIN = 20  # rounds without leaps: most crowds are settled by then
BLOCK = 1 << 16  # items that are reckoned at once, so that what is held between stays small


@dataclass(frozen=True)
class Labels:
    """`items[k]` was given `labels[k]` by `reviewers[k]`: codes from 0, rows in any order.

    `truth[i]` is the known label of an item, −1 where it is not known.
    """

    items: Ints
    reviewers: Ints
    labels: Ints
    classes: int
    truth: Ints


@dataclass(frozen=True)
class Consensus:
    """`posterior`: items × classes. `errors[r, j, l]`: that reviewer r says l when j is true."""

    posterior: Floats
    prevalence: Floats
    errors: Floats


@dataclass(frozen=True)
class Prior:
    """What a reviewer is taken for before they judge: so many votes, right at `accuracy`."""

    votes: float = 4.0
    accuracy: float = 0.7

    def counts(self, classes: int) -> Floats:
        wrong = (1 - self.accuracy) / max(1, classes - 1)
        return self.votes * np.where(np.eye(classes, dtype=bool), self.accuracy, wrong)


PRIOR = Prior()


def dawid_skene(
    given: Labels, prior: Prior = PRIOR, *, tolerance: float = 1e-6, rounds: int = 200
) -> Consensus:
    """EM from the shares of votes, until no posterior moves by more than `tolerance`.

    Where it crawls, as it does while a class dies out, it leaps: R. Varadhan and C. Roland, "Simple
    and Globally Convergent Methods for Accelerating the Convergence of Any EM Algorithm",
    Scandinavian Journal of Statistics 35, 2008, scheme S3.
    """
    votes = _votes(given)
    telling = _telling(votes, given.truth) if prior.votes else votes
    posterior = _clamped(_vote_shares(given), given.truth)
    past: list[Floats] = []
    for at in range(rounds):
        rates = _rates(telling, posterior, prior)
        if at >= PLAIN and len(past) == 2:
            rates, past = _leap(past[0], past[1], rates), []
        else:
            past = [*past, rates][-2:]
        if _move(posterior, votes, rates, given.truth) < tolerance:
            break
    prevalence, errors = _split(_rates(telling, posterior, prior))
    return Consensus(posterior.T, prevalence, errors.transpose(1, 0, 2))


def _leap(first: Floats, second: Floats, third: Floats) -> Floats:
    """From three steps in a row on to where they lead; never out of bounds, and where the steps
    tell nothing, no further than the third.
    """
    step, bend = second - first, (third - second) - (second - first)
    length = np.linalg.norm(bend)
    if length == 0:
        return third
    stride = max(1.0, float(np.linalg.norm(step) / length))
    ahead = np.maximum(first + 2 * stride * step + stride**2 * bend, 0.0)
    sums = ahead.sum(axis=-1, keepdims=True)
    leapt: Floats = np.where(sums > 0, ahead / np.where(sums > 0, sums, 1.0), third)
    return leapt


def _votes(given: Labels) -> csr_array:
    """Items × (reviewer, label): how often. Both steps are a product with it or its transpose."""
    said = given.reviewers * given.classes + given.labels
    reviewers = int(given.reviewers.max(initial=-1)) + 1
    shape = len(given.truth), reviewers * given.classes
    return csr_array((np.ones(len(said)), (given.items, said)), shape=shape)


def _telling(votes: csr_array, truth: Ints) -> csr_array:
    """The votes that tell how reviewers err: not one that stands alone on an unknown item."""
    tells = (votes.sum(axis=1) > 1) | (truth >= 0)
    return votes if tells.all() else csr_array(votes.multiply(tells[:, None]))


def _vote_shares(given: Labels) -> Floats:
    votes = table(given.labels, given.items, (given.classes, len(given.truth)))
    votes[:, votes.sum(axis=0) == 0] = 1.0
    votes /= votes.sum(axis=0)
    return votes


def _clamped(posterior: Floats, truth: Ints) -> Floats:
    known = truth >= 0
    posterior[:, known] = np.eye(len(posterior))[:, truth[known]]
    return posterior


def _rates(telling: csr_array, posterior: Floats, prior: Prior) -> Floats:
    """The M step: a row for each (true class, reviewer) with the share of each label, and a last
    row with how common each class is.
    """
    classes = len(posterior)
    seen = np.stack([telling.T @ chance for chance in posterior]).reshape(classes, -1, classes)
    counts = (seen + prior.counts(classes)[:, None, :]).reshape(-1, classes)
    sums = counts.sum(axis=1, keepdims=True)
    errors = np.divide(counts, sums, out=np.zeros_like(counts), where=sums > 0)
    prevalence = posterior.sum(axis=1) / max(1, posterior.shape[1])
    return np.concatenate([errors, prevalence[None]])


def _split(rates: Floats) -> tuple[Floats, Floats]:
    """How common each class is, and errors[j, r, l]: r says l when j is true."""
    classes = rates.shape[1]
    return rates[-1], rates[:-1].reshape(classes, -1, classes)


def _move(posterior: Floats, votes: csr_array, rates: Floats, truth: Ints) -> float:
    """Put the E step's posteriors in the place of the last ones; by how much the furthest moved."""
    moved = 0.0
    for at in range(0, len(truth), BLOCK):
        rows = slice(at, at + BLOCK)
        better = _clamped(_posterior(votes[rows], rates), truth[rows])
        moved = max(moved, float(np.abs(posterior[:, rows] - better).max()))
        posterior[:, rows] = better
    return moved


def _posterior(votes: csr_array, rates: Floats) -> Floats:
    """The E step: each class's chance, from what every reviewer's label says for it."""
    prevalence, errors = _split(rates)
    evidence = np.log(np.maximum(errors, TINY)).reshape(len(errors), -1)
    logs = np.stack([votes @ speaks for speaks in evidence])
    logs += np.log(np.maximum(prevalence, TINY))[:, None]
    logs -= logs.max(axis=0)
    chances: Floats = np.exp(logs, out=logs)
    chances /= chances.sum(axis=0)
    return chances
