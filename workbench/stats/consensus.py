"""Consensus: what was probably right, and how reliable each reviewer is, from labels alone.

A. Dawid and A. Skene, "Maximum Likelihood Estimation of Observer Error-Rates Using the EM
Algorithm", Applied Statistics 28, 1979, with a Dirichlet prior on each reviewer's error rates
and known items clamped to their truth. Labels come in long format: one row a judgement.
"""

from dataclasses import dataclass

import numpy as np

from workbench.stats.arrays import Floats, Ints, table

TINY = 1e-300


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
    """EM from the shares of votes, until no posterior moves by more than `tolerance`."""
    posterior = _clamped(_vote_shares(given), given.truth)
    for _ in range(rounds):
        prevalence, errors = _reliability(given, posterior, prior)
        better = _clamped(_posterior(given, prevalence, errors), given.truth)
        moved = np.abs(better - posterior).max(initial=0.0)
        posterior = better
        if moved < tolerance:
            break
    return Consensus(posterior, *_reliability(given, posterior, prior))


def _vote_shares(given: Labels) -> Floats:
    votes = table(given.items, given.labels, (len(given.truth), given.classes))
    votes[votes.sum(axis=1) == 0] = 1.0
    shares: Floats = votes / votes.sum(axis=1, keepdims=True)
    return shares


def _clamped(posterior: Floats, truth: Ints) -> Floats:
    known = truth >= 0
    posterior[known] = np.eye(posterior.shape[1])[truth[known]]
    return posterior


def _reliability(given: Labels, posterior: Floats, prior: Prior) -> tuple[Floats, Floats]:
    """The M step: how common each class is, and each reviewer's rates."""
    reviewers = int(given.reviewers.max(initial=-1)) + 1
    flat = given.reviewers * given.classes + given.labels
    size = reviewers * given.classes
    said = [
        np.bincount(flat, weights=posterior[given.items, j], minlength=size)
        for j in range(given.classes)
    ]
    seen = np.stack(said).reshape(given.classes, reviewers, given.classes).transpose(1, 0, 2)
    counts: Floats = seen + prior.counts(given.classes)
    sums = counts.sum(axis=2, keepdims=True)
    errors = np.divide(counts, sums, out=np.zeros_like(counts), where=sums > 0)
    return posterior.mean(axis=0), errors


def _posterior(given: Labels, prevalence: Floats, errors: Floats) -> Floats:
    """The E step: each class's chance, from what every reviewer's label says for it."""
    evidence = np.log(np.maximum(errors, TINY))
    size = len(given.truth)
    logs = np.stack(
        [
            np.bincount(
                given.items, weights=evidence[given.reviewers, j, given.labels], minlength=size
            )
            for j in range(given.classes)
        ],
        axis=1,
    ) + np.log(np.maximum(prevalence, TINY))
    chances = np.exp(logs - logs.max(axis=1, keepdims=True))
    posterior: Floats = chances / chances.sum(axis=1, keepdims=True)
    return posterior
