"""The top of a concave function, by damped Newton steps."""

from collections.abc import Callable

import numpy as np

from workbench.stats.arrays import Floats

ROUNDS = 100
CLOSE = 3e-4  # a Newton step doubles the digits: the last one leaves about 1e-8

# The value at a point, its gradient, and its negated second derivatives (or their expectation).
Surface = Callable[[Floats], tuple[float, Floats, Floats]]


def climb(start: Floats, surface: Surface) -> tuple[Floats, Floats]:
    """Where the top is, and the negated second derivatives there, which must never be singular."""
    at = start
    value, slope, bend = surface(at)
    for _ in range(ROUNDS):
        step = np.linalg.solve(bend, slope)
        ahead = surface(at + step)
        while ahead[0] < value - 1e-9 * (1 + abs(value)):
            step /= 2
            ahead = surface(at + step)
        at = at + step
        value, slope, bend = ahead
        if np.abs(step).max(initial=0.0) < CLOSE:
            break
    return at, bend
