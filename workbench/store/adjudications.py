"""Rulings: what a lead decided about an item; the newest one of each is current."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from workbench.clock import iso
from workbench.store import events
from workbench.store.database import Database, dumps, many, one, run, value


@dataclass(frozen=True)
class Ruling:
    """The verdict by completion: a winner with a strength, or tie groups; neither is a tie."""

    winner_id: int | None = None
    strength: int = 0
    ranking: tuple[tuple[int, ...], ...] | None = None
    all_bad: bool = False


def rule(
    db: Database, now: datetime, comparison_id: int, lead_id: int, ruling: Ruling, note: str
) -> int:
    """Store a ruling in the place of an earlier one; returns its id."""
    shown = value(
        db,
        "SELECT json_group_array(completion_id) FROM comparison_completions"
        " WHERE comparison_id = ?",
        (comparison_id,),
    )
    run(db, "UPDATE adjudications SET current = 0 WHERE comparison_id = ?", (comparison_id,))
    ruling_id = value(
        db,
        "INSERT INTO adjudications (comparison_id, reviewer_id, ruling, note, winner_id, verdict,"
        " created_at) VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING id",
        (comparison_id, lead_id, dumps(vars(ruling)), note, ruling.winner_id,
         _verdict(ruling, sorted(json.loads(shown))), iso(now)),
    )  # fmt: skip
    project_id = value(db, "SELECT project_id FROM comparisons WHERE id = ?", (comparison_id,))
    events.append(
        db, now, "item.ruled", project_id=project_id, reviewer_id=lead_id, subject_id=comparison_id
    )
    return int(ruling_id)


def _verdict(ruling: Ruling, pair: list[int]) -> int | None:
    """As `store.votes` codes verdicts: by the order of the two answers' ids, 2 for a tie."""
    if len(pair) != 2:
        return None
    if ruling.all_bad or ruling.winner_id is None:
        return 2
    return pair.index(ruling.winner_id)


def current(db: Database, comparison_id: int) -> Ruling | None:
    row = one(
        db,
        "SELECT ruling FROM adjudications WHERE comparison_id = ? AND current = 1",
        (comparison_id,),
    )
    return _ruling(row["ruling"]) if row else None


def in_project(db: Database, project_id: int) -> dict[int, Ruling]:
    """The current ruling of each ruled comparison."""
    rows = many(
        db,
        "SELECT a.comparison_id, a.ruling FROM adjudications a"
        " JOIN comparisons c ON c.id = a.comparison_id WHERE c.project_id = ? AND a.current = 1",
        (project_id,),
    )
    return {row["comparison_id"]: _ruling(row["ruling"]) for row in rows}


def _ruling(body: str) -> Ruling:
    said: dict[str, Any] = json.loads(body)
    ranking = said["ranking"]
    return Ruling(
        said["winner_id"], said["strength"],
        tuple(tuple(tier) for tier in ranking) if ranking else None, said["all_bad"],
    )  # fmt: skip
