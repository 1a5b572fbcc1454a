"""Strengths at equal style: what of a ranking is length, headers, lists, bold, or the left side.

Each vote's log odds get extra terms: a constant for the answer shown first, and a coefficient for
each feature's (A − B) / (A + B + 1), as in Chatbot Arena's style control (T. Li, A. Angelopoulos
and W.-L. Chiang, "Does style matter?", LMSYS 2024). They are estimated together with the strengths.
A feature is divided by its root mean square and not centred: the terms change sign with the sides,
and the constant remains what the first place is worth between answers of equal style.

What this cannot know: whether people like length, or long answers are better in other ways.
"""

import re
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.special import expit

from workbench.stats.agreement import Z
from workbench.stats.arrays import Floats
from workbench.stats.clustered import meat, sandwich
from workbench.stats.newton import Surface, climb
from workbench.stats.ranking import (
    RIDGE,
    Duels,
    Strengths,
    centred,
    connected,
    laplacian,
    per_system,
    strengths,
    tally,
)

FENCED = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)
HEADER = re.compile(r"^ {0,3}#{1,6}\s+\S", re.MULTILINE)
LIST_ITEM = re.compile(r"^\s*(?:[-*+]|\d+[.)])\s+\S", re.MULTILINE)
BOLD = re.compile(r"(\*\*|__)(?=\S)[^\n]+?(?<=\S)\1")


class Features(NamedTuple):
    """How much of each an answer has; `length` in characters."""

    length: int
    headers: int
    lists: int
    bold: int


@dataclass(frozen=True)
class Controlled:
    """`strengths` at equal style; `left`, what being shown first is worth, and `coefficients`, what
    one typical difference of each feature is, all in log odds; each with its 95 % interval.
    """

    strengths: Strengths
    left: float
    left_interval: tuple[float, float]
    coefficients: Floats
    intervals: Floats


def features(text: str) -> Features:
    """What Markdown shows of a text; what stands in fenced code counts for its length alone."""
    prose = FENCED.sub("", text)
    found = (len(pattern.findall(prose)) for pattern in (HEADER, LIST_ITEM, BOLD))
    return Features(len(text), *found)


def fit(
    duels: Duels, first: Floats, second: Floats, sides: Floats, *, ridge: float = RIDGE
) -> Controlled:
    """`first` and `second`: votes × features of the two answers; `sides[k]` is 1 where the first
    was shown left, −1 where the second was, 0 where that is not known or both were.

    Ties are half a win each. A feature that never differs gets 0 and the prior's wide interval.
    """
    size, terms = duels.systems, np.column_stack([sides, _scaled(first, second)])
    top, information = climb(_start(duels, terms, ridge), _surface(duels, terms, ridge))
    residual = duels.outcome - _chances(top, duels, terms)
    pulls = [(residual, duels.first), (-residual, duels.second)]
    for at, term in enumerate(terms.T):
        pulls.append((residual * term, np.full_like(duels.first, size + at)))
    covariance = sandwich(np.linalg.inv(information), meat(pulls, duels.clusters, len(top)))
    components = connected(tally(duels))
    plain = Strengths(top[:size], centred(covariance[:size, :size], components), None, components)
    half = Z * np.sqrt(np.diag(covariance)[size:])
    low, high = top[size:] - half, top[size:] + half
    return Controlled(
        plain, float(top[size]), (float(low[0]), float(high[0])), top[size + 1 :],
        np.stack([low[1:], high[1:]], axis=1),
    )  # fmt: skip


def _scaled(first: Floats, second: Floats) -> Floats:
    """(A − B) / (A + B + 1) in units of its root mean square."""
    apart = (first - second) / (first + second + 1)
    typical = np.sqrt((apart**2).mean(axis=0)) if len(apart) else np.ones(apart.shape[1])
    scaled: Floats = apart / np.where(typical > 0, typical, 1.0)
    return scaled


def _start(duels: Duels, terms: Floats, ridge: float) -> Floats:
    return np.append(strengths(duels, ties="half", ridge=ridge), np.zeros(terms.shape[1]))


def _log_odds(at: Floats, duels: Duels, terms: Floats) -> Floats:
    theta = at[: duels.systems]
    odds: Floats = theta[duels.first] - theta[duels.second] + terms @ at[duels.systems :]
    return odds


def _chances(at: Floats, duels: Duels, terms: Floats) -> Floats:
    chances: Floats = expit(_log_odds(at, duels, terms))
    return chances


def _surface(duels: Duels, terms: Floats, ridge: float) -> Surface:
    size = duels.systems

    def surface(at: Floats) -> tuple[float, Floats, Floats]:
        odds = _log_odds(at, duels, terms)
        chances = expit(odds)
        residual, weight = duels.outcome - chances, chances * (1 - chances)
        value = (duels.outcome * odds - np.logaddexp(0, odds)).sum() - ridge * at @ at / 2
        slope = np.append(per_system(duels, residual), residual @ terms) - ridge * at
        bend = ridge * np.eye(len(at))
        bend[:size, :size] += laplacian(duels, weight)
        crossed = np.stack([per_system(duels, weight * term) for term in terms.T], axis=1)
        bend[:size, size:], bend[size:, :size] = crossed, crossed.T
        bend[size:, size:] += (terms * weight[:, None]).T @ terms
        return float(value), slope, bend

    return surface
