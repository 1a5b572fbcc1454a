"""Reviewers: how each judges, every figure with its interval, and what to do about it."""

import streamlit as st

from workbench.ui import quality_views, reviewer_views, session

lead = session.require("lead")
project = session.current_project()

st.title("Reviewers")
reviewer_views.paused(project, lead)
report = quality_views.current(project)
if report is None:
    st.stop()
if not report["reviewers"]:
    quality_views.nothing_yet()
    st.stop()
reviewer_views.everybody(project, report)
reviewer_views.detail(project, lead, report)
