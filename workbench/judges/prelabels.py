"""Pre-labels: how people took a judge's suggestions, and whether these pull them its way.

A share of each reviewer's items comes without suggestions. How much more often people agree with
the judge where they saw them is the anchoring.
"""

from dataclasses import dataclass
from typing import Any

from workbench.stats.agreement import Estimate
from workbench.stats.shares import difference, share
from workbench.store import suggestions
from workbench.store.database import Database
from workbench.store.judges import Judge


@dataclass(frozen=True)
class Anchoring:
    """Shares of judgements that agree with the judge, with its suggestions and without, and how far
    these are apart (Newcombe's interval). `verdict`: which answer is better; `ratings`: every score
    that both gave. `accepted`, `changed`, `refused` are shares of the suggestions answered.
    """

    verdict: tuple[Estimate, Estimate, Estimate]
    ratings: tuple[Estimate, Estimate, Estimate]
    accepted: Estimate
    changed: Estimate
    refused: Estimate


def anchoring(db: Database, judge: Judge) -> Anchoring:
    rows = suggestions.judged(db, judge.project_id, judge.reviewer_id)
    rated = [row for row in rows if row["rated"]]
    answered = {key: sum(row[key] or 0 for row in rows if row["assisted"])
                for key in ("accepted", "changed", "refused")}  # fmt: skip
    total = sum(answered.values())
    return Anchoring(
        verdict=_apart([(row["assisted"], bool(row["same"])) for row in rows]),
        ratings=_apart([(row["assisted"], row["alike"] == row["rated"]) for row in rated]),
        **{key: share(n, total) for key, n in answered.items()},
    )


def _apart(rows: list[tuple[Any, bool]]) -> tuple[Estimate, Estimate, Estimate]:
    """Agreement with suggestions, without, and the first less the second."""
    seen, unseen = ([same for assisted, same in rows if assisted == which] for which in (1, 0))
    with_them, without = share(sum(seen), len(seen)), share(sum(unseen), len(unseen))
    return with_them, without, difference(without, with_them)
