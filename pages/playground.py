"""Playground: one prompt before a few variants at once, side by side, before a run is worth it."""

import streamlit as st

from workbench.ui import play_answers, play_form, session

session.require("owner")
project = session.current_project()

st.title("Playground")
prompt = play_form.prompt(project)
asking = play_form.variants(project)
play_answers.ask(project, prompt, asking)
play_answers.answers(project)
