"""Export: the format, what goes in, what it would look like, and the frozen versions."""

import streamlit as st

from workbench.ui import (
    benchmark_views,
    dataset_views,
    export_form,
    export_views,
    removal_views,
    session,
)

session.require("lead")
project = session.current_project()

st.title("Export")
removal_views.notice(project, "export")
st.write(
    "A dataset version is frozen: it holds what was judged on train prompts in a trainer's own"
    " columns, and a file that leads from each row back to the judgements. Answers of gold items,"
    " heldout prompts and near-duplicates of these never train."
)
benchmark_views.checked_against()
format_, filters, also = export_form.choose(project)
if export_views.preview(project, filters, format_):
    export_views.export_button(project, filters, format_, also)
dataset_views.versions(project)
