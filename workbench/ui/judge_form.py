"""A new judge model: its name, model and instructions, and what it would read of a real item."""

from dataclasses import replace
from typing import Any

import streamlit as st

from workbench import judges
from workbench.clock import utc_now
from workbench.errors import WorkbenchError
from workbench.generation import known
from workbench.judges import planning
from workbench.judges.adding import SAMPLING
from workbench.judges.asking import INSTRUCTIONS
from workbench.records import Model, Project, Sampling
from workbench.ui.runtime import store
from workbench.ui.ways import go, plain

ADDED = "judge-added"
VARIABLES = (
    "May use {{ guidelines }}, {{ criteria }}, {{ categories }}, {{ context }}, {{ reference }} and"
    " {{ prompt }}; must have {{ first }} and {{ second }}, the two answers."
)


def say_added() -> None:
    if ADDED in st.session_state:
        st.success(
            f"“{plain(st.session_state.pop(ADDED))}” is there. Let it read what people"
            " judged, to see how it does beside them."
        )


def add_judge(project: Project) -> None:
    """No form: the preview follows the instructions as they are edited."""
    models = {model.name: model for model in known.able(store())}
    if not models:
        st.write(
            "No model is known that could judge. `python -m workbench models add --help` says"
            " how one is entered; what generates answers is known by itself."
        )
        go("Generate answers", "generate")
        return
    left, right = st.columns(2)
    name = left.text_input("Name", max_chars=80, key="judge-name")
    wrong = {"name": left.empty()}
    model = models[right.selectbox("Model", list(models), key="judge-model")]
    wrong["model"] = right.empty()
    text = st.text_area(
        "Instructions", INSTRUCTIONS, height=320, help=VARIABLES, key="judge-instructions"
    )
    wrong["instructions"] = st.empty()
    sampling = _sampling()
    _preview(project, text)
    if st.button("Add the judge", type="primary"):
        _add(project, name.strip(), model, text, sampling, wrong)


def _sampling() -> Sampling:
    left, right = st.columns(2)
    temperature = left.number_input("Temperature", 0.0, 2.0, SAMPLING.temperature, 0.1)
    longest = right.number_input("Most tokens a reply", 16, 32_000, SAMPLING.max_tokens, 64)
    return replace(SAMPLING, temperature=float(temperature), max_tokens=int(longest))


def _preview(project: Project, text: str) -> None:
    """What it reads of the first item, as plain text."""
    with st.expander("What it reads of a real item"):
        try:
            with store().read() as db:
                read = planning.preview(db, project, text)
        except WorkbenchError as problem:
            st.error(str(problem))
            return
        if read is None:
            st.caption("There is no pair of answers in the project yet.")
            return
        st.caption("The first item, in the first of two orders; names of models are masked.")
        st.code(read, language=None, wrap_lines=True)


def _add(
    project: Project, name: str, model: Model, text: str, sampling: Sampling, wrong: dict[str, Any]
) -> None:
    now = utc_now()
    try:
        store().write(lambda db: judges.add(db, now, project, name, model, text, sampling))
    except WorkbenchError as problem:
        wrong.get(problem.field or "", st).error(str(problem))
        return
    st.session_state[ADDED] = name
    st.rerun()
