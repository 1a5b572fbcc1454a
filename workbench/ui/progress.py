"""Live views of work that runs elsewhere: a job's progress, a training run's curve."""

import streamlit as st

from workbench import job_titles, jobs
from workbench.records import BACKGROUND, Job
from workbench.store import jobs as job_rows
from workbench.store import training_runs
from workbench.store.training_runs import TrainingRun
from workbench.ui import run_charts
from workbench.ui.runtime import store
from workbench.ui.ways import plain

TICK = "1s"


def running_job(project_id: int, kind: str | None = None) -> Job | None:
    """The project's job that waits or runs; looking launches what can run."""
    opened = store()
    jobs.launch(opened)
    with opened.read() as db:
        return job_rows.under_way(db, project_id, kind)


def running_jobs(project_id: int) -> list[Job]:
    """All of the project's jobs that wait or run and change something."""
    opened = store()
    jobs.launch(opened)
    with opened.read() as db:
        return job_rows.all_under_way(db, project_id)


def last_failure(project_id: int, kind: str | None = None) -> Job | None:
    """The newest job, if it failed; without a kind, the newest that changes something."""
    with store().read() as db:
        newest = job_rows.recent(db, project_id, kind)
    mine = [job for job in newest if kind or job.kind not in BACKGROUND]
    return mine[0] if mine and mine[0].status == "failed" else None


@st.fragment(run_every=TICK)
def follow_job(project_id: int, kind: str | None = None, curve: bool = False) -> None:
    """A progress bar until the job ends; then the whole page is drawn again."""
    job = running_job(project_id, kind)
    if job is None:
        st.rerun()
    _bar(job)
    newest = newest_run(project_id) if curve else None
    if newest and newest.status == "running":
        run_charts.show([newest])
    _stop(job)


@st.fragment(run_every=TICK)
def follow_jobs(project_id: int, shown: tuple[int, ...]) -> None:
    """A bar for each of the jobs side by side; the whole page is drawn again when one ends."""
    running = running_jobs(project_id)
    if tuple(job.id for job in running) != shown:
        st.rerun()
    for job in running:
        with st.container(horizontal=True, vertical_alignment="center"):
            with st.container():
                _bar(job)
            _stop(job)


def _stop(job: Job) -> None:
    st.button("Stop", key=f"stop-{job.id}", on_click=jobs.cancel, args=(store(), job.id))


def _bar(job: Job) -> None:
    title = job_titles.title(job)
    if job.status == "queued":
        st.progress(0.0, job_titles.waiting(job, jobs.ahead(store(), job)))
    else:
        share = job.progress_done / job.progress_total if job.progress_total else 0.0
        counts = f" · {job.progress_done} of {job.progress_total}" if job.progress_total > 1 else ""
        note = plain(job.progress_note) or "starting"
        st.progress(min(share, 1.0), f"{title}: {note}{counts}")


def last_curve(project_id: int) -> None:
    """How the newest run learned, folded away."""
    run = newest_run(project_id)
    if run and run.status == "done":
        with st.expander("How it learned"):
            run_charts.show([run], most=4)


def newest_run(project_id: int) -> TrainingRun | None:
    with store().read() as db:
        found = training_runs.in_project(db, project_id)
    return found[0] if found else None
