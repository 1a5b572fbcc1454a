"""Ranking: how strong each system is, from who beat whom, with intervals clustered by prompt.

R. Bradley and M. Terry, "Rank Analysis of Incomplete Block Designs: I", Biometrika 39, 1952: the
first of a pair wins with chance σ(θ first − θ second); a tie is half a win each. Where ties are
common they get a parameter of their own: R. Davidson, "On Extending the Bradley-Terry Model to
Accommodate Ties in Paired Comparison Experiments", JASA 65, 1970: the chances of win, tie and loss
are as e^(d/2) : ν : e^(−d/2). What is expected of an outcome (ties ½) and its variance have the
same form in both, ν = 0 in the first.

A ridge is the prior θ ~ N(0, 1/ridge). At 0 the strengths are those of maximum likelihood, which
exist only where no group of systems wins all its duels against the others (L. Ford, "Solution of a
Ranking Problem from Binary Comparisons", American Mathematical Monthly 64, 1957). With the default
they always exist, and who won ten of ten is finitely, and not surely, better.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from workbench.errors import InvalidInput
from workbench.stats.arrays import Floats, Ints
from workbench.stats.clustered import meat, sandwich
from workbench.stats.newton import climb

Ties = Literal["auto", "half", "davidson"]
MANY_TIES = 0.10  # from here on Davidson's model is worth its parameter
RIDGE = 0.1  # a standard deviation of 3.2 log odds: strengths up to ±6 are no surprise


@dataclass(frozen=True)
class Duels:
    """`first[k]` met `second[k]`, codes from 0 below `systems`; `outcome[k]` is 1 where the first
    won, 0 where the second did, ½ for a tie. `clusters[k]` is the prompt's code, from 0.
    """

    first: Ints
    second: Ints
    outcome: Floats
    clusters: Ints
    systems: int


@dataclass(frozen=True)
class Strengths:
    """`theta` in log odds sums to 0 over the systems of one label in `components`: they are
    connected by duels. Between components nothing is known; `covariance` is 0 there.

    `nu` is None where ties count as half a win each.
    """

    theta: Floats
    covariance: Floats
    nu: float | None
    components: Ints


@dataclass(frozen=True)
class Tally:
    """Systems × systems: how often a pair met (symmetric), and what the row won of it (ties ½)."""

    met: Floats
    won: Floats
    ties: int


@dataclass(frozen=True)
class _Chances:
    """Of each difference of strengths: what is expected of the outcome, its variance, the chance
    of a tie, and ln(e^(d/2) + ν + e^(−d/2)).
    """

    expected: Floats
    variance: Floats
    tie: Floats
    log_sum: Floats


def fit(
    duels: Duels, *, ties: Ties = "auto", ridge: float = RIDGE, clustered: bool = True
) -> Strengths:
    """The strengths of all systems. `clustered=False` takes each vote for independent of the
    others, which is too sure where prompts are shared.

    Raises InvalidInput where the ridge is 0 and no finite strengths exist.
    """
    counted = tally(duels)
    with_nu = _wants_nu(counted, ties)
    solved, information = _solve(counted, with_nu, ridge)
    nu = float(np.exp(solved[-1])) if with_nu else None
    theta = solved[: duels.systems]
    bread = np.linalg.inv(information)
    spread = sandwich(bread, _meat(duels, theta, nu)) if clustered else bread
    components = connected(counted)
    covariance = centred(spread[: duels.systems, : duels.systems], components)
    return Strengths(theta, covariance, nu, components)


def strengths(duels: Duels, *, ties: Ties = "auto", ridge: float = RIDGE) -> Floats:
    """θ alone, where no interval is wanted."""
    counted = tally(duels)
    solved, _ = _solve(counted, _wants_nu(counted, ties), ridge)
    return solved[: duels.systems]


def tally(duels: Duels) -> Tally:
    """All that the strengths depend on, in one pass over the votes."""
    size = duels.systems
    pairs = np.multiply(duels.first, size, dtype=np.int64)
    pairs += duels.second
    met = np.bincount(pairs, minlength=size * size).reshape(size, size).astype(float)
    won = np.bincount(pairs, weights=duels.outcome, minlength=size * size).reshape(size, size)
    ties = int(np.count_nonzero(duels.outcome == 0.5))
    return Tally(met + met.T, np.asarray(won + (met - won).T), ties)


def laplacian(duels: Duels, weights: Floats) -> Floats:
    """Systems × systems: the sum over votes of weight · (e first − e second)(e first − e second)ᵀ,
    what votes of such variances tell of the strengths.
    """
    size = duels.systems
    flat = np.bincount(duels.first * size + duels.second, weights, minlength=size * size)
    both = flat.reshape(size, size) + flat.reshape(size, size).T
    whole: Floats = np.diag(both.sum(axis=1)) - both
    return whole


def per_system(duels: Duels, pulls: Floats) -> Floats:
    """What the votes pull at each system: the first by as much, the second against it."""
    size = duels.systems
    won, lost = (np.bincount(side, pulls, size) for side in (duels.first, duels.second))
    return np.asarray(won - lost, float)


def expected(gaps: Floats, nu: float | None) -> Floats:
    """What is expected of an outcome (ties ½), by the difference of the strengths."""
    return _chances(gaps, nu or 0.0).expected


def _chances(gaps: Floats, nu: float) -> _Chances:
    far = np.abs(gaps) / 2
    if nu == 0:  # the same with half of the arithmetic
        small = np.exp(-2 * far)
        whole = 1 + small
        won = np.where(gaps < 0, small, 1.0) / whole
        return _Chances(won, won * (1 - won), np.zeros(1), far + np.log(whole))
    small = np.exp(-far)
    whole = 1 + nu * small + small * small
    tie = nu * small / whole
    margin = np.sign(gaps) * (1 - small * small) / whole
    variance = (1 - tie - margin * margin) / 4
    return _Chances((1 + margin) / 2, variance, tie, far + np.log(whole))


def _wants_nu(counted: Tally, ties: Ties) -> bool:
    often = 2 * counted.ties > MANY_TIES * counted.met.sum()
    return ties == "davidson" or (ties == "auto" and bool(often))


def _solve(counted: Tally, with_nu: bool, ridge: float) -> tuple[Floats, Floats]:
    """The strengths (and ln ν last), and their information; Newton starts from the log odds of
    each one's share of wins.
    """
    met, won = counted.met.sum(axis=1), counted.won.sum(axis=1)
    start = np.append(np.log((won + 1) / (met - won + 1)), [0.0] * with_nu)
    if ridge > 0:
        return climb(start, lambda at: _likelihood(at, counted, with_nu, ridge))
    means = _means(counted, with_nu)

    def pinned(at: Floats) -> tuple[float, Floats, Floats]:
        value, slope, bend = _likelihood(at, counted, with_nu, 0.0)
        return value, slope, bend + means

    return climb(start - means @ start, pinned)


def _likelihood(
    at: Floats, counted: Tally, with_nu: bool, ridge: float
) -> tuple[float, Floats, Floats]:
    """The penalised log likelihood, its gradient, and its negated second derivatives."""
    size = len(counted.met)
    gaps = at[:size, None] - at[None, :size]
    nu = float(np.exp(at[size])) if with_nu else 0.0
    chances = _chances(gaps, nu)
    value = (np.vdot(counted.won, gaps) - np.vdot(counted.met, chances.log_sum)) / 2
    slope, bend = -ridge * at, np.diag(np.full(len(at), ridge))
    slope[:size] += (counted.won - counted.met * chances.expected).sum(axis=1)
    weight = counted.met * chances.variance
    bend[:size, :size] -= weight
    bend[range(size), range(size)] += weight.sum(axis=1)
    if with_nu:
        tied = counted.met * chances.tie
        value += counted.ties * at[size]
        slope[size] += counted.ties - tied.sum() / 2
        bend[size, size] += (tied * (1 - chances.tie)).sum() / 2
        bend[:size, size] = bend[size, :size] = -(tied * (chances.expected - 0.5)).sum(axis=1)
    return float(value - ridge * at @ at / 2), slope, bend


def connected(counted: Tally) -> Ints:
    """The label, from 0, of each system's component."""
    _, labels = connected_components(csr_array(counted.met), directed=False)
    return np.asarray(labels)


def _means(counted: Tally, with_nu: bool) -> Floats:
    """Replaces strengths by the mean of their component, along which the likelihood is flat."""
    labels = connected(counted)
    strong, _ = connected_components(csr_array(counted.won), connection="strong")
    decided = 2 * counted.ties < counted.met.sum()
    if strong > labels.max() + 1 or (with_nu and not (counted.ties and decided)):
        raise InvalidInput(
            "No finite strengths exist: some systems won all their duels against the others.",
            remedy="Use a ridge above 0.",
        )
    return np.pad(_same(labels), (0, with_nu))


def _same(labels: Ints) -> Floats:
    same = np.equal.outer(labels, labels)
    means: Floats = same / same.sum(axis=1)
    return means


def _meat(duels: Duels, theta: Floats, nu: float | None) -> Floats:
    """Each vote pulls the first's strength by its residual, the second's against it."""
    chances = _chances(theta[:, None] - theta[None, :], nu or 0.0)
    pairs = duels.first * duels.systems + duels.second
    residual = duels.outcome - chances.expected.ravel()[pairs]
    pulls = [(residual, duels.first), (-residual, duels.second)]
    if nu is not None:
        tied = (duels.outcome == 0.5) - chances.tie.ravel()[pairs]
        pulls.append((tied, np.full_like(duels.first, duels.systems)))
    return meat(pulls, duels.clusters, duels.systems + (nu is not None))


def centred(covariance: Floats, components: Ints) -> Floats:
    """As θ is: relative to the mean of the component."""
    centre = np.eye(len(components)) - _same(components)
    centred: Floats = centre @ covariance @ centre.T
    return centred
