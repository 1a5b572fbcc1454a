"""The export page's parts: filters, a preview of rows, versions to download."""

import io
import json
import zipfile
from pathlib import Path

import pandas as pd
import streamlit as st

from workbench import exporting
from workbench.clock import utc_now
from workbench.errors import WorkbenchError
from workbench.exporting import Filters, Preview, export
from workbench.exporting.pairs import Pair
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
    return Filters(tuple(kinds) or KINDS[:1], votes, strength, test_share=share)


def preview(project: Project, filters: Filters) -> Preview:
    with store().read() as db:
        found = exporting.preview(db, project, filters, most=SHOWN)
    cells = st.columns(2)
    cells[0].metric("Pairs", found.verdicts)
    cells[1].metric("Left out", sum(cost.rows for cost in found.left_out.values()))
    for reason, cost in found.left_out.items():
        st.caption(f"{cost.rows} left out: {reason}")
    if found.first:
        rows = [_shown(row) for row in found.first if isinstance(row, Pair)]
        st.dataframe(pd.DataFrame(rows), hide_index=True)
    else:
        empty("No judged pair passes these filters yet.", "Judge some", "review")
    return found


def _shown(pair: Pair) -> dict[str, str]:
    return {
        "part": pair.part,
        "prompt": _last(pair.prompt),
        "chosen": _last(pair.chosen),
        "rejected": _last(pair.rejected),
        "pair": pair.pair_id,
    }


def _last(messages: str) -> str:
    return plain_text(json.loads(messages)[-1]["content"])


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
