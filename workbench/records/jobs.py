"""Long work: a row, a child process, a lock."""

from dataclasses import dataclass
from typing import Any, Literal

# Kinds of jobs that go on beside the others: nothing waits for their end.
BACKGROUND = ("quality", "effect", "economics", "leaderboard", "next_pairs", "batch", "check",
              "judge", "judge_report", "triage", "try", "export", "export_preview", "preflight",
              "gate", "score", "reward_report", "second_looks", "order_queue",
              "best_of")  # fmt: skip
JobStatus = Literal["queued", "running", "done", "failed", "cancelled"]


@dataclass(frozen=True)
class Job:
    """A row, a child process, a lock."""

    id: int
    kind: str
    arguments: dict[str, Any]
    resource: str | None
    project_id: int | None
    status: JobStatus
    attempts: int
    progress_done: int
    progress_total: int
    progress_note: str
    result: dict[str, Any] | None
    error: str | None
    created_at: str
    started_at: str | None
    finished_at: str | None
    peak_rss_mb: float | None
