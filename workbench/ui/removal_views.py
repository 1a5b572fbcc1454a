"""What was removed of an import or an export that was cut off, until somebody has read of it."""

import streamlit as st

from workbench import clearing
from workbench.clock import utc_now
from workbench.records import Project
from workbench.store import removals
from workbench.store.removals import What
from workbench.ui.runtime import store
from workbench.ui.ways import moment


def notice(project: Project, what: What) -> None:
    """In plain text: a file may have any name."""
    with store().read() as db:
        found = removals.unread(db, project.id, what)
    if not found:
        return
    with st.container(border=True, key="removals"):
        for one in found:
            st.text(clearing.words(one, moment(one.begun_at)), width="stretch")
        st.button("I have read it", on_click=_put_away, args=([one.id for one in found],))


def _put_away(ids: list[int]) -> None:
    now = utc_now()
    store().write(lambda db: removals.read(db, now, ids))
