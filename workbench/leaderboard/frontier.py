"""Cost against quality: which variants no cheaper one equals."""

from collections.abc import Sequence


def frontier(points: Sequence[tuple[float, float]]) -> list[bool]:
    """Of each (cost, strength) whether no other is as cheap and as strong (Pareto's optimum); of
    equals, all are.
    """
    return [not any(_beats(other, point) for other in points) for point in points]


def _beats(other: tuple[float, float], point: tuple[float, float]) -> bool:
    return other != point and other[0] <= point[0] and other[1] >= point[1]
