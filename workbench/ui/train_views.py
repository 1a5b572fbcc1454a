"""The train page's parts: what to tune on what, and the runs so far with their curves."""

import streamlit as st

from workbench import training
from workbench.clock import utc_now
from workbench.records import Project
from workbench.store import datasets, training_runs, variants
from workbench.ui import progress
from workbench.ui.runtime import store
from workbench.ui.ways import empty


def form(project: Project) -> None:
    with store().read() as db:
        every = datasets.in_project(db, project.id)
        models = {m.name: m for m in variants.models(db) if m.kind == "local"}
    versions = {v.name: v for v in every if training.trainable(v.format)}
    if not versions:
        empty("There is no dataset version to train on yet.", "Freeze one", "export")
        return
    if not models:
        empty("No local model has answered yet.", "Generate answers", "generate")
        return
    version = versions[st.selectbox("Dataset version", list(versions))]
    base = models[st.selectbox("Model to tune", list(models))]
    suggested = training.suggest(
        "dpo",
        version.manifest["counts"]["train"],
        starter=project.settings.starter,
        tuned_before=base.training_run_id is not None,
    )
    names = training.names()
    recipe = st.selectbox("Recipe", names, index=names.index(suggested))
    with st.expander("The recipe's settings"):
        st.json(training.load_recipe(recipe).whole)
    if st.button("Train", type="primary"):
        settings = training.load_recipe(recipe)
        run_id = training.prepare(store(), project, version, base, settings, utc_now())
        training.start(store(), project, run_id)
        st.rerun()


def past_runs(project: Project) -> None:
    with store().read() as db:
        runs = training_runs.in_project(db, project.id)
        versions = {v.id: v.name for v in datasets.in_project(db, project.id)}
    if runs:
        st.subheader("Runs")
    for place, run in enumerate(runs):
        title = f"Run {run.id} · {run.status} · {versions[run.dataset_version_id]}"
        with st.expander(title, expanded=place == 0):
            if run.error:
                st.error(run.error)
            progress.show_curves(run)
            st.caption(f"Everything needed to run it again: {run.folder}")
