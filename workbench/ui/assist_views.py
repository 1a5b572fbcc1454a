"""What a judge may do for people: the three switches of the project, and what triage did."""

from dataclasses import replace
from typing import Any

import pandas as pd
import streamlit as st

from workbench import judges
from workbench.clock import utc_now
from workbench.errors import WorkbenchError
from workbench.judges import report, switching, triaging
from workbench.leaderboard import report as board
from workbench.records import Project
from workbench.settings import Assist
from workbench.store.judges import Judge
from workbench.ui import figures, judge_charts, progress
from workbench.ui.runtime import store
from workbench.ui.ways import counted

SAID = "assist-said"
Json = dict[str, Any]


def switches(project: Project, judge: Judge, support: Json | None, *, owner: bool) -> None:
    """The uses, each with what it does; only an owner turns them."""
    now = project.settings.assist
    st.subheader("What it may do for people")
    if SAID in st.session_state:
        st.success(st.session_state.pop(SAID))
    if now.judge not in (None, judge.name):
        st.caption(f"“{now.judge}” assists now; saving here puts “{judge.name}” in its place.")
    mine = (
        now
        if now.judge == judge.name
        else replace(now, judge=judge.name, prelabels=False, triage=False, widening=False)
    )
    if not owner:
        st.caption("An owner of the project turns these.")
    with st.form("assist", border=True):
        wanted, wrong = _widgets(mine, support, locked=not owner)
        if st.form_submit_button("Save", type="primary", disabled=not owner):
            _save(project, wanted, wrong)


def _widgets(now: Assist, support: Json | None, *, locked: bool) -> tuple[Assist, dict[str, Any]]:
    """The switches as they stand in the form, and where what is wrong with each is said."""
    wrong: dict[str, Any] = {}
    prelabels = st.toggle("Pre-labels", now.prelabels, disabled=locked)
    st.caption(
        "Its tags and ratings are suggested to reviewers, who accept, change or refuse them."
        " A share of each reviewer's items comes without, to see whether they anchor."
    )
    control = _percent("Items without suggestions, %", now.control, locked=locked)
    triage = st.toggle("Triage", now.triage, disabled=locked)
    wrong["assist.triage"] = st.empty()
    st.caption(
        "What it is surely right about is settled without a person, but for a random audited"
        " share; people see the rest. It stays the judge's verdict, and can be undone."
    )
    if support and support["confidence"] == now.triage_confidence:  # else it is reckoned anew
        st.caption(f"Asked for {100 * support['confidence']:.0f} %. {support['words']}")
    left, right = st.columns(2)
    with left:
        confidence = _percent(
            "Calibrated confidence at least, %", now.triage_confidence, locked=locked, least=50
        )
    with right:
        audit = _percent("Audited by people, %", now.audit, locked=locked)
    widening = st.toggle("Widening", now.widening, disabled=locked)
    st.caption(
        "On Compare, a second line says the win rate by people and judge together, corrected"
        " for the judge's error. It stands beside what people alone show, never in its"
        " place, and needs a random sample judged by people."
    )
    wanted = replace(
        now,
        prelabels=prelabels,
        control=control,
        triage=triage,
        triage_confidence=confidence,
        audit=audit,
        widening=widening,
    )
    return wanted, wrong


def _percent(label: str, share: float, *, locked: bool, least: int = 0) -> float:
    """Kept as it was where the slider was not moved."""
    shown = max(least, min(100, round(100 * share)))
    said = st.slider(label, least, 100, shown, disabled=locked)
    return share if said == shown else said / 100


def _save(project: Project, wanted: Assist, wrong: dict[str, Any]) -> None:
    now = utc_now()
    idle = not (wanted.prelabels or wanted.triage or wanted.widening)
    assist = replace(wanted, judge=None) if idle else wanted
    try:
        store().write(lambda db: switching.change(db, now, project, assist))
    except WorkbenchError as problem:
        wrong.get(problem.field or "", st).error(str(problem))
        return
    if assist.widening != project.settings.assist.widening:
        board.refresh(store(), project)
    if assist.triage_confidence != project.settings.assist.triage_confidence:
        report.refresh(store(), project)
    st.session_state[SAID] = "Saved."
    st.rerun()


def triage(project: Project, judge: Judge, found: Json, *, owner: bool) -> None:
    """Run it, what it did, and take it back."""
    assist = project.settings.assist
    on = assist.triage and assist.judge == judge.name
    if not on and not found["days"]:
        return
    st.subheader("Triage")
    busy = progress.running_job(project.id, triaging.JOB) is not None
    if busy:
        progress.follow_job(project.id, triaging.JOB)
    elif failed := progress.last_failure(project.id, triaging.JOB):
        st.error(f"The last triage ended early: {failed.error}")
    if found["days"]:
        done(found)
    elif not busy:
        st.write("It has settled nothing yet.")
    if owner and not busy:
        _do(project, judge, found, on=on)


def done(found: Json) -> None:
    settled = sum(day["auto"] for day in found["days"])
    audited = sum(day["audit"] for day in found["days"])
    cells = st.columns(3)
    cells[0].metric("Settled without a person", f"{settled:,}")
    cells[0].caption(f"{counted(audited, 'more item')} audited by people")
    figures.metric(cells[1], "Needed a person", found["needed"], percent=True)
    if found["audited"]["items"]:
        figures.metric(cells[2], "Right where audited", found["audited"], percent=True)
    else:
        cells[2].metric("Right where audited", "–")
        cells[2].caption("nobody has judged an audited item yet")
    days = [
        {
            "day": day["day"],
            **day["needed"],
            "settled": day["auto"],
            "audited": day["audit"],
            "people": day["person"],
        }
        for day in found["days"]
    ]
    if len(days) > 1:
        st.altair_chart(judge_charts.needed(days))
    with st.expander("Day by day"):
        shown = [day | {"needed a person": figures.said(day, percent=True)} for day in days]
        kept = ["day", "settled", "audited", "people", "needed a person"]
        st.dataframe(pd.DataFrame(shown)[kept], hide_index=True)


def _do(project: Project, judge: Judge, found: Json, *, on: bool) -> None:
    left, right = st.columns(2)
    if on and left.button("Triage what is open now", type="primary", width="stretch"):
        triaging.begin(store(), judge)
        st.rerun()
    if not found["days"]:
        return
    with right.popover("Undo", width="stretch"):
        st.write("What the judge settled is opened again, and people judge it.")
        if st.button("Open it all again"):
            opened = judges.undo(store(), project, judge, utc_now())
            report.refresh(store(), project)
            st.session_state[SAID] = f"{counted(opened, 'item')} open again."
            st.rerun()
