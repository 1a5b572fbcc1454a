"""The export page's parts: what would go in, what each rule costs, and the job that writes it."""

from typing import Any

import pandas as pd
import streamlit as st

from workbench import exporting
from workbench.errors import WorkbenchError
from workbench.exporting import FORMATS, Filters, previewing
from workbench.records import Project, plain_text
from workbench.store import jobs, judgements
from workbench.store.database import dumps
from workbench.ui import progress
from workbench.ui.runtime import store
from workbench.ui.ways import counted, empty

AT_ONCE = 20_000  # judgements up to which a preview is reckoned while one waits
NEEDED = {
    "rated": "it takes a score on every criterion of the rubric",
    "spanned": "it takes judgements of people who were asked to tag spans",
    "best": "it takes an answer that won and never lost",
}
BEGUN = "export begun"
Json = dict[str, Any]


def preview(project: Project, filters: Filters, format_: str) -> bool:
    """Show it; whether there is anything to export."""
    try:
        found = _found(project, filters, format_)
    except WorkbenchError as problem:
        st.error(str(problem))
        return False
    if found is None:
        return False
    _costs(found, FORMATS[format_].counts)
    if not found["rows"]:
        empty(_nothing(found, format_), "Judge some", "review")
        return False
    for reason, rows in found.get("unfit", {}).items():
        st.caption(
            f"Left out by the format, as far as was looked: {counted(rows, 'row')}, {reason}."
        )
    st.caption("The first rows:")
    st.dataframe(pd.DataFrame([_shown(row) for row in found["rows"]]), hide_index=True)
    return True


def _nothing(found: Json, format_: str) -> str:
    """Why there is no row: the rules, or what the format needs."""
    if not found["verdicts"] + found["corrections"]:
        return "Nothing that was judged passes these rules yet."
    reasons = [*found.get("unfit", {}), NEEDED.get(FORMATS[format_].of, "")]
    why = f": {'; '.join(said for said in reasons if said)}" if any(reasons) else ""
    return f"What passes the rules makes no row of this format{why}. Another format may take it."


def _found(project: Project, filters: Filters, format_: str) -> Json | None:
    """Of many judgements by a job; None until it has ended."""
    with store().read() as db:
        if judgements.count(db, project.id) <= AT_ONCE:
            return previewing.look(db, project, filters, format_)
        job = previewing.latest(db, project, filters, format_)
    if job is None:
        job = previewing.ask(store(), project, filters, format_)
    if job.status in ("queued", "running"):
        progress.follow_job(project.id, previewing.JOB)
        return None
    if job.status != "done":
        st.error(f"The preview failed: {job.error}")
    if st.button("Look again"):
        previewing.ask(store(), project, filters, format_)
        st.rerun()
    return job.result


def _costs(found: Json, what: str) -> None:
    lost = sum(cost["rows"] for cost in found["left_out"].values())
    passed = counted(found["verdicts"], what)
    if found["corrections"]:
        passed += f" and {counted(found['corrections'], 'correction')}"
    st.markdown(f"**{passed} pass**, {lost:,} do not.")
    if not lost:
        return
    rows = [
        {"left out": cost["rows"], "because": rule,
         "for example, items": ", ".join(map(str, cost["examples"]))}
        for rule, cost in sorted(found["left_out"].items(), key=lambda one: -one[1]["rows"])
    ]  # fmt: skip
    narrow = st.column_config.ProgressColumn(
        "left out",
        width="small",
        format="%d",
        min_value=0,
        max_value=found["verdicts"] + found["corrections"] + lost,
    )
    st.dataframe(pd.DataFrame(rows), hide_index=True, column_config={"left out": narrow})


def _shown(row: Json) -> Json:
    return {name: _text(value) for name, value in row.items()}


def _text(value: Any) -> Any:
    """Messages as their last one's text, or all of it where it holds messages deeper down."""
    if isinstance(value, dict):
        value = value.get("messages", value)
    if isinstance(value, list) and value and isinstance(value[-1], dict):
        if "content" in value[-1]:
            return plain_text(value[-1]["content"])
        return dumps(value)
    return dumps(value) if isinstance(value, dict) else value


def export_button(project: Project, filters: Filters, format_: str, also: tuple[str, ...]) -> None:
    """Begin the job, follow it, and say what it made."""
    if progress.running_job(project.id, exporting.JOB):
        progress.follow_job(project.id, exporting.JOB)
        return
    _made()
    if failed := progress.last_failure(project.id, exporting.JOB):
        st.error(f"The last export failed: {failed.error}")
    if st.button("Freeze as a version", type="primary"):
        try:
            job = exporting.begin(store(), project, filters, format_, also)
        except WorkbenchError as problem:
            st.error(str(problem))
        else:
            st.session_state[BEGUN] = job.id
            st.rerun()


def _made() -> None:
    """Said once, of the export that was begun here."""
    if begun := st.session_state.pop(BEGUN, None):
        with store().read() as db:
            job = jobs.get(db, begun)
        if job.result:
            st.success(f"{job.result['name']} is frozen: it stands under Versions.")
