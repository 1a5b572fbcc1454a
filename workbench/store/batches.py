"""Batches: files of requests that an endpoint answers within a day, followed across restarts."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from workbench.clock import iso
from workbench.errors import NotFound
from workbench.store import grids
from workbench.store.database import Database, many, one, run, value

Status = Literal["written", "submitted", "finished", "fetched", "failed"]


@dataclass(frozen=True)
class Batch:
    """`file` holds the requests; `remote_id` is the endpoint's own name once it is submitted.

    written → submitted → finished (or expired, which is finished as well) → fetched; or failed.
    """

    id: int
    grid_id: int
    model_id: int
    file: str
    requests: int
    remote_id: str | None
    status: Status
    note: str
    fetched: int
    failed: int
    created_at: str
    submitted_at: str | None
    finished_at: str | None


def add(
    db: Database, now: datetime, grid_id: int, model_id: int, file: str, requests: int
) -> Batch:
    batch_id = value(
        db,
        "INSERT INTO batches (grid_id, model_id, file, requests, status, created_at)"
        " VALUES (?, ?, ?, ?, 'written', ?) RETURNING id",
        (grid_id, model_id, file, requests, iso(now)),
    )
    return get(db, int(batch_id))


def get(db: Database, batch_id: int) -> Batch:
    row = one(db, "SELECT * FROM batches WHERE id = ?", (batch_id,))
    if row is None:
        raise NotFound(f"There is no batch number {batch_id}.")
    return Batch(**row)


def in_project(db: Database, project_id: int) -> list[Batch]:
    rows = many(
        db,
        "SELECT b.* FROM batches b JOIN grids g ON g.id = b.grid_id WHERE g.project_id = ?"
        " ORDER BY b.id DESC",
        (project_id,),
    )
    return [Batch(**row) for row in rows]


def submitted(db: Database, now: datetime, batch_id: int, remote_id: str) -> None:
    run(
        db,
        "UPDATE batches SET remote_id = ?, status = 'submitted', submitted_at = ? WHERE id = ?",
        (remote_id, iso(now), batch_id),
    )


def move(db: Database, batch_id: int, status: Status, note: str = "") -> None:
    run(db, "UPDATE batches SET status = ?, note = ? WHERE id = ?", (status, note, batch_id))


def fetched(db: Database, now: datetime, batch_id: int, answered: int, failed: int) -> None:
    run(
        db,
        "UPDATE batches SET status = 'fetched', fetched = ?, failed = ?, finished_at = ?"
        " WHERE id = ?",
        (answered, failed, iso(now), batch_id),
    )


def waiting(db: Database, variant_id: int) -> set[tuple[int, int]]:
    """(prompt, sample) of what stands in a batch that was not fetched."""
    rows = many(
        db,
        "SELECT l.prompt_id, l.sample_index FROM ledger l WHERE l.variant_id = ?"
        " AND l.settled_at IS NULL AND EXISTS (SELECT 1 FROM batches b WHERE b.grid_id = l.grid_id"
        "  AND b.status IN ('written', 'submitted', 'finished'))",
        (variant_id,),
    )
    return {(row["prompt_id"], row["sample_index"]) for row in rows}


def give_up(db: Database, now: datetime, batch_id: int, note: str) -> None:
    """The endpoint refused it: nothing of it was answered, and nothing is to be paid."""
    batch = get(db, batch_id)
    move(db, batch_id, "failed", note)
    for line in sent(db, batch.grid_id).values():
        if line["model_id"] == batch.model_id:
            grids.settle(db, now, line["id"], grids.Settlement("permanent", None, None, 0.0))


def sent(db: Database, grid_id: int) -> dict[tuple[int, int, int], dict[str, Any]]:
    """(prompt, variant, sample) → `{id, model_id}`: the open lines of a grid's ledger."""
    rows = many(
        db,
        "SELECT l.id, l.prompt_id, l.variant_id, l.sample_index, v.model_id FROM ledger l"
        " JOIN variants v ON v.id = l.variant_id WHERE l.grid_id = ? AND l.settled_at IS NULL",
        (grid_id,),
    )
    return {(r["prompt_id"], r["variant_id"], r["sample_index"]): r for r in rows}
