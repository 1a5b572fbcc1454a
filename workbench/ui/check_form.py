"""A new check: its kind, a widget for each of its settings, and what is wrong beneath it."""

from dataclasses import MISSING, Field, fields
from typing import Any, get_args

import streamlit as st

from workbench import checking
from workbench.checking.adding import schema_of
from workbench.checking.kinds import Unit
from workbench.checking.making import KINDS
from workbench.checking.wording import TITLES
from workbench.clock import utc_now
from workbench.errors import InvalidInput, WorkbenchError
from workbench.records import Project
from workbench.ui.runtime import store

ADDED = "check-added"
Places = dict[str, Any]  # where the error of each field stands


def add_check(project: Project) -> None:
    kind = st.selectbox("What it looks at", list(KINDS), format_func=TITLES.__getitem__)
    with st.form(f"add-check-{kind}"):
        places: Places = {}
        given = {f.name: _widget(f, places) for f in fields(KINDS[kind])}  # type: ignore[arg-type]
        name = st.text_input("Name", placeholder=f"{project.slug}: {kind} …", max_chars=80)
        if st.form_submit_button("Add the check", type="primary"):
            _add(project, kind, given, name.strip() or None, places)


def _widget(setting: "Field[Any]", places: Places) -> Any:
    """The value in the widget of one setting; None leaves it at its default."""
    value = _value(setting.name, setting.default)
    places[setting.name] = st.empty()
    return None if value == setting.default and setting.default is not MISSING else value


def _value(name: str, default: Any) -> Any:
    match name:
        case "text":
            return st.text_input("Text", help="Left empty: the prompt's reference.") or None
        case "pattern":
            return st.text_input("Pattern", placeholder=r"^\d+$", help="As Python's re writes it.")
        case "schema":
            return st.text_area("JSON schema", "{}", height=160)
        case "least":
            return st.number_input("At least", 0, value=None, step=1)
        case "most":
            return st.number_input("At most", 0, value=None, step=1)
        case "unit":
            return st.selectbox("Unit", get_args(Unit))
        case "phrases":
            said = st.text_area("More phrases that count, one a line", height=100)
            return tuple(line.strip() for line in said.splitlines() if line.strip())
        case "threshold":
            return st.slider("Too alike from", 0.5, 1.0, default, 0.05)
        case _:
            return st.checkbox(LABELS[name], default)


LABELS = {
    "absent": "It must not be there",
    "ignore_case": "Case does not matter",
    "exact_space": "White space counts",
}


def _add(
    project: Project, kind: str, given: dict[str, Any], name: str | None, places: Places
) -> None:
    now = utc_now()
    try:
        settings = _settings(given)
        check = store().write(lambda db: checking.add(db, now, project, kind, settings, name))
    except WorkbenchError as problem:
        places.get(problem.field or "", st).error(str(problem))
        return
    st.session_state[ADDED] = check.name
    st.rerun()


def _settings(given: dict[str, Any]) -> dict[str, Any]:
    """Raises InvalidInput for a schema that is no JSON, or a pattern that is empty."""
    settings = {key: value for key, value in given.items() if value is not None}
    if settings.get("pattern") == "":
        raise InvalidInput("An empty pattern is in every answer.", field="pattern",
                           remedy="Give one.")  # fmt: skip
    if "schema" in settings:
        settings["schema"] = schema_of(settings["schema"])
    if "phrases" in settings:
        settings["phrases"] = list(settings["phrases"])
    return settings
