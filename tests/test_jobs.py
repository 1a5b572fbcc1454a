"""Jobs: killed ones run again, one at a time for each resource, and their end is always told.

The work is that of a simulated reviewer, which needs no model; the processes are real.
"""

import re
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest

from tests.conftest import START, Desk, slots_are_sound
from tests.running import add_cards, kill_midway, processes, row, until
from workbench import job_titles, jobs
from workbench.errors import JobFailed
from workbench.jobs import MOST_ATTEMPTS
from workbench.locks import take
from workbench.records import Job
from workbench.settings import REPOSITORY as ROOT
from workbench.store import Database, Store
from workbench.store import jobs as job_rows
from workbench.worker.kinds import WORK, work_of

PAIRS = 400


@pytest.fixture
def cards(make_desk: Callable[..., Desk]) -> Iterator[Desk]:
    """A project of cards with pairs to judge; no job outlives its test."""
    desk = make_desk("cards", starter=True)
    add_cards(desk, PAIRS)
    desk.open()
    yield desk
    with desk.store.read() as db:
        left = job_rows.unfinished(db)
    for job in left:
        jobs.cancel(desk.store, job.id)
        until(lambda job=job: not processes(desk.store, job), "the last job's end")


def simulate(desk: Desk, *, seed: int = 0, resource: str | None = None, **how: object) -> Job:
    arguments = {"project": desk.project.slug, "accuracy": 1.0, "seed": seed} | how
    return jobs.start(desk.store, "simulate", arguments, resource=resource)


def judged(desk: Desk) -> int:
    return len(desk.counted("simulated"))


def test_a_killed_job_is_run_again_and_finishes(cards: Desk) -> None:
    job = simulate(cards)
    kill_midway(cards.store, job)
    before = judged(cards)
    jobs.launch(cards.store)
    done = jobs.wait(cards.store, job.id)
    assert (done.status, done.attempts) == ("done", 2)
    assert 0 < before < PAIRS == judged(cards)
    assert done.finished_at
    assert (done.peak_rss_mb or 0) > 10
    with cards.store.read() as db:
        assert slots_are_sound(db)


def test_a_failed_job_says_why(desk: Desk) -> None:
    job = simulate(desk)
    with pytest.raises(JobFailed, match="Simulated reviewers know the starter's cards"):
        jobs.wait(desk.store, job.id)
    failed = row(desk.store, job)
    assert failed.status == "failed"
    assert "other prompts" in (failed.error or "")


def test_jobs_for_one_resource_run_one_after_the_other(cards: Desk) -> None:
    first, second = (simulate(cards, seed=i, resource="cpu", most=20) for i in (1, 2))
    for job in (first, second):
        jobs.wait(cards.store, job.id)
    one, two = row(cards.store, first), row(cards.store, second)
    assert one.finished_at
    assert two.started_at
    assert one.finished_at <= two.started_at
    assert judged(cards) == 40


def test_launching_many_times_starts_a_job_once(cards: Desk) -> None:
    job = simulate(cards)
    for _ in range(10):
        jobs.launch(cards.store)
    until(lambda: processes(cards.store, job), "the job's process")
    assert len(processes(cards.store, job)) == 1
    jobs.cancel(cards.store, job.id)


# The rows, without processes


def queued(desk: Desk, kind: str = "simulate", **arguments: object) -> Job:
    return desk.store.write(lambda db: job_rows.add(db, START, kind, arguments, None, None))


def test_every_kind_of_job_has_a_title() -> None:
    assert set(job_titles.TITLES) == set(WORK)


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        ("cpu", "cpu", "Training waits for job 1: Simulated reviewers judge."),
        ("cpu", "gpu-0", "Training waits for its turn."),
        ("gpu-0+gpu-1", "gpu-1", "Training waits for job 1: Simulated reviewers judge."),
        (None, "cpu", "Training waits for its turn."),
    ],
)
def test_a_job_that_waits_says_for_what(
    desk: Desk, first: str | None, second: str, said: str
) -> None:
    def write(db: Database) -> Job:
        job_rows.add(db, START, "simulate", {}, first, None)
        return job_rows.add(db, START, "train", {}, second, None)

    job = desk.store.write(write)
    assert job_titles.waiting(job, jobs.ahead(desk.store, job)) == said


def test_the_same_waiting_job_is_not_queued_twice(desk: Desk) -> None:
    assert queued(desk, seed=1).id == queued(desk, seed=1).id != queued(desk, seed=2).id


def test_a_queued_job_is_cancelled_at_once(desk: Desk) -> None:
    job = queued(desk)
    jobs.cancel(desk.store, job.id)
    assert row(desk.store, job).status == "cancelled"


def test_a_job_whose_process_never_begins_is_given_up(desk: Desk) -> None:
    job = desk.store.write(lambda db: job_rows.add(db, START, "simulate", {}, None, None))
    for _ in range(MOST_ATTEMPTS):
        desk.store.write(lambda db: job_rows.count_attempt(db, job.id))
    jobs.launch(desk.store)
    assert row(desk.store, job).status == "failed"


def test_a_job_that_dies_again_and_again_is_given_up(desk: Desk) -> None:
    job = queued(desk)
    for attempt in range(1, MOST_ATTEMPTS + 1):
        desk.store.write(lambda db: job_rows.count_attempt(db, job.id))
        desk.store.write(lambda db: job_rows.begin(db, START, job.id))
        assert jobs.is_stale(desk.store, row(desk.store, job))
        jobs.recover(desk.store)
        status = "queued" if attempt < MOST_ATTEMPTS else "failed"
        assert row(desk.store, job).status == status
    assert "died 3 times" in (row(desk.store, job).error or "")


def test_a_finished_job_keeps_its_end(desk: Desk) -> None:
    job = queued(desk)
    desk.store.write(lambda db: job_rows.begin(db, START, job.id))
    for status in ("done", "failed"):
        desk.store.write(lambda db, s=status: job_rows.finish(db, START, job.id, s))
    jobs.cancel(desk.store, job.id)
    assert row(desk.store, job).status == "done"
    assert not desk.store.write(lambda db: job_rows.begin(db, START, job.id))


def run_here(store: Store, job: Job, work: jobs.Work) -> None:
    """In this process, with the lock that its parent would have taken."""
    lock = take(store.workspace.locks / f"job-{job.id}.lock")
    assert lock is not None
    jobs.run(store, job.id, lambda kind: work, lock)


def test_a_defect_in_a_job_is_stored_and_logged(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    job = queued(desk)

    def broken(*_: object) -> dict[str, object]:
        raise ZeroDivisionError("a defect")

    run_here(desk.store, job, broken)
    assert row(desk.store, job).error == "ZeroDivisionError: a defect"
    assert "Traceback" in capsys.readouterr().err


def test_a_running_job_stops_at_its_next_step_when_asked_to(desk: Desk) -> None:
    job, steps = queued(desk), []

    def work(store: Store, arguments: object, report: jobs.Report) -> dict[str, object]:
        for step in range(3):
            report(step, 3, f"step {step}")
            steps.append(step)
            if step == 1:
                jobs.cancel(store, job.id)
        return {}

    run_here(desk.store, job, work)
    assert (row(desk.store, job).status, steps) == ("cancelled", [0, 1])
    with pytest.raises(JobFailed, match="cancelled"):
        jobs.wait(desk.store, job.id)


def test_the_worker_knows_every_kind_of_job() -> None:
    named = {
        kind
        for path in (ROOT / "workbench").rglob("*.py")
        for kind in re.findall(r'^JOB = "(\w+)"$', path.read_text(), re.MULTILINE)
    }
    assert len(named) > 10
    assert named <= set(WORK)
    assert all(callable(work_of(kind)) for kind in WORK)


def test_a_worker_loads_nothing_that_its_job_does_not_need() -> None:
    program = (
        "import sys; from workbench.worker.kinds import work_of; work_of('export');"
        "print({'pandas', 'openai', 'streamlit', 'torch'} & set(sys.modules))"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True,
                           check=True, cwd=ROOT)  # fmt: skip
    assert ended.stdout.strip() == "set()"
