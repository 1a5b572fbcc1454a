"""Review: the deck. Judging itself goes through the HTTP API and never reruns this page."""

import streamlit as st

from workbench.ui import session
from workbench.ui.desk import deck_data
from workbench.ui.review_deck import review_deck
from workbench.ui.screens import screen

person = session.require("reviewer")
project = session.current_project()


@st.fragment(run_every="10m")
def desk() -> None:
    """Each run hands over a fresh token; the item on screen stays as it is."""
    if review_deck(deck_data(project, person), key=f"deck-{project.slug}"):
        st.rerun()


data = deck_data(project, person)
if data["goal"] and data["done"] >= data["goal"]:
    st.success(f"You have judged {data['done']} pairs in this round: enough to teach the model.")
    if st.button("Teach the model", type="primary"):
        st.switch_page(screen("home"))
desk()
