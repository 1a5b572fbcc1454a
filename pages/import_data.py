"""Import: a file of prompts, completions or judgements, checked before anything is stored."""

import streamlit as st

from workbench.ui import import_views, removal_views, session

session.require("owner")
project = session.current_project()

st.title("Import")
removal_views.notice(project, "import")
st.write(
    "JSON lines, or one JSON list. Each row needs a `prompt` (a text, or messages); for answers"
    " also `variant` and `completion`, or `completions` by variant. `id`, `context`, `reference`,"
    " `tags` and `split` are optional. MT-Bench's questions and human judgements and AlpacaEval's"
    " outputs are read as they are."
)
kind = st.segmented_control(
    "What is in the file?", list(import_views.EXAMPLES), default="prompts", required=True
)
file = st.file_uploader("File", type=["jsonl", "json"], key=f"file-{kind}")
if file:
    import_views.check_and_import(project, file.name, file.getvalue(), kind)
else:
    with st.expander("An example"):
        st.code(import_views.EXAMPLES[kind], language="json")
import_views.history(project)
