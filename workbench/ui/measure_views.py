"""Measures against a reviewer's judgements: what each would change is shown before it happens."""

from typing import Any, Literal

import streamlit as st

from workbench import jobs
from workbench.clock import utc_now
from workbench.quality import measures
from workbench.quality.measures import Action
from workbench.records import Project, Reviewer
from workbench.store import jobs as job_rows
from workbench.store import reviewers
from workbench.store.reviewers import Pay
from workbench.store.track_records import TrackRecord
from workbench.ui import progress
from workbench.ui.runtime import store
from workbench.ui.ways import counted

PER: tuple[Literal["hour", "item"], ...] = ("hour", "item")
DONE: dict[Action, str] = {
    "withdraw": "Their judgements count no more; the items are judged again.",
    "restore": "Their judgements count again.",
    "discount": "Their judgements weigh nothing from now on.",
    "hear": "Their judgements weigh again.",
}


def actions(project: Project, lead: Reviewer, person: Reviewer, record: TrackRecord) -> None:
    with st.container(border=True):
        st.markdown(f"**The judgements of {_name(person)} in this project**")
        if record.withdrawn_at:
            _button(project, lead, person, "restore", f"Let {_name(person)} count again")
        if record.discounted_at:
            _button(project, lead, person, "hear", f"Let {_name(person)} weigh again")
        if not (record.withdrawn_at or record.discounted_at):
            _effect(project, lead, person)


def _button(project: Project, lead: Reviewer, person: Reviewer, action: Action, label: str) -> None:
    if st.button(label, key=f"{action}-{person.id}"):
        now = utc_now()
        store().write(lambda db: measures.take(db, project, person, action, lead, now))
        st.toast(DONE[action])
        st.rerun()


def _effect(project: Project, lead: Reviewer, person: Reviewer) -> None:
    """First what would change, reckoned by a job; then the two measures."""
    st.caption(
        "Withdrawn, they count nowhere and the items go back into the queue. Discounted, they stay"
        " on their items and weigh nothing. Both can be undone."
    )
    if progress.running_job(project.id, measures.JOB):
        progress.follow_job(project.id, measures.JOB)
        return
    found = _newest(project, person)
    if st.button("Show what would change", key=f"effect-{person.id}"):
        arguments = {"project": project.slug, "reviewer": person.id, "kinds": [person.kind]}
        jobs.start(store(), measures.JOB, arguments, project_id=project.id)
        st.rerun()
    if found:
        _show(found, _name(person))
        left, right = st.columns(2)
        with left:
            _button(project, lead, person, "withdraw", f"Withdraw all by {_name(person)}")
        with right:
            _button(project, lead, person, "discount", f"Discount all by {_name(person)}")


def _newest(project: Project, person: Reviewer) -> dict[str, Any] | None:
    """The last effect reckoned for this reviewer, if it is the project's newest one."""
    with store().read() as db:
        found = job_rows.recent(db, project.id, measures.JOB, limit=1)
    if found and found[0].arguments["reviewer"] == person.id and found[0].status == "done":
        return found[0].result
    return None


def _name(person: Reviewer) -> str:
    return person.name or person.public_id


def _show(effect: dict[str, Any], name: str) -> None:
    before, after = effect["pairs"]
    st.write(
        f"Without the {counted(effect['judgements'], 'judgement')} of {name}:"
        f" {counted(effect['changed'], 'verdict')} would be another,"
        f" {counted(effect['unsure'], 'item')} no longer sure enough, {effect['sure']} newly so;"
        f" {counted(effect['unjudged'], 'item')} would have no judgement left."
        f" Pairs for training: {before:,} now, {after:,} then."
    )
    for version in effect["versions"]:
        models = f", which trained {', '.join(version['models'])}" if version["models"] else ""
        st.write(f"- {version['rows']} rows of dataset version {version['name']}{models}")
    if not effect["versions"]:
        st.write("No dataset version holds their judgements.")


def pay(project: Project, person: Reviewer) -> None:
    with store().read() as db:
        known = reviewers.pays(db).get(person.id)
    with st.form(f"pay-{person.id}", border=False):
        left, middle, right = st.columns([2, 2, 1], vertical_alignment="bottom")
        amount = left.number_input(
            f"Pay, {project.settings.currency}", 0.0, None, known.amount if known else None, 0.5
        )
        per = middle.segmented_control(
            "for each", PER, default=known.per if known else "hour", required=True
        )
        if right.form_submit_button("Save", width="stretch"):
            new = None if amount is None else Pay(amount, per)
            store().write(lambda db: reviewers.set_pay(db, utc_now(), person.id, new))
            st.toast("Saved; the next report reckons with it.")
