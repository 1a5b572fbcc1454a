"""What a screen shows stands in its address: a link shows the same to others, and the browser's
way back goes from view to view.

The address leads and the widgets follow it. Streamlit's own binding replaces the last entry of the
browser's history; this makes a new one with each choice. Values are short texts; a default goes
unsaid.
"""

from collections.abc import Collection
from typing import Any
from urllib.parse import urlencode

import streamlit as st

Titles = dict[str, str]


def one(name: str, known: Collection[str], default: str) -> str:
    """The value of this name in the address, if it is a known one."""
    value = st.query_params.get(name, default)
    return value if value in known else default


def several(name: str, known: Collection[str], default: tuple[str, ...]) -> tuple[str, ...]:
    """Its values, split at commas, in the order of `known`."""
    said = st.query_params.get(name, "").split(",")
    return tuple(value for value in known if value in said) or default


def put(**values: str | None) -> None:
    """Into the address; None takes a name out of it."""
    for name in [name for name, value in values.items() if value is None]:
        if name in st.query_params:
            del st.query_params[name]
    st.query_params.update({name: value for name, value in values.items() if value is not None})


def segments(label: str, name: str, titles: Titles, default: str, **how: Any) -> str:
    """A choice of one among few; `titles` says what each value is called."""
    st.session_state[_key(name)] = one(name, titles, default)
    st.segmented_control(
        label, list(titles), format_func=titles.__getitem__, required=True, key=_key(name),
        on_change=_follow, args=(name, default), **how,
    )  # fmt: skip
    return one(name, titles, default)


def pick(place: Any, label: str, name: str, titles: Titles, default: str) -> str:
    """A choice of one among many, that can be searched."""
    st.session_state[_key(name)] = one(name, titles, default)
    place.selectbox(
        label, list(titles), format_func=titles.__getitem__, key=_key(name),
        on_change=_follow, args=(name, default),
    )  # fmt: skip
    return one(name, titles, default)


def pills(label: str, name: str, titles: Titles, default: tuple[str, ...]) -> tuple[str, ...]:
    """A choice of any number; none at all is the default."""
    st.session_state[_key(name)] = list(several(name, titles, default))
    st.pills(
        label, list(titles), format_func=titles.__getitem__, selection_mode="multi",
        key=_key(name), on_change=_follow, args=(name, ",".join(default)),
    )  # fmt: skip
    return several(name, titles, default)


def toggle(place: Any, label: str, name: str, **how: Any) -> bool:
    """Off unless the address says `name=on`."""
    st.session_state[_key(name)] = one(name, ("on",), "") == "on"
    place.toggle(label, key=_key(name), on_change=_follow, args=(name, ""), **how)
    return one(name, ("on",), "") == "on"


def _key(name: str) -> str:
    return f"address-{name}"


def _follow(name: str, default: str) -> None:
    """What was chosen goes into the address, before the page is drawn."""
    value = st.session_state[_key(name)]
    if isinstance(value, list):
        value = ",".join(value)
    text = ("on" if value else "") if isinstance(value, bool) else (value or default)
    put(**{name: None if text == default else text})


def link(page: str, **values: str) -> str:
    """The address of another screen, from this one."""
    return f"{page}?{urlencode(values)}"
