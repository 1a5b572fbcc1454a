"""Jobs: a row, a detached child process, and locks that the kernel frees when it dies.

There is no supervisor. Whoever queues a job, ends one, starts the app or looks at the list
launches what waits. A job that was killed is found by its free lock and queued again. What a
kind of job does is known to `workbench/worker` alone, which runs `run` in the child.
"""

import os
import resource
import subprocess
import sys
import time
import traceback
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from workbench.clock import utc_now
from workbench.devices import apart
from workbench.errors import JobFailed, WorkbenchError
from workbench.locks import adopted, held, is_held, take
from workbench.records import Job
from workbench.store import Store, jobs

MOST_ATTEMPTS = 3
PROGRESS_SECONDS = 0.25
LAUNCH_SECONDS = 1.0  # between two looks for what a waiting process could start
MEMORY = {"MALLOC_MMAP_THRESHOLD_": str(4 << 20)}  # glibc gives large arrays back at once

Report = Callable[[int, int, str], None]
Work = Callable[[Store, dict[str, Any], Report], dict[str, Any]]


class Cancelled(Exception):
    """Raised inside a job at its next step after somebody asked it to stop."""


def start(
    store: Store,
    kind: str,
    arguments: dict[str, Any],
    *,
    resource: str | None = None,
    project_id: int | None = None,
) -> Job:
    """Queue a job and launch what can run; the same waiting job is not queued twice."""
    job = store.write(lambda db: jobs.add(db, utc_now(), kind, arguments, resource, project_id))
    launch(store)
    return job


def launch(store: Store) -> None:
    """Start the first queued job of each resource that no living job holds."""
    recover(store)
    with store.read() as db:
        unfinished = jobs.unfinished(db)
    busy = {one for job in unfinished if job.status == "running" for one in _resources(job)}
    for job in unfinished:
        if job.status == "queued":
            if busy.isdisjoint(_resources(job)):
                _spawn(store, job)
            busy.update(_resources(job))


def recover(store: Store) -> None:
    """Queue again what says that it runs while no process holds its lock."""
    with store.read() as db:
        running = [job for job in jobs.unfinished(db) if job.status == "running"]
    for job in running:
        if not is_held(_job_lock(store, job.id)):
            _requeue(store, job)


def _requeue(store: Store, job: Job) -> None:
    if job.attempts < MOST_ATTEMPTS:
        store.write(lambda db: jobs.requeue(db, job.id))
    else:
        _give_up(store, job)


def _give_up(store: Store, job: Job) -> None:
    message = f"The process of this job died {job.attempts} times; its log says more."
    store.write(lambda db: jobs.finish(db, utc_now(), job.id, "failed", error=message))


def _spawn(store: Store, job: Job) -> None:
    """A child that outlives this process and shares nothing with it but the workspace.

    It is born with the job's lock: nobody can start the job twice while Python starts up.
    """
    lock = take(_job_lock(store, job.id))
    if lock is None:
        return None
    if job.attempts >= MOST_ATTEMPTS:
        os.close(lock)
        return _give_up(store, job)
    store.write(lambda db: jobs.count_attempt(db, job.id))
    environment = os.environ | MEMORY | {"WORKBENCH_HOME": str(store.workspace.home)}
    with open(log_file(store, job.id), "ab") as log:
        subprocess.Popen(
            [sys.executable, "-m", "workbench.worker", str(job.id), str(lock)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env=environment,
            cwd=Path(__file__).resolve().parent.parent,
            start_new_session=True,
            pass_fds=(lock,),
        )
    os.close(lock)
    return None


def run(store: Store, job_id: int, work_of: Callable[[str], Work], lock: int) -> None:
    """The child's whole life: take the locks, claim the row, work, and say how it ended.

    `lock` is the open file with the job's lock, which the parent has taken already.
    """
    with store.read() as db:
        job = jobs.get(db, job_id)
    with ExitStack() as locks:
        locks.enter_context(adopted(lock))
        for resource in _resources(job):
            locks.enter_context(held(_resource_lock(store, resource), wait=True))
        if not store.write(lambda db: jobs.begin(db, utc_now(), job_id)):
            return
        _work(store, job, work_of)
    launch(store)


def _work(store: Store, job: Job, work_of: Callable[[str], Work]) -> None:
    result: dict[str, Any] | None = None
    error: str | None = None
    try:
        result = work_of(job.kind)(store, job.arguments, _reporter(store, job.id))
        status = "done"
    except Cancelled:
        status = "cancelled"
    except WorkbenchError as problem:
        status, error = "failed", str(problem)
    except BaseException as problem:
        traceback.print_exc()
        status, error = "failed", f"{type(problem).__name__}: {problem}"
    peak = max(peak_rss_mb(), _peak_of_children_mb())
    store.write(
        lambda db: jobs.finish(
            db, utc_now(), job.id, status, result=result, error=error, peak_rss_mb=peak
        )
    )


def _reporter(store: Store, job_id: int) -> Report:
    """Writes progress at most a few times a second, and raises Cancelled when asked to stop."""
    last_at, last_note = 0.0, ""

    def report(done: int, total: int, note: str) -> None:
        nonlocal last_at, last_note
        if note == last_note and done < total and time.monotonic() - last_at < PROGRESS_SECONDS:
            return
        last_at, last_note = time.monotonic(), note
        store.write(lambda db: jobs.progress(db, job_id, done, total, note))
        with store.read() as db:
            if jobs.cancel_requested(db, job_id):
                raise Cancelled

    return report


def wait(store: Store, job_id: int, watch: Callable[[Job], None] = lambda job: None) -> Job:
    """Follow a job to its end; a killed one is started again.

    Raises JobFailed if it failed or was cancelled.
    """
    launched = 0.0
    while True:
        with store.read() as db:
            job = jobs.get(db, job_id)
        watch(job)
        if job.status == "done":
            return job
        if job.status in ("failed", "cancelled"):
            why = (job.error or "somebody asked for it").removesuffix(".")
            raise JobFailed(
                f"The job “{job.kind}” {job.status}: {why}.",
                remedy=f"Its log is {log_file(store, job_id)}.",
            )
        if time.monotonic() - launched >= LAUNCH_SECONDS:
            launch(store)
            launched = time.monotonic()
        time.sleep(0.1)


def ahead(store: Store, job: Job) -> Job | None:
    """The first unfinished job that was queued before this one and takes what it waits for."""
    with store.read() as db:
        unfinished = jobs.unfinished(db)
    mine = set(_resources(job))
    before = (other for other in unfinished if other.id < job.id)
    return next((other for other in before if not mine.isdisjoint(_resources(other))), None)


def cancel(store: Store, job_id: int) -> None:
    store.write(lambda db: jobs.request_cancel(db, utc_now(), job_id))


def is_stale(store: Store, job: Job) -> bool:
    """Whether the row says running while no process holds its lock."""
    return job.status == "running" and not is_held(_job_lock(store, job.id))


def log_file(store: Store, job_id: int) -> Path:
    return store.workspace.logs / f"job-{job_id}.log"


def _job_lock(store: Store, job_id: int) -> Path:
    return store.workspace.locks / f"job-{job_id}.lock"


def _resources(job: Job) -> list[str]:
    """What it takes alone; “gpu-0+gpu-1” are two."""
    return apart(job.resource) if job.resource else []


def _resource_lock(store: Store, resource: str) -> Path:
    return store.workspace.locks / f"resource-{resource}.lock"


def renamed(report: Report, note: str) -> Report:
    """The same report under one name, whatever the work within calls itself."""
    return lambda done, total, _: report(done, total, note)


def peak_rss_mb() -> float:
    """This process's own high-water mark; unlike ru_maxrss it starts afresh at exec."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return 0.0


def _peak_of_children_mb() -> float:
    """The high-water mark of the largest process that this one started and saw the end of."""
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
