"""Review: the deck. Judging itself goes through the HTTP API and never reruns this page."""

import streamlit as st

from workbench.ui import home_views, session
from workbench.ui.desk import deck_data
from workbench.ui.review_deck import review_deck

person = session.require("reviewer")
project = session.current_project()


@st.fragment(run_every="10m")
def desk() -> None:
    """Each run hands over a fresh token; the item on screen stays as it is."""
    if review_deck(deck_data(project, person), key=f"deck-{project.slug}"):
        st.rerun()


home_views.nothing_yet(project, person)
home_views.goal_reached(project, person)
desk()
