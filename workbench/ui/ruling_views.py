"""What a ruling can lead to, beneath the item: gold, other guidelines, items judged anew."""

import streamlit as st

from workbench import adjudication
from workbench.adjudication import Case
from workbench.clock import utc_now
from workbench.errors import WorkbenchError
from workbench.records import Project, Reviewer
from workbench.ui.adjudicate_views import say
from workbench.ui.runtime import store
from workbench.ui.ways import counted

ANEW = {
    "this": "this item",
    "waiting": "all items that wait for a second look",
    "alike": "all items with one of its tags, judged under older guidelines",
}


def thread(case: Case) -> None:
    """The way to the item's open discussion."""
    if case.thread_id is not None:
        st.markdown(f"[The discussion on this item](discussions?thread={case.thread_id})")


def after_ruling(project: Project, lead: Reviewer, case: Case) -> None:
    if case.ruling is None or case.open_look is not None:
        return
    st.subheader("Learn from it")
    gold, guidelines = st.columns(2, gap="large")
    with gold.container(border=True, height="stretch"):
        _gold(project, lead, case)
    with guidelines.container(border=True, height="stretch"):
        _guidelines(project, lead, case)


def _gold(project: Project, lead: Reviewer, case: Case) -> None:
    st.markdown("**Make it gold**")
    if case.is_gold:
        st.success("This item is gold.")
        return
    st.write("Others meet it with your ruling as the known answer. It trains nothing any more.")
    with st.form("gold", border=False):
        why = st.text_area("Why is it so? Newcomers read this.", height=80)
        use = st.radio("Where", ["Mixed into the work", "For training"], horizontal=True)
        if st.form_submit_button("Make it gold"):
            _make_gold(project, lead, case, why, training=use == "For training")


def _make_gold(project: Project, lead: Reviewer, case: Case, why: str, *, training: bool) -> None:
    item, now = case.comparison_id, utc_now()
    try:
        store().write(
            lambda db: adjudication.make_gold(db, project, lead, item, why, now, training=training)
        )
    except WorkbenchError as problem:
        st.error(str(problem))
        return
    say("It is gold now.")
    st.rerun()


def _guidelines(project: Project, lead: Reviewer, case: Case) -> None:
    st.markdown("**Change the guidelines**")
    with st.form("guidelines", border=False):
        st.write(f"Version {project.guidelines_version}; a change makes the next version.")
        text = st.text_area("Guidelines (Markdown)", project.guidelines, height=150)
        if st.form_submit_button("Save the guidelines"):
            now = utc_now()
            store().write(lambda db: adjudication.change_guidelines(db, project, lead, text, now))
            say("The guidelines are saved.")
            st.rerun()
    if any(o.guidelines_version < project.guidelines_version for o in case.opinions):
        _anew(project, lead, case)


def _anew(project: Project, lead: Reviewer, case: Case) -> None:
    """Which judgements of older guidelines are set aside, counted before it is done."""
    with store().read() as db:
        choices = vars(adjudication.anew(db, project, case.comparison_id))
    st.write("This item was judged under older guidelines.")
    open_to = [key for key in ANEW if choices[key]]
    if not open_to:
        return
    which = st.radio(
        "Judge anew", open_to, format_func=lambda key: f"{ANEW[key]} ({len(choices[key])})"
    )
    items = choices[which]
    note = f"The guidelines have changed: please read version {project.guidelines_version}."
    if st.button(f"Have {counted(len(items), 'item')} judged anew"):
        now = utc_now()
        store().write(lambda db: adjudication.judge_anew(db, project, lead, items, note, now))
        say(f"{counted(len(items), 'item')} will be judged anew.")
        st.rerun()
