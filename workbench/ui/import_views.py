"""The import page's parts: what a file holds, what is wrong in it, and what came of it."""

import json
from typing import Any

import pandas as pd
import streamlit as st

from workbench.importing import Report
from workbench.importing.dropping import Dropped
from workbench.importing.preview import first_rows
from workbench.importing.readers import BadRow
from workbench.importing.reading import Checked, Kind
from workbench.records import Project
from workbench.store import imports, prompts
from workbench.ui.runtime import store
from workbench.ui.screens import screen
from workbench.ui.ways import MOMENT, counted, listed, when

EXAMPLES: dict[Kind, str] = {
    "prompts": '{"prompt": "What is a lease?", "tags": ["law"], "id": "q1"}\n'
    '{"prompt": "Who signed?", "context": "Signed by A. Reed.", "reference": "A. Reed."}',
    "completions": '{"prompt": "What is a lease?", "variant": "model A", "completion": "…"}\n'
    '{"prompt": "Who signed?", "completions": {"model A": "…", "model B": "…"}}',
    "judgements": '{"prompt": "What is a lease?", "chosen": "A contract that …", "rejected": "…"}\n'
    '{"prompt": "Who signed?", "completion": "A. Reed.", "label": true}\n'
    '{"question_id": 81, "model_a": "model A", "model_b": "model B",'
    ' "winner": "tie",\n "judge": "expert_3", "turn": 1,\n "conversation_a":'
    ' [{"role": "user", "content": "Why?"}, {"role": "assistant", "content": "…"}],\n'
    ' "conversation_b":'
    ' [{"role": "user", "content": "Why?"}, {"role": "assistant", "content": "…"}]}',
}

NEXT: dict[Kind, tuple[str, str]] = {
    "prompts": ("generate", "Next: let models answer the prompts"),
    "completions": ("generate", "Next: queue comparisons of the answers"),
    "judgements": ("export", "Next: export what was judged"),
}
NARROW, MIDDLE, WIDE = 50, 163, 650  # pixels of a column
ROW = 104  # pixels, in which a cell's text is wrapped
LONGEST = 110  # characters that this holds


def say(report: Report, kind: Kind) -> None:
    """What came of it, and where to go on."""
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
    left_out(report.dropped)
    name, label = NEXT[kind]
    st.page_link(screen(name), label=label)


def bad_rows(bad: list[BadRow]) -> None:
    """Those that cannot be used, by line."""
    if bad:
        st.warning(f"{counted(len(bad), 'row')} cannot be used:")
        rows = [{"line": row.line, "reason": row.reason.replace("`", "")} for row in bad]
        _table(rows, {"line": NARROW, "reason": WIDE})


def preview(checked: Checked) -> None:
    """The first rows as they will be understood, and what of the good rows is left out."""
    if not checked.rows:
        st.info(
            "Nothing in this file can be used as it is read now. Is it what you chose above, and do"
            " its columns have the names that the format asks for?"
        )
        return
    st.caption(f"{counted(len(checked.rows), 'row')} can be used. The first ones:")
    rows = _understood(first_rows(checked.rows))
    widths = {name: NARROW if name == "line" else MIDDLE for name in rows[0]}
    _table(rows, widths, row_height=ROW, height="content")
    left_out(checked.drops.listed())


def _understood(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """As they are shown: what was judged beside the prompt, each answer in a column of its own, and
    no column that is empty in all of them.
    """
    shown = [
        {
            "line": row["line"],
            "prompt": _short(row["prompt"]),
            "judgements": _short("; ".join(row["said"])),
        }
        | {
            f"answer {place}": _short(f"{name}: {text}")
            for place, (name, text) in enumerate(row["answers"].items(), start=1)
        }
        for row in rows
    ]
    names = dict.fromkeys(name for row in shown for name, value in row.items() if value)
    return [{name: row.get(name, "") for name in names} for row in shown]


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _table(rows: list[dict[str, Any]], widths: dict[str, int], **how: Any) -> None:
    config = {name: st.column_config.Column(width=width) for name, width in widths.items()}
    st.dataframe(pd.DataFrame(rows), hide_index=True, column_config=config, **how)


def left_out(dropped: list[Dropped]) -> None:
    """What is not taken over, by reason."""
    if not dropped:
        return
    st.caption("Left out of the rows that can be used:")
    rows = [
        {
            "how many": one.count,
            "what": one.reason.replace("`", ""),
            "first lines": ", ".join(map(str, one.lines)),
            "what helps": one.remedy.replace("`", ""),
        }
        for one in dropped
    ]
    st.dataframe(pd.DataFrame(rows), hide_index=True)


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
        {
            "when": when(p["finished_at"]),
            "what": p["kind"],
            "file": p["file_name"],
            "left out": _count_left_out(json.loads(p["report"])),
        }
        for p in past
    ]
    st.dataframe(pd.DataFrame(rows), hide_index=True, column_config={"when": MOMENT})


def _count_left_out(report: dict[str, Any]) -> int:
    """Bad rows, and what of the good ones was not taken over."""
    dropped: int = sum(one["count"] for one in report.get("dropped", ()))
    return len(report.get("bad", ())) + dropped
