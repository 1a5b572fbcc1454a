"""The import page's parts: what a file holds, what is wrong in it, and the button."""

import tempfile
from pathlib import Path

import pandas as pd
import streamlit as st

from workbench import importing
from workbench.clock import utc_now
from workbench.errors import InvalidInput
from workbench.importing.readers import BadRow
from workbench.importing.shapes import Parsed
from workbench.records import Project, plain_text
from workbench.store import imports, prompts
from workbench.ui.runtime import store

PREVIEW_ROWS = 5
EXAMPLES = {
    "prompts": '{"prompt": "What is a lease?", "tags": ["law"], "id": "q1"}\n'
    '{"prompt": "Who signed?", "context": "Signed by A. Reed.", "reference": "A. Reed."}',
    "completions": '{"prompt": "What is a lease?", "variant": "model A", "completion": "…"}\n'
    '{"prompt": "Who signed?", "completions": {"model A": "…", "model B": "…"}}',
}


def check_and_import(project: Project, name: str, content: bytes, kind: str) -> None:
    """Show what the file holds; store it when asked."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        try:
            rows, bad = importing.check_file(path, kind)
        except InvalidInput as problem:
            st.error(str(problem))
            return
        _show_bad(bad)
        _preview(rows)
        if not rows:
            return
        skip = bool(bad) and st.checkbox(f"Import the other {len(rows)} rows all the same")
        if st.button("Import", type="primary", disabled=bool(bad) and not skip):
            with st.spinner("Importing"):
                report = importing.import_file(
                    store(), project, path, utc_now(), kind=kind, skip_bad=skip
                )
            _say(report)


def _say(report: importing.Report) -> None:
    st.success(
        f"{report.prompts} new prompts, {report.heldout} of them heldout;"
        f" {report.completions} new answers; {report.judgements} verdicts of a judge."
    )
    if report.known_prompts:
        st.info(f"{report.known_prompts} prompts were there already.")
    if report.near_heldout:
        st.info(f"{report.near_heldout} are near a heldout prompt and will not train.")


def _show_bad(bad: list[BadRow]) -> None:
    if bad:
        st.warning(f"{len(bad)} rows cannot be used:")
        frame = pd.DataFrame([{"line": row.line, "reason": row.reason} for row in bad])
        st.dataframe(frame, hide_index=True)


def _preview(rows: list[Parsed]) -> None:
    st.caption(f"{len(rows)} rows can be used. The first ones:")
    shown = [
        {
            "prompt": plain_text(row.prompt.messages[0]["content"]),
            "turns": row.prompt.turns,
            "answers by": ", ".join(row.completions),
            "tags": ", ".join(row.prompt.tags),
        }
        for row in rows[:PREVIEW_ROWS]
    ]
    st.dataframe(pd.DataFrame(shown), hide_index=True)


def history(project: Project) -> None:
    with store().read() as db:
        past = imports.recent(db, project.id)
        counts = prompts.counts(db, project.id)
    if not past:
        st.info("Nothing was imported into this project yet.")
        return
    st.subheader("In this project")
    cells = st.columns(3)
    cells[0].metric("Train prompts", counts["train"])
    cells[1].metric("Heldout prompts", counts["heldout"])
    cells[2].metric("Kept out of training", counts["near_heldout"], help="Near a heldout prompt")
    frame = pd.DataFrame(past)[["finished_at", "kind", "file_name"]]
    st.dataframe(frame.set_axis(["when", "what", "file"], axis=1), hide_index=True)
