"""What was sent back to a reviewer, on their Home: the lead's note, until it is put away."""

import streamlit as st

from workbench import adjudication
from workbench.adjudication import Note
from workbench.clock import utc_now
from workbench.records import Project, Reviewer
from workbench.store import reviews
from workbench.ui.runtime import store

LONGEST = 200


def sent_back(project: Project, person: Reviewer) -> None:
    """Notes in their own words: never Markdown, for a lead may quote an answer."""
    with store().read() as db:
        notes = adjudication.notes_for(db, project, person)
    for note in notes:
        with st.container(border=True, key=f"note-{note.judgement_id}"):
            _show(note)
            st.button(
                "I have read it",
                key=f"read-{note.judgement_id}",
                on_click=_put_away,
                args=(person, note.judgement_id),
            )


def _show(note: Note) -> None:
    what = "asks for an item to be judged anew" if note.anew else "sent a judgement back"
    st.text(f"{note.lead} {what}: {note.text}", width="stretch")
    question = " ".join(note.question.split())
    short = question if len(question) <= LONGEST else f"{question[:LONGEST]}…"
    st.text(f"It was about: {short}", width="stretch")
    st.write("It does not count. You may meet the item again on the Review page.")


def _put_away(person: Reviewer, judgement_id: int) -> None:
    now = utc_now()
    store().write(lambda db: reviews.put_away(db, now, person.id, judgement_id))
