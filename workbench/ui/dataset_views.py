"""The dataset versions of a project: their cards, whose judgements they hold, what no longer
counts, what learned from them; and from a row back to what was said.
"""

import io
import zipfile
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from workbench.errors import WorkbenchError
from workbench.exporting import diffs, lineage
from workbench.exporting.diffs import Diff
from workbench.exporting.lineage import Origin, Touched
from workbench.records import Project
from workbench.store import datasets, reviewers
from workbench.store.datasets import DatasetVersion
from workbench.ui.runtime import store
from workbench.ui.ways import MOMENT, counted, plain, when


def versions(project: Project) -> None:
    with store().read() as db:
        found = [lineage.touched(db, version) for version in datasets.in_project(db, project.id)]
        names = {one.public_id: one.name or "forgotten" for one in reviewers.everyone(db)}
    if not found:
        return
    st.subheader("Versions")
    for one in found:
        counts = one.version.manifest["counts"]
        mark = " · ⚠ holds what no longer counts" if one.changed else ""
        held = f"{counts['train']:,} train, {counts['test']:,} test"
        title = f"{one.version.name} · {one.version.format} · {held}{mark}"
        with st.expander(title):
            _version(one, names)
    if len(found) > 1:
        _differences([one.version for one in found])
    _row(project)


def _version(one: Touched, names: dict[str, str]) -> None:
    folder = Path(one.version.folder)
    _changed(one, names)
    if one.models:
        st.write(f"Learned from it: {plain(', '.join(one.models))}.")
    if not folder.is_dir():
        st.error(f"The folder {folder} is missing. Restore it from a backup.")
        return
    st.download_button(
        "Download", lambda: _zipped(folder), f"{one.version.name}.zip", key=f"get-{one.version.id}"
    )
    st.code(f'load_dataset("{folder}")', language="python")
    card = (folder / "README.md").read_text(encoding="utf-8")
    st.markdown(card.split("---\n", 2)[-1].replace(f"# {one.version.name}\n", "", 1))


def _changed(one: Touched, names: dict[str, str]) -> None:
    for word, by_reviewer in vars(one.changed).items():
        if by_reviewer:
            whose = ", ".join(f"{n:,} of {names.get(who, who)}" for who, n in by_reviewer.items())
            st.warning(
                plain(f"Judgements {word} since: {whose}. A new version leaves them out.")
                if word == "withdrawn"
                else plain(f"Judgements {word} since: {whose}. A new version has them as they are.")
            )


def _zipped(folder: Path) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.iterdir()):
            archive.write(path, f"{folder.name}/{path.name}")
    return buffer.getvalue()


def _differences(found: list[DatasetVersion]) -> None:
    with st.expander("What changed between two versions"):
        left, right = st.columns(2)
        names = [version.name for version in found]
        first = left.selectbox("From", names, 1)
        second = right.selectbox("To", names, 0)
        by_name = {version.name: version for version in found}
        try:
            _say(diffs.diff(by_name[first], by_name[second]))
        except WorkbenchError as problem:
            st.error(str(problem))


def _say(found: Diff) -> None:
    st.write(
        f"{counted(found.added, 'row')} came, {counted(found.removed, 'row')} went,"
        f" {counted(found.kept, 'row')} stayed."
    )
    if found.declared:
        rows = [{"what": name, "from": str(a), "to": str(b)} for name, (a, b) in
                found.declared.items()]  # fmt: skip
        st.dataframe(pd.DataFrame(rows), hide_index=True)


def _row(project: Project) -> None:
    with st.expander("Where a row comes from"):
        pair_id = st.text_input("The row's pair_id", key="row", bind="query-params").strip()
        if not pair_id:
            st.caption("Each row of a version has one; so does the preview above.")
            return
        try:
            with store().read() as db:
                found = lineage.of_row(db, pair_id, project.id)
                names = {one.public_id: one.name or "forgotten" for one in reviewers.everyone(db)}
        except WorkbenchError as problem:
            st.error(str(problem))
            return
        _origin(found[0], names)
        st.caption(f"In {', '.join(plain(one.touched.version.name) for one in found)}.")


def _better(line: dict[str, Any], winner: int | None) -> str:
    """The winner as the row names it, or else by its id."""
    for name in ("chosen", "rejected"):
        answer = line.get(name)
        if winner and isinstance(answer, dict) and answer.get("completion_id") == winner:
            return name
    return f"answer {winner}" if winner else ""


def _origin(origin: Origin, names: dict[str, str]) -> None:
    people = {said["id"]: said["reviewer"] for said in origin.line["judgements"]}
    rows = [
        {
            "reviewer": names.get(people[said["id"]], people[said["id"]]),
            "kind": said["kind"],
            "better answer": _better(origin.line, said["winner_id"]),
            "strength": said["strength"],
            "all bad": bool(said["all_bad"]),
            "said why": said["rationale"],
            "judged": when(said["created_at"]),
            "counts": said["current"] == 1 and said["withdrawn_at"] is None,
        }
        for said in origin.opinions
    ]
    st.dataframe(pd.DataFrame(rows), hide_index=True, column_config={"judged": MOMENT})
    st.caption("The row's line in lineage.jsonl:")
    st.json(origin.line, expanded=False)
