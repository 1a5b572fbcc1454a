"""One discussion: its item, blind and as text only, what was said, and what may be done with it."""

from collections.abc import Callable
from datetime import datetime
from string import ascii_uppercase

import streamlit as st

from workbench import discussions
from workbench.clock import utc_now
from workbench.discussions import Said, Thread
from workbench.errors import WorkbenchError
from workbench.judging.asides import LONGEST_WORDS
from workbench.judging.items import Content
from workbench.records import Reviewer, plain_text
from workbench.store import Database
from workbench.ui import session
from workbench.ui.discussion_views import choose
from workbench.ui.runtime import store
from workbench.ui.ways import moment, plain

LONG, TALL = 900, 320  # characters from which a text scrolls, in a box of so many pixels


def one(thread: Thread, person: Reviewer) -> None:
    st.button("All discussions", icon=":material/arrow_back:", on_click=choose, args=(None,))
    question, *replies = thread.said
    _message(question)
    _item(thread.item)
    for said in replies:
        _message(said)
    if thread.status == "open":
        _answer(thread, person)
    else:
        st.success(f"Resolved by {plain(thread.resolved_by or '')}.")
    if person.role != "reviewer":
        _conclude(thread, person)


def _item(item: Content) -> None:
    """The prompt, then the answers side by side, two a row."""
    if item.context:
        _box("Source", item.context)
    asked = [plain_text(message["content"]) for message in item.prompt_messages]
    _box("Prompt", "\n\n".join(asked))
    if item.reference:
        _box("Reference answer", item.reference)
    long = any(len(text) > LONG for text in item.answers)
    for at in range(0, len(item.answers), 2):
        for column, slot in zip(st.columns(2), range(at, len(item.answers)), strict=False):
            with column:
                _box(f"Answer {ascii_uppercase[slot]}", item.answers[slot], long)


def _box(title: str, text: str, long: bool | None = None) -> None:
    """A text under its title; a long one scrolls, and so do those that stand beside it."""
    tall = len(text) > LONG if long is None else long
    with st.container(border=True, height=TALL if tall else "stretch"):
        st.markdown(f"**{title}**")
        st.text(text)


def _message(said: Said) -> None:
    with st.chat_message("user", avatar=":material/person:"):
        other = " · saw the answers in another order than you" if said.other_order else ""
        st.markdown(f"**{plain(said.by)}** · {moment(said.at)}{other}")
        st.text(said.text or "(erased)")


def _answer(thread: Thread, person: Reviewer) -> None:
    with st.container():
        text = st.chat_input("Answer; @Name calls somebody to it", max_chars=LONGEST_WORDS)
    if text:
        _do(lambda db, now: discussions.say(db, person, thread.id, text, now))


def _conclude(thread: Thread, person: Reviewer) -> None:
    with st.container(horizontal=True):
        if thread.status == "open":
            if st.button("Resolve", type="primary"):
                _do(lambda db, now: discussions.resolve(db, person, thread.id, now))
            return
        if st.button("Reopen"):
            _do(lambda db, now: discussions.reopen(db, person, thread.id, now))
        if st.button("Make it an example in the guidelines", type="primary"):
            _example(thread)


def _do(act: Callable[[Database, datetime], None]) -> None:
    """One write, and the page anew; a refusal is shown in place."""
    try:
        store().write(lambda db: act(db, utc_now()))
    except WorkbenchError as problem:
        st.error(str(problem))
        return
    st.rerun()


@st.dialog("Make it an example in the guidelines", width="large")
def _example(thread: Thread) -> None:
    person = session.require("lead")  # what is done in a dialog runs without its page
    try:
        with store().read() as db:
            draft = discussions.draft_example(db, person, thread.id)
    except WorkbenchError as problem:
        st.error(str(problem))
        return
    place = st.empty()
    with place.form("example"):
        text = st.text_area("What reviewers will read (Markdown)", draft, height=360)
        st.caption("Say what was concluded, and why. Names of people stay out of guidelines.")
        saved = st.form_submit_button("Add to the guidelines", type="primary")
    if saved:
        try:
            version = store().write(
                lambda db: discussions.add_example(db, person, thread.id, text, utc_now())
            )
        except WorkbenchError as problem:
            st.error(str(problem))
            return
        place.success(f"It is in version {version} of the guidelines, which reviewers see now.")
