"""Train: tune a model on a dataset version, and watch it learn."""

import streamlit as st

from workbench.ui import progress, reward_views, session, train_views

session.require("owner")
project = session.current_project()

st.title("Train")
job = progress.running_job(project.id)
if job and job.kind in ("train", "close_round"):
    progress.follow_job(project.id, curve=True)
else:
    train_views.form(project)
train_views.past_runs(project)
reward_views.section(project)
