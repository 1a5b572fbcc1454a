"""The export page's form: the format, and what goes in. It returns what was chosen, and keeps
nothing but what is saved under a name.
"""

from dataclasses import replace
from typing import Any

import streamlit as st

from workbench.clock import utc_now
from workbench.errors import WorkbenchError
from workbench.exporting import FORMATS, Filters, containers
from workbench.exporting.filters import Balance, RowsFrom
from workbench.records import Project, ReviewerKind
from workbench.store import export_filters, prompts, reviewers
from workbench.ui.runtime import store
from workbench.ui.ways import plain

KINDS: tuple[ReviewerKind, ...] = ("human", "simulated", "judge")
ROWS_FROM: dict[RowsFrom, str] = {
    "verdicts": "verdicts", "corrections": "corrections", "minimal-edits": "minimal edits"
}  # fmt: skip
BALANCE: dict[Balance | None, str] = {
    None: "no balance", "tag": "tag", "language": "language", "variant": "winning variant",
    "length": "longer and shorter winner",
}  # fmt: skip
INCLUDED = ("gold", "heldout")
CONTAINERS = {"csv": "CSV", "sqlite": "one SQLite file"}
NEW = "No saved one"
SAVED = "filter-saved"


def choose(project: Project) -> tuple[str, Filters, tuple[str, ...]]:
    """The format's name, the filter, and what containers there are to be besides."""
    with store().read() as db:
        saved = export_filters.in_project(db, project.id)
        tags, languages = prompts.tags(db, project.id), prompts.languages(db, project.id)
        people = {one.public_id: one.name or "forgotten" for one in reviewers.everyone(db)}
    if told := st.session_state.pop(SAVED, None):
        st.toast(f"Saved as “{plain(told)}”.")
    left, right = st.columns(2)
    format_ = left.selectbox("Format", list(FORMATS), format_func=lambda n: FORMATS[n].title)
    name = right.selectbox("Saved filter", [NEW, *saved], disabled=not saved)
    also = st.multiselect(
        "Also as", containers.CONTAINERS, format_func=lambda one: CONTAINERS[one],
        placeholder="nothing more",
        help="JSON lines and Parquet are always there. CSV is safe to open in a spreadsheet.",
    )  # fmt: skip
    start = _start(project, name)
    with st.container(border=True):
        filters = _filters(project, start, name, {"tags": tags, "languages": languages}, people)
        if format_ == "raw":
            filters = replace(filters, include=_included(start, name))
        _save(project, filters)
    return format_, filters, tuple(also)


def _included(start: Filters, key: str) -> tuple[Any, ...]:
    chosen = st.pills("Also what never trains, marked by its kind", INCLUDED,
                      selection_mode="multi", default=start.include, key=f"include {key}",
                      help="What a gold item expects is never exported.")  # fmt: skip
    return tuple(chosen)


def _start(project: Project, name: str) -> Filters:
    if name == NEW:
        return Filters()
    with store().read() as db:
        return Filters.from_json(export_filters.named(db, project.id, name))


def _filters(
    project: Project, start: Filters, key: str, offered: dict[str, list[str]],
    people: dict[str, str],
) -> Filters:  # fmt: skip
    """`key` makes the widgets of each saved filter their own."""
    kinds = st.pills("Whose judgements count", KINDS, selection_mode="multi",
                     default=start.kinds, key=f"kinds {key}")  # fmt: skip
    first, second, third = st.columns(3)
    chosen: dict[str, Any] = {
        "kinds": tuple(kinds) or KINDS[:1],
        "least_votes": int(first.number_input("Judgements, at least", 1, 20, start.least_votes,
                                              key=f"votes {key}")),
        "least_strength": second.slider("Strength, at least", 1.0, 3.0, start.least_strength, 0.5,
                                        key=f"strength {key}"),
        "test_share": third.slider("Share for the test part, %", 0, 50,
                                   round(100 * start.test_share), key=f"share {key}") / 100,
    }  # fmt: skip
    with st.expander("More rules", expanded=start != Filters()):
        chosen |= _sureness(project, start, key) | _places(start, key, offered)
        chosen |= _kinds_of_rows(start, key)
        chosen["reviewers"] = tuple(
            st.multiselect("Only these reviewers", list(people), start.reviewers,
                           format_func=lambda i: f"{people[i]} ({i})", key=f"people {key}",
                           placeholder="all of them")
        )  # fmt: skip
        chosen["rubric_floor"] = _floors(project, start, key)
    return Filters(**chosen)


def _sureness(project: Project, start: Filters, key: str) -> dict[str, Any]:
    left, right = st.columns(2)
    usual = project.settings.consensus_threshold
    own = left.checkbox("A threshold of its own", start.least_posterior is not None,
                        key=f"own {key}",
                        help=f"Otherwise the project's: {usual:.0%} sure.")  # fmt: skip
    least = left.slider("Sure, at least, %", 50, 99, round(100 * (start.least_posterior or usual)),
                        disabled=not own, key=f"sure {key}")  # fmt: skip
    most = right.number_input("Pairs of a prompt, at most", 1, None, start.per_prompt,
                              placeholder="no limit", key=f"most {key}",
                              help="The surest are kept.")  # fmt: skip
    return {"least_posterior": least / 100 if own else None, "per_prompt": most}


def _places(start: Filters, key: str, offered: dict[str, list[str]]) -> dict[str, Any]:
    columns = st.columns(2)
    return {
        name: tuple(column.multiselect(f"Only these {name}", known, getattr(start, name),
                                       key=f"{name} {key}", placeholder="all of them"))
        for column, (name, known) in zip(columns, offered.items(), strict=True)
    }  # fmt: skip


def _kinds_of_rows(start: Filters, key: str) -> dict[str, Any]:
    left, right = st.columns(2)
    rows_from = left.pills("Rows from", list(ROWS_FROM), selection_mode="multi",
                           default=start.rows_from, key=f"from {key}",
                           format_func=ROWS_FROM.__getitem__,
                           help="A correction is better than the answer as it was. A minimal edit"
                           " changes only what its reviewer flagged.")  # fmt: skip
    kinds: list[Balance | None] = list(BALANCE)
    balance = right.selectbox("As many verdicts of each", kinds, kinds.index(start.balance),
                              format_func=BALANCE.__getitem__, key=f"balance {key}")  # fmt: skip
    across = st.checkbox("Pair answers of different templates too", start.across_templates,
                         key=f"across {key}", help="Under the prompt as imported.")  # fmt: skip
    return {
        "rows_from": tuple(rows_from) or start.rows_from,
        "balance": balance,
        "across_templates": across,
    }


def _floors(project: Project, start: Filters, key: str) -> dict[str, float]:
    criteria = (project.rubric or {}).get("criteria", [])
    floors = {}
    for criterion in criteria:
        name, low = criterion["key"], float(criterion["min"])
        least = st.slider(
            f"{criterion['title']}: the better answer's mean, at least", low,
            float(criterion["max"]), start.rubric_floor.get(name, low), 0.5, key=f"{name} {key}",
        )  # fmt: skip
        if least > low:
            floors[name] = least
    return floors


def _save(project: Project, filters: Filters) -> None:
    with st.popover("Save these rules"):
        name = st.text_input("Name", max_chars=60, key="filter-name").strip()
        if st.button("Save", disabled=not name):
            try:
                filters.check()
            except WorkbenchError as problem:
                st.error(str(problem))
                return
            body = filters.to_json()
            store().write(lambda db: export_filters.save(db, utc_now(), project.id, name, body))
            st.session_state[SAVED] = name
            st.rerun()
