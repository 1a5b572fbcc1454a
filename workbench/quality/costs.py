"""What judging costs in hours and money: per judgement, consensus label and exported pair.

Pay is what a lead entered for each reviewer; where it is not known, so is every sum with it.
"""

from dataclasses import dataclass
from typing import Any, Protocol

from workbench.store.reviewers import Pay


class Worked(Protocol):
    """What somebody judged, of which so many were timed, and took so many hours."""

    @property
    def judged(self) -> int: ...
    @property
    def timed(self) -> int: ...
    @property
    def hours(self) -> float: ...


@dataclass(frozen=True)
class Cost:
    """`hours` are those that were timed; `money` None where some pay or time is unknown."""

    judgements: int
    hours: float
    money: float | None

    def per(self, number: int) -> dict[str, float | None]:
        """Seconds and money for each of `number` things."""
        return {
            "seconds": 3600 * self.hours / number if number else None,
            "money": self.money / number if number and self.money is not None else None,
        }


def of(one: Worked, pay: Pay | None) -> Cost:
    """What a reviewer's judgements cost; untimed ones are taken for as long as the others."""
    hours = one.hours * one.judged / one.timed if one.timed else 0.0
    return Cost(one.judged, hours, _money(one, pay, hours))


def _money(one: Worked, pay: Pay | None, hours: float) -> float | None:
    if pay is None:
        return None
    if pay.per == "item":
        return pay.amount * one.judged
    return pay.amount * hours if one.timed else None


def of_all(costs: list[Cost]) -> Cost:
    known = [cost.money for cost in costs if cost.money is not None]
    money = sum(known) if known and len(known) == len(costs) else None
    return Cost(sum(c.judgements for c in costs), sum(c.hours for c in costs), money)


def to_json(total: Cost, labels: int, pairs: int) -> dict[str, Any]:
    return {
        "hours": total.hours,
        "money": total.money,
        "per_judgement": total.per(total.judgements),
        "per_label": total.per(labels),
        "per_pair": total.per(pairs),
    }
