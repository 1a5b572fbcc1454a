"""Settings: the project's texts and rules, its people, and new projects."""

import streamlit as st

from workbench.ui import session, settings_views

session.require("owner")
st.title("Settings")
if session.all_projects():
    project = session.current_project()
    this, people, new = st.tabs(["Project", "Reviewers", "New project"])
    with this:
        settings_views.edit_project(project)
    with people:
        settings_views.people()
    with new:
        settings_views.new_project()
else:
    settings_views.new_project()
