"""Repeats: work that a reviewer judged a while ago, laid before them again, sides swapped.

Like gold, a repeat wants no votes of its own and stands in no queue.
"""

import json
from datetime import datetime
from typing import Any

from workbench.store import comparisons
from workbench.store.comparisons import NewComparison
from workbench.store.database import Database, one, value


def candidate(
    db: Database, project_id: int, reviewer_id: int, distance: int
) -> dict[str, Any] | None:
    """`{comparison_id, prompt_id, turn, shown}` of a piece of work that this reviewer judged
    `distance` judgements ago and has not met again.
    """
    found = one(
        db,
        "SELECT c.id AS comparison_id, c.prompt_id, c.turn, j.shown"
        " FROM judgements j CROSS JOIN comparisons c ON c.id = j.comparison_id"
        " WHERE j.reviewer_id = :reviewer AND c.project_id = :project AND c.kind = 'work'"
        " AND j.current = 1 AND j.withdrawn_at IS NULL AND j.lease_id IS NOT NULL"
        " AND NOT EXISTS (SELECT 1 FROM comparisons r"
        "  CROSS JOIN leases l ON l.comparison_id = r.id WHERE r.project_id = :project"
        "  AND r.kind = 'repeat' AND r.fingerprint = c.fingerprint"
        "  AND l.reviewer_id = :reviewer AND l.status IN ('held', 'submitted'))"
        " ORDER BY j.id DESC LIMIT 1 OFFSET :distance",
        {"project": project_id, "reviewer": reviewer_id, "distance": distance},
    )
    return found | {"shown": json.loads(found["shown"])} if found else None


def ensure(db: Database, now: datetime, project_id: int, work: dict[str, Any]) -> int:
    """The comparison under which a piece of work is met again, by whomever."""
    new = NewComparison(
        project_id=project_id,
        prompt_id=work["prompt_id"],
        completion_ids=tuple(sorted(work["shown"])),
        wanted=0,
        turn=work["turn"],
        kind="repeat",
        repeat_of=work["comparison_id"],
    )
    return comparisons.ensure(db, now, new)[0]


def first_verdict(db: Database, comparison_id: int, reviewer_id: int) -> dict[str, Any] | None:
    """What this reviewer said when they judged the work for the first time."""
    row = one(
        db,
        "SELECT id, winner_id, ranking FROM judgements"
        " WHERE comparison_id = ? AND reviewer_id = ? AND current = 1",
        (comparison_id, reviewer_id),
    )
    return row | {"ranking": json.loads(row["ranking"] or "null")} if row else None


def scores(db: Database, judgement_id: int) -> dict[tuple[int, str], int]:
    """(completion, criterion) → score of one judgement."""
    body = value(
        db,
        "SELECT json_group_array(json_array(completion_id, criterion, score)) FROM ratings"
        " WHERE judgement_id = ?",
        (judgement_id,),
    )
    return {(completion, criterion): score for completion, criterion, score in json.loads(body)}
