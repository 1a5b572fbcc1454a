"""Train: tune a model on a dataset version, watch it learn, and see what came of it."""

import streamlit as st

from workbench.ui import progress, reward_views, run_views, session, train_form

session.require("owner")
project = session.current_project()

st.title("Train")
job = progress.running_job(project.id)
if job and job.kind in ("train", "close_round"):
    progress.follow_job(project.id, curve=True)
    with st.expander("Another run, which waits for its turn"):
        train_form.form(project)
else:
    train_form.form(project)
run_views.past_runs(project)
reward_views.section(project)
