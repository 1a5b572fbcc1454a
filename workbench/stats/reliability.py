"""How far to trust a reviewer while they judge, and when an item has votes enough.

Gold items tell: a reviewer's accuracy is the mean of a Beta(8, 2) after what they passed and
failed, their vote weighs its log odds, and a run of failures pauses them by the CUSUM rule of
E. Page, "Continuous Inspection Schemes", Biometrika 41, 1954.
"""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from math import exp, log
from typing import TypeVar

from scipy.special import betaincinv

from workbench.settings import FEWEST, MOST

PRIOR_PASSED, PRIOR_FAILED = 8.0, 2.0
CAREFUL, CARELESS = 0.85, 0.60  # gold accuracies that the pause rule tells apart
PAUSE_AT = log(200)
PASS_STEP, FAIL_STEP = log(CARELESS / CAREFUL), log((1 - CARELESS) / (1 - CAREFUL))

T = TypeVar("T", bound=Hashable)


@dataclass(frozen=True)
class GoldRecord:
    """What a reviewer did on gold items; `suspicion` is the CUSUM, 0 where nothing speaks
    against them.
    """

    passed: int = 0
    failed: int = 0
    suspicion: float = 0.0

    def after(self, passed: bool) -> "GoldRecord":
        """The record with one more gold item."""
        suspicion = max(0.0, self.suspicion + (PASS_STEP if passed else FAIL_STEP))
        return GoldRecord(self.passed + passed, self.failed + (not passed), suspicion)

    @property
    def pauses(self) -> bool:
        """Whether carelessness has become 200 times as likely as care."""
        return self.suspicion >= PAUSE_AT

    @property
    def _beta(self) -> tuple[float, float]:
        return self.passed + PRIOR_PASSED, self.failed + PRIOR_FAILED

    @property
    def accuracy(self) -> float:
        passed, failed = self._beta
        return passed / (passed + failed)

    def interval(self, level: float = 0.95) -> tuple[float, float]:
        """Where the accuracy lies, by the Beta distribution that it is the mean of."""
        return beta_interval(*self._beta, level)

    @property
    def weight(self) -> float:
        """What a vote adds to the log odds of its side; below 0 for who is mostly wrong."""
        return log(self.accuracy / (1 - self.accuracy))


def beta_interval(passed: float, failed: float, level: float = 0.95) -> tuple[float, float]:
    """The middle of Beta(passed, failed) that holds `level` of it; both must be above 0."""
    beyond = (1 - level) / 2
    low, high = (betaincinv(passed, failed, share) for share in (beyond, 1 - beyond))
    return float(low), float(high)


def likeliest(votes: Iterable[tuple[T, float]], priors: Mapping[T, float]) -> tuple[T, float]:
    """The verdict that is probably right, and its posterior.

    `votes` are (verdict, weight of who gave it); `priors` name every verdict that could be given.
    """
    logs = {verdict: log(prior) for verdict, prior in priors.items()}
    for verdict, weight in votes:
        logs[verdict] += weight
    best = max(logs, key=lambda verdict: logs[verdict])
    return best, 1 / sum(exp(other - logs[best]) for other in logs.values())


def is_settled(votes: int, chance: float, threshold: float) -> bool:
    """Whether an item that is judged until sure wants no further vote; `chance` is that of its
    likeliest verdict.
    """
    return votes >= MOST or (votes >= FEWEST and chance >= threshold)
