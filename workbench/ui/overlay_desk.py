"""A lead's desk as a Streamlit component, and what its browser is told: nothing of models, and of
people only letters, unless the lead asks for names.

The component's JavaScript is the folder `overlay/`, which borrows its looks from the review deck.
"""

from dataclasses import asdict
from typing import Any

import streamlit as st

from workbench.adjudication import Case
from workbench.adjudication.decisions import MOST_VOTES
from workbench.records import Project
from workbench.ui.modules import LOADER, main_module, style

_HUES = 8
_component = st.components.v2.component(
    "workbench_overlay", css=style("deck") + style("overlay"), js=LOADER
)


def overlay_data(
    project: Project, case: Case, *, named: bool, said: str, answered: int
) -> dict[str, Any]:
    """`said` answers what was decided last; `answered` counts such answers, so that the browser
    can tell a new one from an old one.
    """
    return {
        "item": case.comparison_id,
        "look": case.open_look,
        "messages": list(case.messages),
        "context": case.context,
        "reference": case.reference,
        "answers": list(case.answers),
        "opinions": [asdict(opinion) for opinion in case.opinions],
        "looks": [{"decision": look["decision"]} for look in case.looks],
        "ruling": case.ruling,
        "criteria": (project.rubric or {}).get("criteria", []),
        "categories": _categories(project),
        "guidelines_version": project.guidelines_version,
        "most": MOST_VOTES,
        "named": named,
        "said": said,
        "answered": answered,
    }


def _categories(project: Project) -> list[dict[str, Any]]:
    """Each with its colour, as on the review deck."""
    found = (project.taxonomy or {}).get("categories", [])
    return [{**category, "hue": at % _HUES} for at, category in enumerate(found)]


def overlay_desk(data: dict[str, Any], key: str) -> dict[str, Any] | None:
    """Show an item; the decision that was just made about it, `{kind, item, look, …}`."""
    result = _component(
        key=key, data={**data, "module": main_module("overlay")}, on_decision_change=_nothing
    )
    decision: dict[str, Any] | None = result.get("decision")
    return decision


def _nothing() -> None:
    """Streamlit reports only those events that have a callback."""
