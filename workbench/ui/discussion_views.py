"""Which discussions there are: the list, the one that the address names, and, on Home, those in
which one was mentioned. What people wrote is shown as text, or escaped in a line of Markdown.
"""

from textwrap import shorten

import streamlit as st

from workbench import discussions
from workbench.clock import utc_now
from workbench.discussions import Summary, Thread
from workbench.errors import NotAllowed, NotFound
from workbench.records import Project, Reviewer
from workbench.store.threads import Status
from workbench.ui import session
from workbench.ui.runtime import store
from workbench.ui.ways import counted, empty, moment, plain, switch

STATUSES: dict[str, Status] = {"Open": "open", "Resolved": "resolved"}
NOTHING = {
    "open": "Nothing is open. Press f on an item to ask about it.",
    "resolved": "Nothing was resolved yet.",
}
MOST_MENTIONS = 3


def mentioned(person: Reviewer) -> None:
    """On Home: who called for this person, with the way there."""
    with store().read() as db:
        waiting = discussions.mentions_of(db, person)
    if not waiting:
        return
    with st.container(border=True):
        for mention in waiting[:MOST_MENTIONS]:
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(f"**{plain(mention.by)}** mentioned you in a discussion")
                if st.button("Read it", key=f"mention-{mention.thread_id}"):
                    session.choose(mention.project)
                    switch("discussions", thread=str(mention.thread_id))
        if len(waiting) > MOST_MENTIONS:
            more = counted(len(waiting) - MOST_MENTIONS, "more mention")
            st.caption(f"{more} under Discussions.")


def chosen(project: Project, person: Reviewer) -> Thread | None:
    """The thread that the address names, if this person may see it; from now on it is seen."""
    text = st.query_params.get("thread", "")
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        return None
    number = int(text)
    try:
        with store().read() as db:
            found = discussions.thread(db, person, number)
            new = any(m.thread_id == number for m in discussions.mentions_of(db, person))
    except (NotFound, NotAllowed) as problem:
        st.warning(str(problem))
        return None
    if found.project_id != project.id:  # the sidebar has left for another project
        return None
    if new:
        store().write(lambda db: discussions.mark_seen(db, person, number, utc_now()))
    return found


def queue(project: Project, person: Reviewer) -> None:
    label = st.segmented_control(
        "Which", list(STATUSES), default="Open", required=True, label_visibility="collapsed"
    )
    status = STATUSES[label]
    with store().read() as db:
        lines = discussions.listed(db, project, person, status)
        new = {mention.thread_id for mention in discussions.mentions_of(db, person)}
    for line in lines:
        _line(line, line.id in new)
    if len(lines) == discussions.MOST:
        st.info(f"These are the first {len(lines)}.")
    elif not lines and status == "open":
        empty(NOTHING[status], "Review", "review")
    elif not lines:
        st.info(NOTHING[status])


def _line(line: Summary, new: bool) -> None:
    with st.container(border=True):
        if new:
            st.badge("You were mentioned")
        st.text(_short(line.question))
        told = [counted(line.messages, "message"), moment(line.last_at)]
        if line.messages > 1:
            told.append(f"last {line.last_by}: {_short(line.last_words)}")
        if line.mentioned:
            told.append(f"for {', '.join(line.mentioned)}")
        with st.container(horizontal=True, vertical_alignment="center"):
            st.text(" · ".join(told), width="stretch")
            st.button("Read", key=f"read-{line.id}", on_click=choose, args=(line.id,))


def choose(number: int | None) -> None:
    """Put a thread into the address, or none."""
    if number is None:
        st.query_params.pop("thread", None)
    else:
        st.query_params["thread"] = str(number)


def _short(text: str) -> str:
    return shorten(text, 160, placeholder=" …") or "(erased)"
