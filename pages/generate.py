"""Generate: let models answer the prompts, then put pairs of answers before reviewers."""

import streamlit as st

from workbench.ui import generate_views, grid_views, plan_views, session

session.require("owner")
project = session.current_project()

st.title("Generate")
busy = generate_views.under_way(project)
plan_views.form(project, busy=busy)
grid_views.runs(project)
generate_views.overview(project)
generate_views.queue(project)
