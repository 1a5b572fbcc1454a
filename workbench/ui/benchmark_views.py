"""The benchmarks that exports are checked against: which there are, and one more by its file."""

import tempfile
from functools import partial
from pathlib import Path

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from workbench.clock import utc_now
from workbench.errors import WorkbenchError
from workbench.exporting import decontamination
from workbench.store import benchmarks
from workbench.ui.runtime import store
from workbench.ui.ways import counted, plain

KINDS = ["jsonl", "json", "csv", "tsv", "parquet"]


def checked_against() -> None:
    with store().read() as db:
        found = benchmarks.named(db)
    label = f"Checked against {counted(len(found), 'benchmark')}" if found else "No benchmark yet"
    with st.popover(label, icon=":material/verified_user:"):
        st.caption("A prompt that asks what a benchmark asks is in no export.")
        for one in found:
            left, right = st.columns([3, 1], vertical_alignment="center")
            left.markdown(f"**{plain(one.name)}**, {counted(one.texts, 'question')}")
            if right.button("Remove", key=f"remove-{one.name}"):
                store().write(partial(benchmarks.remove, name=one.name))
                st.rerun()
        with st.form("benchmark", border=False, clear_on_submit=True):
            name = st.text_input("Name", max_chars=60, placeholder="mt_bench")
            file = st.file_uploader("Its questions, as prompts are imported", type=KINDS)
            if st.form_submit_button("Add"):
                _add(name, file)


def _add(name: str, file: UploadedFile | None) -> None:
    if file is None:
        st.error("Choose the file with its questions.")
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / Path(file.name).name
        path.write_bytes(file.getvalue())
        try:
            decontamination.add(store(), name, path, utc_now())
        except WorkbenchError as problem:
            st.error(str(problem))
        else:
            st.rerun()
