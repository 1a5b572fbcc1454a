"""The review deck on a page: one Streamlit component, in which reviewers judge for hours.

The component's JavaScript (the folder `deck/`) talks to the HTTP API itself; a judgement never
reruns the script. This module hands it its settings and tells the page when a reviewer's goal is
reached. It knows nothing of models, templates or the store.
"""

from collections.abc import Callable
from typing import TypedDict

import streamlit as st

from workbench.ui.modules import LOADER, main_module, style


class Criterion(TypedDict):
    """One question of a rubric; `anchors` says what a score means, keyed by the score as text."""

    key: str
    title: str
    question: str
    min: int
    max: int
    anchors: dict[str, str]
    required: bool


class DeckRubric(TypedDict):
    slug: str
    criteria: list[Criterion]


class Subtype(TypedDict):
    key: str
    title: str
    description: str


class Category(TypedDict):
    """A tag for a stretch of text; a `hotkey` that is taken or reserved is replaced."""

    key: str
    title: str
    description: str
    severity: bool
    hotkey: str
    subtypes: list[Subtype]


class DeckTaxonomy(TypedDict):
    categories: list[Category]


class Asks(TypedDict):
    """What a project asks for; without `confirm` the preference key hands a judgement in."""

    ratings: bool
    spans: bool
    rationale: bool
    correction: bool
    confirm: bool


class Guidelines(TypedDict):
    """`html` is the text as inert Markdown, None where it can only be shown as it is."""

    version: int
    text: str
    html: str | None


class TrainingSoFar(TypedDict):
    done: int
    of: int


class DeckData(TypedDict):
    """All that a reviewer's browser is told; nothing in it may name a model or a template.

    `done` is what this reviewer has judged, `open` what they could still judge; `training` is None
    for who needs none, or no more.
    """

    api: str
    token: str
    token_expires_at: str
    project: str
    reviewer: str
    rubric: DeckRubric | None
    taxonomy: DeckTaxonomy | None
    asks: Asks
    reasons: list[str]
    forced: bool
    guidelines: Guidelines
    goal: int | None
    done: int
    open: int
    training: TrainingSoFar | None


_component = st.components.v2.component(
    "workbench_review_deck",
    css=style("deck"),
    js=LOADER,
)


def review_deck(
    data: DeckData,
    key: str,
    *,
    base: str = "",
    on_reached: Callable[[], None] | None = None,
) -> bool:
    """Show the deck; true in the run in which the reviewer's goal was reached.

    Call it inside a fragment that reruns now and then: each run hands over a fresh token, and a
    deck whose token was refused asks for such a run. Neither touches the item on screen.
    """
    result = _component(
        key=key,
        data={**data, "module": main_module("deck", base)},
        on_reached_change=on_reached or _nothing,
        on_refresh_change=_nothing,
    )
    return result.get("reached") is not None


def _nothing() -> None:
    """Streamlit reports only those events that have a callback."""
