"""What was bought for the money: points of win rate that are proven, and what one of them cost.

A point is proven if the whole interval lies above it: the lower end, less one half. What is not
proven has no price. Tuning is measured against the model to beat, an edit of a prompt against the
version before it, so the two add up only roughly; the answers and judgements of an edit are its
cost, for each model that answered both versions, while the hours of whoever wrote it are not known.
"""

from typing import Any

from workbench.leaderboard.duels import BOTH, duels
from workbench.leaderboard.regression import Step, steps
from workbench.leaderboard.report import told
from workbench.quality.kept import Kinds
from workbench.quality.votes import Votes
from workbench.records import Project
from workbench.rounds.spending import added, of_edit
from workbench.stats.winrate import WinRate
from workbench.store.database import Database

POINTS = 100
EVEN = 0.5
Json = dict[str, Any]


def bought(won: WinRate, cost: float | None) -> Json:
    """`{rate, low, high, n, points, cost, per_point}`; `points` and `per_point` are None where
    nothing is proven, `per_point` also where the cost is not known.
    """
    points = POINTS * (won.low - EVEN) if won.better else None
    return {
        "rate": won.rate, "low": won.low, "high": won.high, "n": won.n,
        "points": points,
        "cost": cost,
        "per_point": cost / points if points and cost is not None else None,
    }  # fmt: skip


def edits(db: Database, project: Project, kinds: Kinds, paid: Votes) -> list[Json]:
    """Each version of a template against the one before, by model: `{template, model, sampling,
    old, new, cost, bought}`, steps that nobody judged left out; `paid` are the votes of people.
    """
    met = told(duels(db, project.id, kinds, comparison_kinds=BOTH))
    return [_edit(db, project, step, paid) for step in steps(met) if step.meeting.result.n]


def _edit(db: Database, project: Project, step: Step, paid: Votes) -> Json:
    cost = of_edit(db, project, (step.before, step.after), paid)
    return {
        "template": step.template, "model": step.model, "sampling": step.sampling,
        "old": step.old, "new": step.new,
        "cost": cost.to_json(),
        "bought": bought(step.meeting.result, cost.total),
    }  # fmt: skip


def per_point(all_bought: list[Json]) -> float | None:
    """What one proven point cost over all of these, what proved nothing included; None where
    nothing is proven or a cost is not known.
    """
    cost = added([one["cost"] for one in all_bought])
    points = sum(one["points"] or 0.0 for one in all_bought)
    return cost / points if points and cost is not None else None


def which_bought_more(found: Json, currency: str) -> str:
    """Prompt edits or tuning, in one sentence; `found` is the report of `economics`."""
    tuned = [one["bought"] for one in found["rounds"] if one["bought"] and one["bought"]["n"]]
    edited = [one["bought"] for one in found["edits"]]
    if not tuned or not edited:
        missing = "tuned model" if not tuned else "edited prompt"
        return f"Prompt edits and tuning cannot be compared yet: no {missing} was judged."
    tuning, editing = per_point(tuned[-1:]), per_point(edited)
    if tuning is not None and editing is not None:
        more = "Tuning" if tuning < editing else "Editing prompts"
        return (
            f"{more} bought more for its money: a proven point of win rate cost {amount(tuning)}"
            f" {currency} by tuning and {amount(editing)} {currency} by prompt edits."
        )
    return (
        f"Proven points of win rate: {_points(tuned[-1:])} by tuning, {_points(edited)} by edits."
    )


def amount(money: float) -> str:
    """“12.50”; four decimals below a tenth, where two would look like nothing."""
    return f"{money:,.4f}" if 0 < money < 0.1 else f"{money:,.2f}"


def _points(all_bought: list[Json]) -> str:
    return f"{sum(one['points'] or 0.0 for one in all_bought):.1f}"
