"""The reviewers page's parts: who needs a word, everybody's figures, one reviewer in detail."""

from typing import Any

import pandas as pd
import streamlit as st

from workbench.clock import utc_now
from workbench.judging import trust
from workbench.quality.evidence import Missed, missed
from workbench.quality.reviewers import on_gold
from workbench.records import Project, Reviewer
from workbench.store import reviewers, track_records
from workbench.store.track_records import TrackRecord
from workbench.ui import figures, measure_views
from workbench.ui.quality_views import names_of
from workbench.ui.runtime import store
from workbench.ui.stored_report import Report
from workbench.ui.ways import counted, when

Figures = dict[str, Any]


def paused(project: Project, lead: Reviewer) -> None:
    """Who waits for a lead, with the evidence; fresh from the store, not from the report."""
    with store().read() as db:
        found = track_records.paused(db, project.id)
        failed = trust.failed_training(db, project)
    for reviewer_id in found:
        with st.container(border=True):
            _paused(project, lead, reviewer_id)
    for reviewer_id, record in failed.items():
        with st.container(border=True):
            st.subheader(f"{names_of()[reviewer_id]} has not passed the training")
            mark = f"{100 * project.settings.pass_mark:.0f} %"
            done = counted(record.trained, "training item")
            st.write(
                f"{record.trained_right} of {done} were judged as agreed; {mark} are asked for."
            )
            _let_go_on(project, lead, reviewer_id, "Give them another try")


def _let_go_on(project: Project, lead: Reviewer, reviewer_id: int, label: str) -> None:
    if st.button(label, key=f"resume-{reviewer_id}"):
        now = utc_now()
        store().write(lambda db: trust.resume(db, project.id, reviewer_id, lead, now))
        st.rerun()


def _paused(project: Project, lead: Reviewer, reviewer_id: int) -> None:
    with store().read() as db:
        record = track_records.get(db, project.id, reviewer_id)
        wrong = missed(db, project, reviewer_id)
    st.subheader(f"{names_of()[reviewer_id]} is paused")
    gold = figures.said(vars(on_gold(record)), "known item", percent=True)
    st.write(
        f"{record.failed} of {record.failed + record.passed} known items were judged otherwise than"
        f" agreed on, the last at {when(record.paused_at):%d %B, %H:%M} UTC. Accuracy: {gold}."
    )
    with st.expander("What was judged otherwise"):
        for one in wrong:
            _missed(one)
    _let_go_on(project, lead, reviewer_id, "Let them go on")
    st.caption("Going on begins with a clean slate; what they missed stays in their figures.")


def _missed(one: Missed) -> None:
    st.text(one.question)
    left, right = st.columns(2)
    left.caption("The better answer" if not one.tie else "One answer, as good as the other")
    left.text(one.better)
    right.caption("The worse answer" if not one.tie else "The other answer")
    right.text(one.worse)
    note = f" {one.explanation}" if one.explanation else ""
    st.caption(f"They said: {one.said}.{note}")
    st.divider()


def everybody(project: Project, found: Report) -> None:
    """A picture of accuracy and agreement, and the table of all figures."""
    names = names_of()
    rows = found["reviewers"]
    left, right = st.columns(2)
    with left:
        st.markdown("**Accuracy on gold**")
        _picture(rows, names, "gold", "share right, prior 8 of 10")
    with right:
        st.markdown("**Agreement with all others**")
        _picture(rows, names, "agreement", "share of items")
    table = pd.DataFrame([_row(one, names, project) for one in rows])
    st.dataframe(table, hide_index=True)
    st.download_button(
        "Download the table", table.to_csv(index=False), f"reviewers-{project.slug}.csv", "text/csv"
    )


def _picture(rows: list[Figures], names: dict[int, str], key: str, title: str) -> None:
    shown = [
        {"name": names[one["reviewer_id"]], **one[key], "flagged": bool(one["advice"])}
        for one in rows
        if one[key]["items"]
    ]
    if shown:
        figures.forest(shown, title, share=True)
    else:
        st.caption("Nothing measured yet.")


def _row(one: Figures, names: dict[int, str], project: Project) -> Figures:
    return {
        "reviewer": names[one["reviewer_id"]],
        "what to do": one["advice"][0] if one["advice"] else "",
        "judged": one["judged"],
        "gold": _told(one["gold"], "known item"),
        "agrees with others": figures.said(one["agreement"], percent=True),
        "says the same again": figures.said(one["same"], "repeat", percent=True),
        "first shown wins": figures.said(one["left"]["share"], percent=True),
        "longer wins": figures.said(one["longer"]["share"], percent=True),
        "far faster than usual": figures.said(one["fast"], percent=True),
        "second half against first": figures.said(one["drift"]),
        "median time": figures.duration(one["median_seconds"]),
        "hours": round(one["hours"], 2),
        "cost": figures.money(one["money"], project.settings.currency),
        "each": figures.money(one["per_judgement"]["money"], project.settings.currency),
    }


def _told(gold: Figures, noun: str) -> str:
    return figures.said(gold, noun, percent=True) if gold["items"] else "no known item met yet"


def detail(project: Project, lead: Reviewer, found: Report) -> None:
    """One reviewer, chosen by the address: what was measured, what to do, and doing it."""
    names = names_of()
    pressing = sorted(found["reviewers"], key=lambda one: (not one["paused"], not one["advice"]))
    ids = [one["reviewer_id"] for one in pressing]
    st.subheader("One reviewer")
    chosen = st.selectbox(
        "Reviewer", ids, format_func=lambda i: names[i], key="reviewer", bind="query-params"
    )
    one = next(one for one in found["reviewers"] if one["reviewer_id"] == chosen)
    with store().read() as db:
        person = reviewers.get(db, chosen)
        record = track_records.get(db, project.id, chosen)
    for line in one["advice"] or ["Nothing speaks against them."]:
        st.markdown(f"**{line}**")
    st.markdown("\n".join(f"- {line}" for line in _sentences(one)))
    _training(project, record)
    measure_views.actions(project, lead, person, record)
    measure_views.pay(project, person)


def _sentences(one: Figures) -> list[str]:
    left, longer = one["left"], one["longer"]
    return [
        f"Gold: {_told(one['gold'], 'known item')}.",
        f"Agrees with what all others say: {figures.said(one['agreement'], percent=True)};"
        f" change from the first half to the second: {figures.said(one['drift'])}"
        f" (chance of that by itself: {one['drift_chance']:.2f}, corrected).",
        f"Says the same of an item met again: {figures.said(one['same'], 'repeat', percent=True)}.",
        f"The answer shown first wins: {figures.said(left['share'], percent=True)},"
        f" expected 50 % (chance of that without a bias: {left['chance']:.2f}, corrected).",
        f"The longer answer wins: {figures.said(longer['share'], percent=True)}, with everybody"
        f" {100 * longer['expected']:.0f} % (chance: {longer['chance']:.2f}, corrected).",
        f"Far faster than is usual here: {figures.said(one['fast'], 'judgement', percent=True)}.",
    ]


def _training(project: Project, record: TrackRecord) -> None:
    if not project.settings.training:
        return
    if record.qualified_at:
        st.caption("Has passed the training.")
    elif record.trained:
        trained = counted(record.trained, "training item")
        st.caption(f"In training: {record.trained_right} right of {trained}.")
