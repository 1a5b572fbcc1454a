"""What became of a run: by variant, what failed and what helps, what it cost, and the way on."""

from collections.abc import Iterable

import pandas as pd
import streamlit as st

from workbench.errors import WorkbenchError
from workbench.generation import grids as plans
from workbench.generation.failures import CUT_OFF
from workbench.generation.standing import Failed, Line, Spent, Standing, standing
from workbench.records import Job, Project
from workbench.store import grids
from workbench.store.grids import Grid
from workbench.ui.figures import usd
from workbench.ui.runtime import store
from workbench.ui.ways import counted, moment, plain


def runs(project: Project) -> None:
    """The newest run, or another one that is chosen; nothing where there is none."""
    with store().read() as db:
        found = {grid.id: grid for grid in grids.in_project(db, project.id)}
    if not found:
        return
    chosen = _choose(found)
    where = standing(store(), chosen)
    unfinished = [job for job in where.jobs if job.status in ("queued", "running")]
    if unfinished and len(unfinished) == len(where.jobs):
        st.caption("It has just begun: this is counted when one of its jobs has ended.")
        return
    _table(where.lines)
    _failed_jobs(where.jobs)
    _failures(where)
    st.write(_cost(where.spent))
    if not unfinished:
        _way_on(where)
    _log(where.jobs)


def _choose(found: dict[int, Grid]) -> int:
    """The newest unless another one is chosen."""
    st.subheader("What came of it")
    if len(found) == 1:
        return next(iter(found))
    chosen: int = st.selectbox(
        "Run", list(found), label_visibility="collapsed",
        format_func=lambda i: f"{found[i].title}, {moment(found[i].created_at)}",
    )  # fmt: skip
    return chosen


def _table(lines: Iterable[Line]) -> None:
    rows = [
        {
            "variant": plain(line.variant),
            "answers": f"{line.answers:,} of {line.wanted:,}",
            "already known": f"{line.from_cache:,}",
            "cut off": f"{line.truncated:,}",
            "failed": f"{line.failed:,}",
        }
        for line in lines
    ]
    st.table(pd.DataFrame(rows), hide_index=True, border="horizontal")


def _failed_jobs(jobs: Iterable[Job]) -> None:
    """Only of the last go at it: what an earlier one ended with may be mended."""
    newest = next(iter(jobs), None)
    if newest and newest.status == "failed" and newest.error:
        st.error(plain(newest.error))


def _failures(where: Standing) -> None:
    for failed in where.failures:
        _failure(failed)
    if any(line.truncated for line in where.lines):
        st.info(CUT_OFF)


def _failure(failed: Failed) -> None:
    with st.container(border=True):
        times = f"{failed.failures:,} × {failed.words.said}"
        st.markdown(f"**{plain(times)}** · {plain(failed.variant)}")
        st.write(failed.words.remedy)
        st.caption(f"For example: {plain(failed.message)}")


def _cost(spent: Spent) -> str:
    """“Cost so far: $0.12, and at most $0.03 for 4 requests whose outcome is unknown.”"""
    if not spent.requests:
        return "Nothing was sent to an endpoint, so it cost nothing."
    priced = spent.requests - spent.open - spent.unpriced
    said = f"Cost so far: {usd(spent.usd) if priced else 'unknown'}"
    if spent.open:
        most = f"at most {usd(spent.open_usd)}" if spent.open_usd else "an unknown amount"
        said += f", and {most} for {counted(spent.open, 'request')} whose outcome is unknown"
    if spent.unpriced and priced:
        said += f", and an unknown amount for {counted(spent.unpriced, 'request')}"
    if spent.broken:
        most = f"at most {usd(spent.broken_usd)}" if spent.broken_usd else "an unknown amount"
        said += f", and {most} for {counted(spent.broken, 'attempt')} that broke off"
    return plain(f"{said}.")


def _way_on(where: Standing) -> None:
    budget = where.grid.budget_usd
    if where.grid.stopped_at and budget is not None:
        left, _ = st.columns([1, 2])
        left.warning(f"The budget of {plain(usd(budget))} has no room for the next request.")
        higher = left.number_input("Budget in USD", budget, None, 2 * budget or 0.5, 0.5)
        if st.button("Raise the budget and go on", type="primary"):
            _go_on(where, float(higher))
    elif where.missing and st.button(f"Try the {where.missing:,} missing ones again"):
        _go_on(where, budget)


def _go_on(where: Standing, budget: float | None) -> None:
    try:
        plans.go_on(store(), where.grid.id, budget)
    except WorkbenchError as problem:
        st.error(plain(str(problem)))
        return
    st.rerun()


def _log(jobs: Iterable[Job]) -> None:
    """How many requests were under way at once, and why it changed."""
    lines = [line for job in jobs for line in (job.result or {}).get("log", [])]
    if lines:
        with st.expander(f"How the endpoints were asked ({len(lines)})"):
            st.text("\n".join(lines))
