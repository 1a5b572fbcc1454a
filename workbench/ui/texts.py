"""Texts of people and models, shown exactly as they are: never read as Markdown or HTML."""

from collections.abc import Iterable
from html import escape

import streamlit as st

from workbench.records import Message, plain_text
from workbench.worddiff import Piece, word_diff

ROLES = {"context": "Source text", "system": "System", "user": "User", "assistant": "Assistant"}
_MARKS = {
    "same": "{}",
    "old": '<del style="background: rgba(210, 70, 60, .22)">{}</del>',
    "new": '<ins style="background: rgba(50, 150, 80, .25); text-decoration: none">{}</ins>',
}


def exact(text: str) -> None:
    """Wrapped, with its own line breaks."""
    _block(escape(text))


def messages(sent: Iterable[Message]) -> None:
    """A conversation, each message under its role."""
    for message in sent:
        role, said = ROLES[message["role"]], plain_text(message["content"])
        _block(f'<div style="opacity: .65; font-size: .875em">{role}</div>{escape(said)}')


def changes(old: str, new: str) -> None:
    """What went and what came, word by word."""
    _block("".join(_marked(piece) for piece in word_diff(old, new)))


def _marked(piece: Piece) -> str:
    return _MARKS[piece.kind].format(escape(piece.text))


def _block(html: str) -> None:
    style = "white-space: pre-wrap; overflow-wrap: anywhere"
    st.html(f'<div style="{style}">{html}</div>')
