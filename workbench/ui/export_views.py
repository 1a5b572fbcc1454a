"""The export page's parts: filters, a preview of rows, versions to download."""

import io
import zipfile
from pathlib import Path

import pandas as pd
import streamlit as st

from workbench.clock import utc_now
from workbench.errors import WorkbenchError
from workbench.exporting import Filters, Preview, Row, collect, export
from workbench.records import Project, ReviewerKind, plain_text
from workbench.store import datasets
from workbench.store.datasets import DatasetVersion
from workbench.ui.runtime import store
from workbench.ui.ways import empty

SHOWN = 20
KINDS: tuple[ReviewerKind, ...] = ("human", "simulated", "judge")


def choose_filters() -> Filters:
    with st.container(border=True):
        kinds = st.pills(
            "Whose judgements count", KINDS,
            selection_mode="multi", default=list(KINDS[:1]),
        )  # fmt: skip
        left, middle, right = st.columns(3)
        votes = int(left.number_input("Least votes", 1, 20, 1))
        strength = float(middle.slider("Least strength", 1.0, 3.0, 1.0, 0.5))
        share = right.slider("Share for the test part, %", 0, 50, 10) / 100
    return Filters(tuple(kinds), votes, strength, share)


def preview(project: Project, filters: Filters) -> Preview:
    with store().read() as db:
        found = collect(db, project.id, filters)
    parts = [row.part for row in found.rows]
    cells = st.columns(3)
    cells[0].metric("Train pairs", parts.count("train"))
    cells[1].metric("Test pairs", parts.count("test"))
    cells[2].metric("Left out", sum(found.left_out.values()))
    for reason, n in found.left_out.items():
        st.caption(f"{n} left out: {reason}")
    if found.rows:
        rows = [_shown(row) for row in found.rows[:SHOWN]]
        st.dataframe(pd.DataFrame(rows), hide_index=True)
    else:
        empty("No judged pair passes these filters yet.", "Judge some", "review")
    return found


def _shown(row: Row) -> dict[str, str]:
    return {
        "part": row.part,
        "prompt": plain_text(row.prompt[-1]["content"]),
        "chosen": plain_text(row.chosen[0]["content"]),
        "rejected": plain_text(row.rejected[0]["content"]),
        "pair": row.pair_id,
    }


def export_button(project: Project, filters: Filters) -> None:
    if st.button("Freeze as a version", type="primary"):
        try:
            version = export(store(), project, filters, utc_now())
        except WorkbenchError as problem:
            st.error(str(problem))
        else:
            st.success(f"{version.name} is in {version.folder}.")


def versions(project: Project) -> None:
    with store().read() as db:
        found = datasets.in_project(db, project.id)
    if not found:
        return
    st.subheader("Versions")
    for version in found:
        counts = version.manifest["counts"]
        with st.expander(f"{version.name} · {counts['train']} train, {counts['test']} test"):
            _show_version(version)


def _show_version(version: DatasetVersion) -> None:
    folder = Path(version.folder)
    if not folder.is_dir():
        st.error(f"The folder {folder} is missing. Restore it from a backup.")
        return
    st.download_button(
        "Download", lambda: _zipped(folder), f"{version.name}.zip", key=f"get-{version.id}"
    )
    st.code(f'load_dataset("{folder}")', language="python")
    st.json(version.manifest, expanded=False)


def _zipped(folder: Path) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.iterdir()):
            archive.write(path, f"{folder.name}/{path.name}")
    return buffer.getvalue()
