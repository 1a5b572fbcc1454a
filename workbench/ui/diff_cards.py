"""Pairs of texts side by side with what differs marked, as a Streamlit component.

Texts reach the browser as data and its page as text nodes: nothing that a model wrote is ever read
as HTML or Markdown. The component's JavaScript is the folder `diffs/`.
"""

from dataclasses import dataclass
from typing import Any

import streamlit as st

from workbench.ui.modules import LOADER, main_module, style
from workbench.worddiff import Piece, word_diff

_component = st.components.v2.component("workbench_diffs", css=style("diffs"), js=LOADER)
Names = tuple[str, str]


@dataclass(frozen=True)
class Card:
    """Two texts under their names; `badges` stand beside the names, `link` leads on."""

    title: str
    note: str
    names: Names
    texts: tuple[str, str]
    badges: tuple[str, str] = ("", "")
    prompt: str = ""
    context: str | None = None
    link: str = ""
    linked: str = ""


def diff_cards(cards: list[Card], key: str, *, marks: bool = True) -> None:
    data = {"entries": [entry(card) for card in cards], "marks": marks}
    _component(key=key, data={**data, "module": main_module("diffs")})


def entry(card: Card) -> dict[str, Any]:
    """A card as the browser gets it: each side has what both have and what only it has."""
    pieces = differences(*card.texts)
    sides = [
        {
            "name": name,
            "badge": badge,
            "pieces": [vars(piece) for piece in pieces if piece.kind in ("same", own)],
        }
        for name, badge, own in zip(card.names, card.badges, ("old", "new"), strict=True)
    ]
    kept = ("title", "note", "prompt", "context", "link", "linked")
    return {name: getattr(card, name) for name in kept} | {"sides": sides}


@st.cache_data(max_entries=500, show_spinner=False)
def differences(first: str, second: str) -> list[Piece]:
    """Kept, since the page is drawn anew with every choice and long texts take a moment."""
    return word_diff(first, second)
