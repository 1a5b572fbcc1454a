"""Export: which judged pairs go in, what they look like, and the frozen versions."""

import streamlit as st

from workbench.ui import export_views, session

session.require("lead")
project = session.current_project()

st.title("Export")
st.write(
    "A dataset version is frozen: it holds the judged pairs of train prompts in TRL's columns,"
    " and a file that leads from each row back to the judgements. Gold items, heldout prompts"
    " and near-duplicates of these never go in."
)
filters = export_views.choose_filters()
preview = export_views.preview(project, filters)
if preview.verdicts:
    export_views.export_button(project, filters)
export_views.versions(project)
