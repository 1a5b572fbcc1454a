"""Short ways for the tests that run real job processes: poll with a deadline, kill, and cards.

A project of the starter's cards needs no model here: each prompt comes with the right answer and
one made-up one.
"""

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

from tests.conftest import Desk
from workbench import jobs
from workbench.records import Job
from workbench.starter.cards import card_prompts
from workbench.store import Store
from workbench.store import jobs as job_rows

DEADLINE = 120.0


def until(condition: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + DEADLINE
    while not condition():
        assert time.monotonic() < deadline, f"waited {DEADLINE:.0f} s for: {what}"
        time.sleep(0.005)


def row(store: Store, job: Job) -> Job:
    with store.read() as db:
        return job_rows.get(db, job.id)


def processes(store: Store, job: Job) -> list[int]:
    """The living processes of a job, found by their command line and workspace."""
    wanted = f"workbench.worker\0{job.id}\0".encode()
    home = f"WORKBENCH_HOME={store.workspace.home}\0".encode()
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if (
                wanted in (entry / "cmdline").read_bytes()
                and home in (entry / "environ").read_bytes() + b"\0"
            ):
                found.append(int(entry.name))
        except (OSError, ValueError):
            continue
    return found


def kill_midway(store: Store, job: Job) -> None:
    """kill -9 right after the job's first step, and wait until the kernel has freed its lock."""
    until(lambda: processes(store, job), "the job's process")
    [process] = processes(store, job)

    def has_begun() -> bool:
        now = row(store, job)
        log = jobs.log_file(store, job.id).read_text()[-2000:]
        assert now.status in ("queued", "running"), f"the job ended too early: {now}\n{log}"
        assert now.status == "running" or processes(store, job), f"it died at its start:\n{log}"
        return now.progress_done > 0

    until(has_begun, "the job's first step")
    os.kill(process, signal.SIGKILL)
    until(lambda: jobs.is_stale(store, row(store, job)), "the lock of the killed job")


def add_cards(desk: Desk, count: int, *, answers: bool = True, split: str = "train") -> None:
    rows = []
    for card in card_prompts("train", count, seed=1):
        row = {"prompt": card.question, "context": card.card, "split": split}
        if answers:
            row["completions"] = {"right": card.reference, "wrong": "It is Zork."}
        rows.append(row)
    desk.import_rows(rows, kind="completions" if answers else "prompts")
