"""How far to trust a reviewer while they judge, and when an item has votes enough.

Gold items tell: a reviewer's accuracy is the mean of a Beta(8, 2) after what they passed and
failed, their vote weighs its log odds, and a run of failures pauses them by the CUSUM rule of
E. Page, "Continuous Inspection Schemes", Biometrika 41, 1954.
"""

from dataclasses import dataclass
from math import exp, log

from scipy.stats import beta

PRIOR_PASSED, PRIOR_FAILED = 8.0, 2.0
CAREFUL, CARELESS = 0.85, 0.60  # gold accuracies that the pause rule tells apart
PAUSE_AT = log(200)
PASS_STEP, FAIL_STEP = log(CARELESS / CAREFUL), log((1 - CARELESS) / (1 - CAREFUL))
FEWEST, MOST = 2, 7


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
        low, high = beta.interval(level, *self._beta)
        return float(low), float(high)

    @property
    def weight(self) -> float:
        """What a vote adds to the log odds of its side; below 0 for who is mostly wrong."""
        return log(self.accuracy / (1 - self.accuracy))


def chance_first(weights_for_first: list[float], weights_for_second: list[float]) -> float:
    """The posterior that the first side is right, from the weights of the votes for each."""
    odds = sum(weights_for_first) - sum(weights_for_second)
    return 1 / (1 + exp(-odds)) if odds > -700 else 0.0


def is_settled(votes: int, chance: float, threshold: float) -> bool:
    """Whether an item that is judged until sure wants no further vote; `chance` is that of its
    likelier side.
    """
    return votes >= MOST or (votes >= FEWEST and max(chance, 1 - chance) >= threshold)
