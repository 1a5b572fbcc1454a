"""What a judge adds to people's verdicts, and how wrong it is.

A judge is cheap and biased. On prompts that both judged its bias is measured; on the many that it
judged alone it narrows the interval: A. Angelopoulos, S. Bates, C. Fannjiang, M. Jordan and T.
Zrnic, "Prediction-powered inference", Science 382, 2023. How much weight it gets is tuned to the
narrowest interval: A. Angelopoulos, J. Duchi and T. Zrnic, "PPI++: Efficient Prediction-Powered
Inference", 2023; a useless judge gets none. Errors are clustered by prompt, so the same prompt may
be in both sets. The interval holds for one look, not for looking every day.
"""

from dataclasses import dataclass, replace

import numpy as np

from workbench.stats.agreement import NOTHING, Estimate
from workbench.stats.arrays import Floats, Ints
from workbench.stats.shares import share


@dataclass(frozen=True)
class Verdicts:
    """Outcomes of one side, 1 for a win, ½ for a tie, 0 for a loss, and their prompts' codes."""

    outcomes: Floats
    prompts: Ints


@dataclass(frozen=True)
class Powered:
    """`rate` with its 95 % interval, and `people` for the rate of the people's verdicts alone;
    `tuning` is the weight of the judge: 0 leaves it out, 1 is prediction-powered inference as
    first proposed.
    """

    rate: Estimate
    people: Estimate
    tuning: float


def powered(
    human: Verdicts, judged: Floats, alone: Verdicts, *, tuning: float | None = None
) -> Powered:
    """The win rate by people's verdicts and a judge's. `judged[i]` is the judge's outcome for
    `human.outcomes[i]`; `alone` is what the judge said where no person did.
    """
    n, more = len(human.outcomes), len(alone.outcomes)
    if n == 0:
        return Powered(NOTHING, NOTHING, 0.0)
    prompts = np.concatenate([human.prompts, alone.prompts])
    people = _by_prompt(np.concatenate([_pull(human.outcomes), np.zeros(more)]), prompts)
    judge = _by_prompt(np.concatenate([_pull(judged), -_pull(alone.outcomes)]), prompts)
    weight = _tuned(people, judge, more) if tuning is None else tuning
    mean = float(human.outcomes.mean())
    lead = float(alone.outcomes.mean() - judged.mean()) if more else 0.0
    clusters = len(np.unique(human.prompts))
    return Powered(
        _rate(mean + weight * lead, people - weight * judge, clusters, n),
        _rate(mean, people, clusters, n),
        weight,
    )


def _pull(outcomes: Floats) -> Floats:
    """How far each outcome moves the mean of them."""
    pull: Floats = (outcomes - outcomes.mean()) / len(outcomes) if len(outcomes) else outcomes
    return pull


def _by_prompt(pull: Floats, prompts: Ints) -> Floats:
    _, codes = np.unique(prompts, return_inverse=True)
    return np.asarray(np.bincount(codes, pull), float)


def _tuned(people: Floats, judge: Floats, more: int) -> float:
    """The weight that makes Σ (people − weight · judge)² least, within 0 and 1."""
    spread = float(judge @ judge)
    return min(1.0, max(0.0, float(people @ judge) / spread)) if more and spread > 0 else 0.0


def _rate(value: float, pulls: Floats, clusters: int, items: int) -> Estimate:
    """Wilson's interval at the number of independent verdicts that would be as sure, which keeps it
    within 0 and 1: N. Dean and M. Pagano, "Evaluating Confidence Interval Methods for Binomial
    Proportions in Clustered Surveys", Journal of Survey Statistics and Methodology 3, 2015.
    """
    rate = min(1.0, max(0.0, value))
    variance = float(pulls @ pulls) * clusters / max(1, clusters - 1)
    sure_as = rate * (1 - rate) / variance if variance > 0 else 0.0
    found = share(rate * (sure_as or clusters), sure_as or clusters)
    return replace(found, items=items)
