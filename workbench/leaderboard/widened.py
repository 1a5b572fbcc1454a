"""Beside the claim about two variants: their win rate by people and the project's judge together,
corrected for the judge's error. It never takes the claim's place, and holds for one look.
"""

from dataclasses import asdict, dataclass
from typing import Any

from workbench.judges.widening import Widened, load, widened
from workbench.records import Project
from workbench.store import judges
from workbench.store.database import Database

Json = dict[str, Any]


@dataclass(frozen=True)
class Line:
    """Win rates of `first` over `second` (value, low, high, items): `rate` by both, `people` by
    people alone on the same prompts. `beside` prompts were judged by both, `alone` by the judge
    only; `weight` is how far the judge is heard. Without `random` the correction does not hold.
    """

    judge: str
    first: int
    second: int
    random: bool
    beside: int
    alone: int
    weight: float
    rate: Json
    people: Json


def lines(db: Database, project: Project) -> Json | None:
    """`{judge, pairs}` for the report; None where the project's switch is off."""
    assist = project.settings.assist
    if not assist.widening or assist.judge is None:
        return None
    known = load(db, judges.named(db, assist.judge))
    found = [_line(assist.judge, pair, widened(known, *pair)) for pair in known.pairs]
    return {"judge": assist.judge, "pairs": [asdict(one) for one in found]}


def _line(judge: str, pair: tuple[int, int], found: Widened) -> Line:
    both = found.powered()
    return Line(
        judge, *pair, found.random, len(found.people), len(found.judge_alone), both.tuning,
        asdict(both.rate), asdict(both.people),
    )  # fmt: skip


def line_of(report: Json, first: int, second: int) -> Line | None:
    """The line about two variants, by a leaderboard's report; None where there is none."""
    for one in (report.get("widened") or {"pairs": []})["pairs"]:
        if (one["first"], one["second"]) == (first, second):
            return Line(**one)
        if (one["second"], one["first"]) == (first, second):
            turned = {key: _turned(one[key]) for key in ("rate", "people")}
            return Line(**one | turned | {"first": first, "second": second})
    return None


def _turned(rate: Json) -> Json:
    """The same as the other one's win rate."""
    if rate["value"] is None:
        return rate
    return rate | {"value": 1 - rate["value"], "low": 1 - rate["high"], "high": 1 - rate["low"]}


def words(line: Line) -> str:
    """The line in words, always under its own name."""
    if not line.random:
        return (
            f"Not widened by judge {line.judge}: after triage, what people judged is no random"
            " sample, so its error cannot be corrected for."
        )
    if line.rate["value"] is None:
        return f"Not widened by judge {line.judge}: it has read nothing here that people judged."
    return (
        f"Widened by judge {line.judge}, corrected for its error: {_said(line.rate)}; people alone:"
        f" {_said(line.people)}; valid for one look. {line.beside} prompts by both, {line.alone}"
        " by the judge alone."
    )


def _said(rate: Json) -> str:
    return f"{_points(rate['value'])} % ({_points(rate['low'])} to {_points(rate['high'])})"


def _points(share: float) -> str:
    return f"{100 * share:.0f}"
