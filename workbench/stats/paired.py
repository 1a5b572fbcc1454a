"""What has changed between the old and the new on the same prompts: means, rates, shares passed.

Each function takes one value a prompt for either, in the same order; a prompt's own difficulty is
then in both and cancels out. `alpha` is the error of its interval, which many measures may have to
share. It does not know whether a change is for the better.
"""

from dataclasses import dataclass
from math import sqrt

from scipy.special import ndtri

from workbench.stats import always
from workbench.stats.agreement import NOTHING, Estimate
from workbench.stats.arrays import Floats
from workbench.stats.winrate import ALPHA

PER = 1000


@dataclass(frozen=True)
class Change:
    """`difference` is new − old, with its interval; `old` and `new` are None where there is
    nothing to reckon them from.
    """

    old: float | None
    new: float | None
    difference: Estimate


UNKNOWN = Change(None, None, NOTHING)


def means(old: Floats, new: Floats, *, alpha: float = ALPHA) -> Change:
    """Of scores; the interval is valid at every look."""
    if not len(old):
        return UNKNOWN
    return Change(float(old.mean()), float(new.mean()), always.mean(new - old, alpha=alpha))


def rates(
    old: Floats, old_sizes: Floats, new: Floats, new_sizes: Floats, *, alpha: float = ALPHA
) -> Change:
    """Of counts (spans) among so much (tokens), both totals over all prompts: so many in `PER`.

    The interval is valid at every look. It is that of a difference of two ratios of means,
    linearised: W. Cochran, "Sampling Techniques", 3rd ed., 1977, section 6.3.
    """
    if not len(old) or old_sizes.sum() <= 0 or new_sizes.sum() <= 0:
        return UNKNOWN
    before, after = old.sum() / old_sizes.sum(), new.sum() / new_sizes.sum()
    pulls = _pulls(new, new_sizes, float(after)) - _pulls(old, old_sizes, float(before))
    error = always.standard_error(pulls) if len(old) >= always.LEAST else 0.0
    change = always.around(float(PER * (after - before)), PER * error, len(old), alpha=alpha)
    return Change(float(PER * before), float(PER * after), change)


def _pulls(counts: Floats, sizes: Floats, rate: float) -> Floats:
    """How much each prompt moves the rate, times the number of prompts."""
    pulls: Floats = (counts - rate * sizes) / sizes.mean()
    return pulls


def passes(both: int, lost: int, gained: int, neither: int, *, alpha: float = ALPHA) -> Change:
    """Of shares: prompts on which both passed, only the old, only the new, neither.

    The interval is for one look, such as a benchmark that is run once: A. Agresti and Y. Min,
    "Simple improved confidence intervals for comparing matched proportions", Statistics in
    Medicine 24, 2005, Wald + 2, cut at −1 and 1.
    """
    n = both + lost + gained + neither
    if not n:
        return UNKNOWN
    apart = gained - lost
    middle = apart / (n + 2)
    half = float(ndtri(1 - alpha / 2)) * sqrt(lost + gained + 1 - apart**2 / (n + 2)) / (n + 2)
    interval = Estimate(apart / n, max(-1.0, middle - half), min(1.0, middle + half), n)
    return Change((both + lost) / n, (both + gained) / n, interval)
