"""Discussions: what reviewers asked about items, and what was answered and concluded."""

import streamlit as st

from workbench.ui import discussion_views, session, thread_views

person = session.require("reviewer")
project = session.current_project()

st.title("Discussions")
thread = discussion_views.chosen(project, person)
if thread:
    thread_views.one(thread, person)
else:
    discussion_views.queue(project, person)
