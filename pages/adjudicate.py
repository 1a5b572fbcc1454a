"""Adjudicate: a lead's second look at judged items, blind, by keyboard, one after another."""

import streamlit as st

from workbench.ui import adjudicate_views, looks_queue, ruling_views, session

person = session.require("lead")
project = session.current_project()

st.title("Adjudicate")
queue = looks_queue.queue(project)
case = adjudicate_views.chosen(project, queue)
if case is None:
    adjudicate_views.nothing(project)
else:
    adjudicate_views.desk(project, person, queue, case)
    ruling_views.thread(case)
    ruling_views.after_ruling(project, person, case)
