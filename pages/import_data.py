"""Import: prompts, answers or judgements of a file or a dataset, seen before anything is stored."""

import streamlit as st

from workbench.ui import import_form, import_views, removal_views, session

session.require("owner")
project = session.current_project()

st.title("Import")
removal_views.notice(project, "import")
st.write(
    "JSON lines, a JSON list, CSV, TSV or Parquet. Its format is found by its columns: preference"
    " pairs and answers in TRL's columns, HH-RLHF, UltraFeedback, HelpSteer, Chatbot Arena,"
    " MT-Bench, AlpacaEval, PKU-SafeRLHF, OpenAI's, Argilla's and Label Studio's, or a table of"
    " your own."
)
kind = st.segmented_control(
    "What is to be taken from it?", list(import_views.EXAMPLES), default="prompts", required=True
)
source = import_form.source(kind)
if source:
    with source as path:
        import_form.check_and_import(project, path, kind)
else:
    with st.expander("An example"):
        st.code(import_views.EXAMPLES[kind], language="json")
import_views.history(project)
