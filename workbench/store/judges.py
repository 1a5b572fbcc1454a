"""Judge models of a project, and their readings: what each said of a comparison in each order.

A reading has a preference, negative for the answer shown first, or an error. The lower id is shown
first, unless `swapped`.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from workbench.clock import iso
from workbench.errors import NotFound
from workbench.records import Sampling
from workbench.store import events
from workbench.store.database import Database, dumps, many, one, run
from workbench.store.judgements import COUNTED

Which = Literal["judged", "open", "all"]
AGAIN = ("rate_limited", "transient", "permanent")  # not of the judge's making: asked again


@dataclass(frozen=True)
class Judge:
    """`name` is its reviewer's."""

    reviewer_id: int
    project_id: int
    name: str
    model_id: int
    instructions: str
    sampling: Sampling


@dataclass(frozen=True)
class Reading:
    """What one reply said; `ratings` and `spans` by shown slot. `error` is a failure's code, or
    `unreadable`; `dropped` counts spans whose quote was not found.
    """

    comparison_id: int
    swapped: bool
    preference: int | None = None
    ratings: dict[int, dict[str, int]] = field(default_factory=dict)
    spans: list[dict[str, Any]] = field(default_factory=list)
    dropped: int = 0
    reason: str = ""
    reply: str = ""
    error: str | None = None
    tokens_in: int | None = None
    tokens_out: int | None = None
    cost_usd: float | None = None


_JUDGE = (
    "SELECT m.reviewer_id, m.project_id, coalesce(r.name, r.public_id) AS name, m.model_id,"
    " m.instructions, m.sampling FROM judge_models m JOIN reviewers r ON r.id = m.reviewer_id"
)


def add(
    db: Database, now: datetime, project_id: int, reviewer_id: int, model_id: int,
    instructions: str, sampling: Sampling,
) -> Judge:  # fmt: skip
    run(
        db,
        "INSERT INTO judge_models VALUES (?, ?, ?, ?, ?, ?)",
        (reviewer_id, project_id, model_id, instructions, dumps(sampling.to_json()), iso(now)),
    )
    events.append(db, now, "judge.added", project_id=project_id, subject_id=reviewer_id)
    return get(db, reviewer_id)


def get(db: Database, reviewer_id: int) -> Judge:
    row = one(db, f"{_JUDGE} WHERE m.reviewer_id = ?", (reviewer_id,))
    if row is None:
        raise NotFound(f"There is no judge model number {reviewer_id}.")
    return _judge(row)


def named(db: Database, name: str) -> Judge:
    """The judge of this name or pseudonym. Raises NotFound."""
    row = one(db, f"{_JUDGE} WHERE r.name = ? OR r.public_id = ?", (name, name))
    if row is None:
        raise NotFound(
            f"There is no judge model “{name}”.",
            field="judge",
            remedy="`python -m workbench judges list --project NAME` names them.",
        )
    return _judge(row)


def in_project(db: Database, project_id: int) -> list[Judge]:
    rows = many(db, f"{_JUDGE} WHERE m.project_id = ? ORDER BY m.reviewer_id", (project_id,))
    return [_judge(row) for row in rows]


def _judge(row: dict[str, Any]) -> Judge:
    return Judge(**row | {"sampling": Sampling.from_json(json.loads(row["sampling"]))})


_THERE = "(c.import_id IS NULL OR c.import_id IN (SELECT id FROM imports WHERE finished_at > ''))"
_CHOSEN = {
    "judged": f"EXISTS (SELECT 1 FROM judgements j JOIN reviewers r ON r.id = j.reviewer_id"
    f" WHERE j.comparison_id = c.id AND r.kind = 'human' AND {COUNTED})",
    "open": "c.open_slots > 0",
    "all": "c.retired_at IS NULL",
}


def choose(db: Database, project_id: int, which: Which, *, gold: bool) -> list[int]:
    """The comparisons of two answers among work and heldout, by id; with `gold`, that in use too,
    its training aside.
    """
    rows = db.conn.execute(
        f"SELECT c.id FROM comparisons c WHERE c.project_id = ? AND {_THERE}"
        f" AND ((c.kind IN ('work', 'heldout') AND {_CHOSEN[which]}) OR (? AND EXISTS"
        "  (SELECT 1 FROM gold g WHERE g.comparison_id = c.id AND g.active = 1)))"
        " AND (SELECT count(*) FROM comparison_completions a WHERE a.comparison_id = c.id) = 2"
        " ORDER BY c.id",
        (project_id, int(gold)),
    )
    return [row[0] for row in rows]


def pairs(db: Database, comparison_ids: list[int]) -> list[dict[str, Any]]:
    """`{id, prompt_id, turn, kind, first, second}`, the answers by rising id."""
    return many(
        db,
        "SELECT c.id, c.prompt_id, c.turn, c.kind, min(a.completion_id) AS first,"
        " max(a.completion_id) AS second FROM comparisons c"
        " JOIN comparison_completions a ON a.comparison_id = c.id"
        " WHERE c.id IN (SELECT value FROM json_each(?)) GROUP BY c.id ORDER BY c.id",
        (dumps(comparison_ids),),
    )


def read(db: Database, reviewer_id: int, comparison_ids: Iterable[int]) -> set[tuple[int, bool]]:
    """The (comparison, swapped) that need not be asked again."""
    rows = many(
        db,
        "SELECT comparison_id, swapped FROM judge_readings WHERE reviewer_id = ?"
        " AND comparison_id IN (SELECT value FROM json_each(?))"
        " AND (error IS NULL OR error NOT IN (SELECT value FROM json_each(?)))",
        (reviewer_id, dumps(list(comparison_ids)), dumps(AGAIN)),
    )
    return {(row["comparison_id"], bool(row["swapped"])) for row in rows}


def keep(db: Database, now: datetime, reviewer_id: int, new: Reading) -> None:
    """Store a reading, over one that failed on its way."""
    run(
        db,
        "INSERT OR REPLACE INTO judge_readings (reviewer_id, comparison_id, swapped, preference,"
        " ratings, spans, dropped, reason, reply, error, tokens_in, tokens_out, cost_usd,"
        " created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (reviewer_id, new.comparison_id, new.swapped, new.preference, dumps(new.ratings),
         dumps(new.spans), new.dropped, new.reason, new.reply, new.error, new.tokens_in,
         new.tokens_out, new.cost_usd, iso(now)),
    )  # fmt: skip


def both(db: Database, reviewer_id: int, comparison_id: int) -> tuple[Reading, Reading] | None:
    """The readings in both orders, where both can be read; the lower id first in the first."""
    rows = many(
        db,
        "SELECT comparison_id, swapped, preference, ratings, spans, dropped, reason, reply, error,"
        " tokens_in, tokens_out, cost_usd FROM judge_readings WHERE reviewer_id = ?"
        " AND comparison_id = ? AND error IS NULL ORDER BY swapped",
        (reviewer_id, comparison_id),
    )
    return (_reading(rows[0]), _reading(rows[1])) if len(rows) == 2 else None


def _reading(row: dict[str, Any]) -> Reading:
    ratings = {int(slot): scores for slot, scores in json.loads(row["ratings"]).items()}
    return Reading(**row | {"swapped": bool(row["swapped"]), "ratings": ratings,
                            "spans": json.loads(row["spans"])})  # fmt: skip


_BOTH = (
    "FROM judge_readings a JOIN judge_readings b ON b.reviewer_id = a.reviewer_id"
    " AND b.comparison_id = a.comparison_id AND b.swapped = 1 AND b.error IS NULL"
    " JOIN comparisons c ON c.id = a.comparison_id"
    " WHERE a.reviewer_id = ? AND a.swapped = 0 AND a.error IS NULL"
    " AND c.kind IN ('work', 'heldout')"
)


def verdicts(db: Database, reviewer_id: int) -> list[tuple[int, int, int]]:
    """(comparison, preference, preference in the other order), by comparison; both negative for the
    answer of the lower id. Work and heldout items that were read both ways.
    """
    rows = db.conn.execute(
        f"SELECT a.comparison_id, a.preference, -b.preference {_BOTH} ORDER BY a.comparison_id",
        (reviewer_id,),
    )
    return [(row[0], row[1], row[2]) for row in rows]


def counts(db: Database, reviewer_id: int) -> dict[str, Any]:
    """`{readings, unreadable, failed, dropped, tokens_in, tokens_out, cost_usd, unpriced}`."""
    row = one(
        db,
        "SELECT count(*) AS readings, coalesce(sum(error = 'unreadable'), 0) AS unreadable,"
        " coalesce(sum(error <> 'unreadable'), 0) AS failed, coalesce(sum(dropped), 0) AS dropped,"
        " coalesce(sum(tokens_in), 0) AS tokens_in, coalesce(sum(tokens_out), 0) AS tokens_out,"
        " coalesce(sum(cost_usd), 0) AS cost_usd, coalesce(sum(cost_usd IS NULL), 0) AS unpriced"
        " FROM judge_readings WHERE reviewer_id = ?",
        (reviewer_id,),
    )
    assert row is not None
    return row


def failures(db: Database, reviewer_id: int, most: int = 20) -> list[dict[str, Any]]:
    """`{comparison_id, swapped, error, reply}` of readings that gave no verdict."""
    return many(
        db,
        "SELECT comparison_id, swapped, error, reply FROM judge_readings WHERE reviewer_id = ?"
        " AND error IS NOT NULL ORDER BY comparison_id, swapped LIMIT ?",
        (reviewer_id, most),
    )
