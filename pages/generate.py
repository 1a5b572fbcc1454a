"""Generate: let a model answer the prompts, then put pairs of answers before reviewers."""

import streamlit as st

from workbench.ui import generate_views, progress, session

session.require("owner")
project = session.current_project()

st.title("Generate")
if progress.running_job(project.id):
    progress.follow_job(project.id)
else:
    failed = progress.last_failure(project.id)
    if failed:
        st.error(f"The last job failed: {failed.error}")
    generate_views.form(project)
generate_views.overview(project)
generate_views.queue(project)
