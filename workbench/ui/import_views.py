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
from workbench.ui.ways import counted, listed, when

PREVIEW_ROWS = 5
EXAMPLES = {
    "prompts": '{"prompt": "What is a lease?", "tags": ["law"], "id": "q1"}\n'
    '{"prompt": "Who signed?", "context": "Signed by A. Reed.", "reference": "A. Reed."}',
    "completions": '{"prompt": "What is a lease?", "variant": "model A", "completion": "…"}\n'
    '{"prompt": "Who signed?", "completions": {"model A": "…", "model B": "…"}}',
    "judgements": '{"question_id": 81, "model_a": "model A", "model_b": "model B",'
    ' "winner": "tie",\n "judge": "expert_3", "turn": 1,\n "conversation_a":'
    ' [{"role": "user", "content": "Why?"}, {"role": "assistant", "content": "…"}],\n'
    ' "conversation_b":'
    ' [{"role": "user", "content": "Why?"}, {"role": "assistant", "content": "…"}]}',
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
    new = listed(
        (report.prompts, "prompt"), (report.completions, "answer"),
        (report.judgements, "judgement"),
    )  # fmt: skip
    heldout = f" {counted(report.heldout, 'prompt')} will be held out." if report.heldout else ""
    st.success(f"New: {new}.{heldout}" if new else "All of it was there already.")
    if report.known_prompts and new:
        st.info(f"There already: {counted(report.known_prompts, 'prompt')}.")
    if report.near_heldout:
        kept = counted(report.near_heldout, "prompt")
        st.info(f"{kept} lie near a heldout one and will not train.")


def _show_bad(bad: list[BadRow]) -> None:
    if bad:
        st.warning(f"{counted(len(bad), 'row')} cannot be used:")
        rows = [{"line": row.line, "reason": row.reason.replace("`", "")} for row in bad]
        narrow = {"line": st.column_config.NumberColumn(width="small")}
        st.dataframe(pd.DataFrame(rows), hide_index=True, column_config=narrow)


def _preview(rows: list[Parsed]) -> None:
    if not rows:
        st.info("Nothing in this file can be used. Is it what you chose above?")
        return
    st.caption(f"{counted(len(rows), 'row')} can be used. The first ones:")
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
    rows = [
        {"when": when(p["finished_at"]), "what": p["kind"], "file": p["file_name"]} for p in past
    ]
    st.dataframe(pd.DataFrame(rows), hide_index=True)
