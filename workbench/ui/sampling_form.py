"""How answers are sampled: numbers that are checked again where they are used."""

import streamlit as st

from workbench.errors import InvalidInput
from workbench.records import Sampling

MOST_TOKENS, MOST_TOP_K = 131_072, 1000
TEMPERATURES = ("0", "0.3", "0.7", "1")


def several() -> tuple[Sampling, ...]:
    """One sampling for each temperature, the rest alike. Raises InvalidInput."""
    left, middle, right = st.columns(3, vertical_alignment="bottom")
    said = left.multiselect(
        "Temperatures", TEMPERATURES, default=["1"], accept_new_options=True,
        placeholder="Choose or type", help="0 always takes the likeliest token. Type any up to 2.",
    )  # fmt: skip
    longest = int(middle.number_input("Most tokens an answer", 1, MOST_TOKENS, 256))
    with right.popover("More on sampling", width="stretch"):
        top_p, top_k, stop = rest("generate")
    return tuple(Sampling(temperature(text), top_p, longest, top_k, stop) for text in said)


def rest(key: str, usual: Sampling = Sampling()) -> tuple[float, int, tuple[str, ...]]:  # noqa: B008
    """What is rarely changed: top-p, top-k, and where an answer ends."""
    top_p = st.number_input(
        "Top-p", 0.01, 1.0, float(usual.top_p), 0.05, key=f"{key}-p",
        help="Only the likeliest tokens that together have this share. 1: all.",
    )  # fmt: skip
    top_k = st.number_input(
        "Top-k", 0, MOST_TOP_K, usual.top_k, key=f"{key}-k",
        help="Only so many of the likeliest tokens. 0: all.",
    )  # fmt: skip
    stop = st.multiselect(
        "Stop before", list(usual.stop), list(usual.stop), accept_new_options=True,
        key=f"{key}-stop", placeholder="Type a text", help="An answer ends before such a text.",
    )  # fmt: skip
    return round(float(top_p), 2), int(top_k), tuple(stop)


def temperature(text: str) -> float:
    try:
        return float(text.replace(",", "."))
    except ValueError as error:
        raise InvalidInput(
            f"“{text}” is no temperature.", field="temperature", remedy="Give a number from 0 to 2."
        ) from error
