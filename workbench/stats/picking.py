"""Which pair of systems to compare next: the one whose order is most in doubt, mostly.

A pair is drawn with a chance in proportion to that of its order being wrong, Φ(−|Δ| / se), mixed
with a share that is drawn evenly: picking by doubt alone biases the strengths. Keep each pick's
chance: it says afterwards how the pairs came to be compared.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from workbench.errors import InvalidInput
from workbench.stats.arrays import Floats
from workbench.stats.ranking import Strengths
from workbench.stats.standings import differences

EVENLY = 0.30


@dataclass(frozen=True)
class Pick:
    """Two systems, the lower code first, and the chance that this pair was drawn."""

    first: int
    second: int
    chance: float


def chances(found: Strengths, *, evenly: float = EVENLY) -> Floats:
    """Systems × systems: the chance of each pair, above the diagonal; they sum to 1.

    Pairs that nothing connects are the most doubtful. Raises InvalidInput below two systems.
    """
    gaps, errors = differences(found)
    above = np.triu(np.ones(gaps.shape, dtype=bool), 1)
    if not above.any():
        raise InvalidInput("There is no pair to pick.", remedy="Add a second system.")
    sure = np.divide(np.abs(gaps), errors, out=np.full(gaps.shape, np.inf), where=errors > 0)
    doubt = np.where(above, ndtr(-sure), 0.0)
    even: Floats = above / above.sum()
    if doubt.sum() == 0:
        return even
    mixed: Floats = (1 - evenly) * doubt / doubt.sum() + evenly * even
    return mixed


def draw(chosen: Floats, generator: np.random.Generator) -> Pick:
    """One pair by these chances; the same from the same state of the generator."""
    sums = chosen.cumsum()
    at = int(np.searchsorted(sums, generator.random() * sums[-1], side="right"))
    first, second = divmod(at, len(chosen))
    return Pick(first, second, float(chosen[first, second]))
