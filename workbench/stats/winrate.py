"""The one win rate, and a claim about it that stays valid however often one looks.

Wins count 1, ties ½, one consensus verdict a prompt. Under the mixture of Robbins (1970) with a
Beta(a, a) prior, E = B(a+s, a+n−s) / B(a, a) / (p^s (1−p)^(n−s)) is a test martingale at win
rate p, so E ≥ 1/α rejects p at any time with error at most α (Howard, Ramdas, McAuliffe, Sekhon
2021). Ties at one half keep it valid, since the likelihood ratio is convex in s.
"""

from dataclasses import dataclass
from math import exp, log

from scipy.special import betaln

PRIOR = 10.0
ALPHA = 0.05


@dataclass(frozen=True)
class WinRate:
    """`rate` is None while nothing was judged; the interval is then (0, 1)."""

    wins: int
    ties: int
    losses: int
    rate: float | None
    low: float
    high: float
    e_value: float

    @property
    def n(self) -> int:
        return self.wins + self.ties + self.losses

    @property
    def better(self) -> bool:
        """Whether the data show that the win rate lies above one half."""
        return self.rate is not None and self.rate > 0.5 and self.e_value >= 1 / ALPHA

    @property
    def worse(self) -> bool:
        return self.rate is not None and self.rate < 0.5 and self.e_value >= 1 / ALPHA


def win_rate(wins: int, ties: int, losses: int, *, prior: float = PRIOR) -> WinRate:
    """The win rate of the first over the second, with its always-valid 95 % interval."""
    n = wins + ties + losses
    if n == 0:
        return WinRate(0, 0, 0, None, 0.0, 1.0, 1.0)
    s = wins + ties / 2
    low, high = interval(s, n, prior=prior)
    return WinRate(wins, ties, losses, s / n, low, high, e_value(s, n, prior=prior))


def e_value(s: float, n: int, p: float = 0.5, *, prior: float = PRIOR) -> float:
    """Evidence against a win rate of `p`, after `s` wins (ties ½) among `n`."""
    return exp(min(_log_e(s, n, p, prior), 700.0))


def interval(
    s: float, n: int, *, alpha: float = ALPHA, prior: float = PRIOR
) -> tuple[float, float]:
    """All win rates that the data do not reject; the same whenever one looks."""
    from scipy.optimize import brentq  # 20 MB that every job would hold

    middle, bound, edge = s / n, log(1 / alpha), 1e-12

    def over(p: float) -> float:
        return _log_e(s, n, p, prior) - bound

    low = 0.0 if middle <= edge or over(edge) <= 0 else brentq(over, edge, middle)
    high = 1.0 if middle >= 1 - edge or over(1 - edge) <= 0 else brentq(over, middle, 1 - edge)
    return float(low), float(high)


def _log_e(s: float, n: int, p: float, prior: float) -> float:
    mixture = betaln(prior + s, prior + n - s) - betaln(prior, prior)
    wins = s * log(p) if s > 0 else 0.0
    losses = (n - s) * log(1 - p) if s < n else 0.0
    return float(mixture - wins - losses)
