"""Job rows. Who runs them, and what they do, is known elsewhere."""

import json
from datetime import datetime
from typing import Any

from workbench.clock import iso
from workbench.errors import NotFound
from workbench.records import BACKGROUND, Job
from workbench.store.database import Database, dumps, many, one, run, value


def add(
    db: Database,
    now: datetime,
    kind: str,
    arguments: dict[str, Any],
    resource: str | None,
    project_id: int | None,
) -> Job:
    """Queue a job; one that waits with the same kind and arguments is not queued twice."""
    waiting = one(
        db,
        "SELECT * FROM jobs WHERE status IN ('queued', 'running') AND kind = ? AND arguments = ?",
        (kind, dumps(arguments)),
    )
    if waiting:
        return _job(waiting)
    job_id = value(
        db,
        "INSERT INTO jobs (kind, arguments, resource, project_id, status, created_at)"
        " VALUES (?, ?, ?, ?, 'queued', ?) RETURNING id",
        (kind, dumps(arguments), resource, project_id, iso(now)),
    )
    return get(db, int(job_id))


def get(db: Database, job_id: int) -> Job:
    row = one(db, "SELECT * FROM jobs WHERE id = ?", (job_id,))
    if row is None:
        raise NotFound(f"There is no job number {job_id}.")
    return _job(row)


def unfinished(db: Database) -> list[Job]:
    rows = many(db, "SELECT * FROM jobs WHERE status IN ('queued', 'running') ORDER BY id")
    return [_job(row) for row in rows]


def all_under_way(db: Database, project_id: int, kind: str | None = None) -> list[Job]:
    """The project's unfinished jobs of a kind; without one, those that change something."""
    return [
        job
        for job in unfinished(db)
        if job.project_id == project_id
        and (job.kind == kind if kind else job.kind not in BACKGROUND)
    ]


def under_way(db: Database, project_id: int, kind: str | None = None) -> Job | None:
    """The first of them."""
    return next(iter(all_under_way(db, project_id, kind)), None)


def recent(db: Database, project_id: int, kind: str | None = None, limit: int = 10) -> list[Job]:
    rows = many(
        db,
        "SELECT * FROM jobs WHERE project_id = ? AND (? IS NULL OR kind = ?)"
        " ORDER BY id DESC LIMIT ?",
        (project_id, kind, kind, limit),
    )
    return [_job(row) for row in rows]


def of_grid(db: Database, kind: str, grid_id: int) -> list[Job]:
    """All jobs of a kind that worked on a grid, the newest first."""
    rows = many(
        db,
        "SELECT * FROM jobs WHERE kind = ? AND json_extract(arguments, '$.grid_id') = ?"
        " ORDER BY id DESC",
        (kind, grid_id),
    )
    return [_job(row) for row in rows]


def begin(db: Database, now: datetime, job_id: int) -> bool:
    """Queued → running; False if it is queued no more."""
    return bool(
        run(
            db,
            "UPDATE jobs SET status = 'running', started_at = ? WHERE id = ? AND status = 'queued'",
            (iso(now), job_id),
        )
    )


def count_attempt(db: Database, job_id: int) -> None:
    """A process is about to be started for it, whether or not it gets as far as to begin."""
    run(db, "UPDATE jobs SET attempts = attempts + 1 WHERE id = ?", (job_id,))


def requeue(db: Database, job_id: int) -> None:
    """Running → queued: its process is gone."""
    run(db, "UPDATE jobs SET status = 'queued' WHERE id = ? AND status = 'running'", (job_id,))


def progress(db: Database, job_id: int, done: int, total: int, note: str) -> None:
    run(
        db,
        "UPDATE jobs SET progress_done = ?, progress_total = ?, progress_note = ? WHERE id = ?",
        (done, total, note, job_id),
    )


def finish(
    db: Database,
    now: datetime,
    job_id: int,
    status: str,
    *,
    result: dict[str, Any] | None = None,
    error: str | None = None,
    peak_rss_mb: float | None = None,
) -> None:
    run(
        db,
        "UPDATE jobs SET status = ?, result = ?, error = ?, peak_rss_mb = ?, finished_at = ?"
        " WHERE id = ? AND status IN ('queued', 'running')",
        (status, dumps(result) if result is not None else None, error, peak_rss_mb, iso(now),
         job_id),
    )  # fmt: skip


def request_cancel(db: Database, now: datetime, job_id: int) -> None:
    """A queued job ends at once, a running one at its next step. Raises NotFound."""
    get(db, job_id)
    run(db, "UPDATE jobs SET cancel_requested = 1 WHERE id = ?", (job_id,))
    run(
        db,
        "UPDATE jobs SET status = 'cancelled', finished_at = ? WHERE id = ? AND status = 'queued'",
        (iso(now), job_id),
    )


def cancel_requested(db: Database, job_id: int) -> bool:
    return bool(value(db, "SELECT cancel_requested FROM jobs WHERE id = ?", (job_id,)))


def _job(row: dict[str, Any]) -> Job:
    return Job(
        id=row["id"],
        kind=row["kind"],
        arguments=json.loads(row["arguments"]),
        resource=row["resource"],
        project_id=row["project_id"],
        status=row["status"],
        attempts=row["attempts"],
        progress_done=row["progress_done"],
        progress_total=row["progress_total"],
        progress_note=row["progress_note"],
        result=json.loads(row["result"]) if row["result"] else None,
        error=row["error"],
        created_at=row["created_at"],
        started_at=row["started_at"],
        finished_at=row["finished_at"],
        peak_rss_mb=row["peak_rss_mb"],
    )
