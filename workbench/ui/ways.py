"""Small things that every screen says: where to go next, counts in words, times."""

import re
from datetime import datetime
from typing import NoReturn
from zoneinfo import ZoneInfo

import streamlit as st

from workbench.clock import parse
from workbench.ui.screens import screen

MOMENT = st.column_config.DatetimeColumn(format="D MMM YYYY, HH:mm")


def switch(page: str, **address: str) -> NoReturn:
    """Lead to another screen, and to what the address names on it. The project stays: it is in
    the session, and returns to the address. Streamlit refuses to clear an address that a widget
    is bound to, but not to replace it.
    """
    st.switch_page(screen(page), query_params=address)


def go(label: str, page: str, *, primary: bool = False) -> None:
    """A button that leads to another screen."""
    if st.button(label, type="primary" if primary else "secondary", key=f"go-{page}-{label}"):
        switch(page)


def empty(text: str, label: str, page: str) -> None:
    """An empty place: why it is empty, and the way on."""
    st.info(text)
    go(label, page, primary=True)


def counted(number: int, noun: str) -> str:
    """“1 row”, “3 rows”, “1,500 rows”."""
    return f"{number} {noun}" if number == 1 else f"{number:,} {noun}s"


def listed(*parts: tuple[int, str]) -> str:
    """“3 prompts, 1 answer”, without what there is none of."""
    return ", ".join(counted(number, noun) for number, noun in parts if number)


def when(text: str | None) -> datetime | None:
    """A stored moment for a table, which shows it in the reader's own time."""
    return parse(text) if text else None


def moment(text: str) -> str:
    """A stored moment in a line of text, in the reader's own time."""
    return f"{parse(text).astimezone(ZoneInfo(st.context.timezone or 'UTC')):%d %b %Y, %H:%M}"


def plain(text: str) -> str:
    """A text of people's, for a place that reads Markdown: shown as it was written."""
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", text)
