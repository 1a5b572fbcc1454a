"""The generate page's parts beside its form: what runs, what there is, and the queue."""

import pandas as pd
import streamlit as st

from workbench import queueing
from workbench.clock import utc_now
from workbench.generation import grids
from workbench.records import Project
from workbench.rewards import ordering
from workbench.store import comparisons, completions
from workbench.ui import progress
from workbench.ui.runtime import store
from workbench.ui.ways import counted, go, plain


def under_way(project: Project) -> bool:
    """What runs now, and whether it generates; or why the last job that is no run failed."""
    running = progress.running_jobs(project.id)
    if running:
        progress.follow_jobs(project.id, tuple(job.id for job in running))
        return any(job.kind == grids.JOB for job in running)
    failed = progress.last_failure(project.id)
    if failed and failed.kind != grids.JOB:
        st.error(f"The last job failed: {plain(failed.error or '')}")
    return False


def overview(project: Project) -> None:
    with store().read() as db:
        found = completions.overview(db, project.id)
    rows = [row for row in found if row["answers"]]
    if not rows:
        return
    st.subheader("Answers so far")
    frame = pd.DataFrame(rows).dropna(axis="columns", how="all")
    frame = frame.rename(columns={"tokens": "tokens, mean"})
    means = st.column_config.NumberColumn(format="%.0f")
    st.dataframe(
        frame, hide_index=True, column_config={"tokens, mean": means}, placeholder="not known"
    )


def queue(project: Project) -> None:
    with store().read() as db:
        counts = comparisons.progress(db, project.id)
        answers = sum(row["answers"] for row in completions.overview(db, project.id))
    if not answers:
        return
    st.subheader("Comparisons")
    if "queued" in st.session_state:
        _say_queued(st.session_state.pop("queued"))
    have, open_now = counted(counts["counted"], "judgement"), counts["open"]
    st.write(f"{have} so far; {counted(open_now, 'comparison')} to be judged.")
    count = int(st.number_input("How many new ones", 1, 100_000, 100))
    if st.button("Queue comparisons", type="secondary" if open_now else "primary"):
        st.session_state["queued"] = queueing.fill(store(), project, utc_now(), count=count)
        ordering.keep_up(store(), project)
        st.rerun()
    if open_now:
        go("Start judging", "review", primary=True)


def _say_queued(added: int) -> None:
    if added:
        st.success(f"{counted(added, 'new comparison')} of train prompts; heldout ones wait.")
    else:
        st.info("Every pair of different answers to a train prompt is queued already.")
