"""Grids: which variants answer which prompts, under one budget; and the ledger of what was sent.

A request is entered before it is sent, with the most that it can cost; when its outcome is known
it is settled. What was never settled was under way when a process died: it stays committed, and
so does the most that attempts can have cost that broke off before the one that settled it.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from workbench.clock import iso
from workbench.errors import NotFound
from workbench.store.database import Database, dumps, many, one, run, value


@dataclass(frozen=True)
class Grid:
    """`committed_usd` is what was paid and what is under way at most; `plan` is JSON."""

    id: int
    project_id: int
    title: str
    plan: dict[str, Any]
    budget_usd: float | None
    committed_usd: float
    stopped_at: str | None
    created_at: str


@dataclass(frozen=True)
class Entry:
    """One request about to be sent; `most_usd` is None where the price is unknown."""

    grid_id: int | None
    prompt_id: int
    variant_id: int
    sample_index: int
    most_usd: float | None


@dataclass(frozen=True)
class Settlement:
    """How a request ended: `outcome` is `answered` or a failure's code; no `cost_usd`: unknown.
    `broken` attempts before that broke off; each may have cost as much as a whole one.
    """

    outcome: str
    tokens_in: int | None
    tokens_out: int | None
    cost_usd: float | None
    broken: int = 0


def create(
    db: Database, now: datetime, project_id: int, title: str, plan: dict[str, Any],
    budget_usd: float | None,
) -> Grid:  # fmt: skip
    grid_id = value(
        db,
        "INSERT INTO grids (project_id, title, plan, budget_usd, created_at)"
        " VALUES (?, ?, ?, ?, ?) RETURNING id",
        (project_id, title, dumps(plan), budget_usd, iso(now)),
    )
    return get(db, int(grid_id))


def get(db: Database, grid_id: int) -> Grid:
    row = one(db, "SELECT * FROM grids WHERE id = ?", (grid_id,))
    if row is None:
        raise NotFound(f"There is no grid number {grid_id}.")
    return Grid(**row | {"plan": json.loads(row["plan"])})


def in_project(db: Database, project_id: int, most: int = 20) -> list[Grid]:
    """The newest first."""
    rows = many(
        db, "SELECT * FROM grids WHERE project_id = ? ORDER BY id DESC LIMIT ?", (project_id, most)
    )
    return [Grid(**row | {"plan": json.loads(row["plan"])}) for row in rows]


def enter(db: Database, now: datetime, entry: Entry) -> int | None:
    """The number of the ledger's new line; None if the budget has no room for it, which stops
    the grid.
    """
    e = entry
    if e.grid_id is not None and not _commit(db, e.grid_id, e.most_usd or 0.0):
        run(db, "UPDATE grids SET stopped_at = ? WHERE id = ?", (iso(now), e.grid_id))
        return None
    return int(
        value(
            db,
            "INSERT INTO ledger (grid_id, prompt_id, variant_id, sample_index, most_usd, sent_at)"
            " VALUES (?, ?, ?, ?, ?, ?) RETURNING id",
            (e.grid_id, e.prompt_id, e.variant_id, e.sample_index, e.most_usd, iso(now)),
        )
    )


def _commit(db: Database, grid_id: int, usd: float) -> bool:
    return bool(
        run(
            db,
            "UPDATE grids SET committed_usd = committed_usd + :usd WHERE id = :id"
            " AND (budget_usd IS NULL OR committed_usd + :usd <= budget_usd)",
            {"id": grid_id, "usd": usd},
        )
    )


def settle(db: Database, now: datetime, line: int, how: Settlement) -> None:
    """What a request of unknown cost could have cost at most stays committed."""
    row = one(
        db,
        "UPDATE ledger SET settled_at = ?, outcome = ?, tokens_in = ?, tokens_out = ?,"
        " cost_usd = ?, broken = ?"
        " WHERE id = ? AND settled_at IS NULL RETURNING grid_id, most_usd",
        (iso(now), how.outcome, how.tokens_in, how.tokens_out, how.cost_usd, how.broken, line),
    )
    if row and row["grid_id"] and row["most_usd"] is not None:
        known = 0.0 if how.cost_usd is None else how.cost_usd - row["most_usd"]
        run(
            db,
            "UPDATE grids SET committed_usd = committed_usd + ? WHERE id = ?",
            (known + how.broken * row["most_usd"], row["grid_id"]),
        )


def spending(db: Database, grid_id: int) -> list[dict[str, Any]]:
    """By variant: `{variant_id, requests, answered, open, cost_usd, open_usd, unpriced, broken,
    broken_usd}`; `open` were sent and have no outcome (yet), `unpriced` have one whose cost is
    unknown, `broken` attempts broke off before that outcome. The most, in USD, beside them.
    """
    return many(
        db,
        """
        SELECT variant_id, count(*) AS requests, sum(outcome = 'answered') AS answered,
               sum(settled_at IS NULL) AS open, coalesce(sum(cost_usd), 0) AS cost_usd,
               coalesce(sum(CASE WHEN settled_at IS NULL THEN most_usd END), 0) AS open_usd,
               sum(settled_at IS NOT NULL AND cost_usd IS NULL) AS unpriced,
               sum(broken) AS broken, coalesce(sum(broken * most_usd), 0) AS broken_usd
        FROM ledger WHERE grid_id = ? GROUP BY variant_id ORDER BY variant_id
        """,
        (grid_id,),
    )


def resume(db: Database, grid_id: int, budget_usd: float | None) -> None:
    """Let a stopped grid go on under another budget."""
    run(
        db,
        "UPDATE grids SET budget_usd = ?, stopped_at = NULL WHERE id = ?",
        (budget_usd, grid_id),
    )
