"""Figures with their intervals and counts, in words and pictures: no estimate stands alone."""

from typing import Any

import altair as alt
import pandas as pd
import streamlit as st

from workbench.ui.ways import counted

Estimate = dict[str, Any]
TOLD = ("value", "low", "high")
UNKNOWN = "—"  # in a table
FLAGGED, PLAIN = "#c2604f", "#4c78a8"


def said(estimate: Estimate, noun: str = "item", *, percent: bool = False) -> str:
    """“0.84 (0.80 to 0.88, 120 items)”; what cannot be said is said so."""
    if estimate["value"] is None:
        return "not known yet"
    value, low, high = (figure(estimate[key], percent) for key in ("value", "low", "high"))
    return f"{value} ({low} to {high}, {counted(estimate['items'], noun)})"


def figure(value: float, percent: bool = False) -> str:
    return f"{100 * value:.0f} %" if percent else f"{value:.2f}"


def between(estimate: Estimate, noun: str = "item", *, percent: bool = False) -> str:
    """Only the interval and the count, for under a large figure."""
    if estimate["value"] is None:
        return "no two reviewers share an item yet"
    low, high = (figure(estimate[key], percent) for key in ("low", "high"))
    return f"{low} to {high} · {counted(estimate['items'], noun)}"


def metric(place: Any, label: str, estimate: Estimate, **how: Any) -> None:
    """A large figure over its interval and count."""
    known = estimate["value"] is not None
    help_text = how.pop("help", None)
    value = figure(estimate["value"], how.get("percent", False)) if known else "–"
    place.metric(label, value, help=help_text)
    place.caption(between(estimate, **how))


def reliability(estimate: Estimate) -> str:
    """Krippendorff's own reading of α: reliable from .80, tentative from .667."""
    if estimate["value"] is None:
        return "Two reviewers must judge the same items before agreement can be told."
    if estimate["low"] >= 0.80:
        return "Reliable: reviewers judge by the same rules."
    if estimate["value"] >= 0.667:
        return "Tentative: enough for cautious conclusions."
    return "Low: the guidelines leave too much open, or some reviewers do not follow them."


def forest(
    rows: list[dict[str, Any]], title: str, *, share: bool = False, middle: float | None = None
) -> None:
    """Estimates below one another with their intervals; rows: name, value, low, high, items, and
    whether it is `flagged`.
    """
    known = [row for row in rows if row["value"] is not None]
    if not known:
        return
    scale = alt.Scale(domain=[0, 1]) if share else alt.Scale(domain=[min(0, _least(known)), 1])
    _draw(known, title, scale, middle)


def _draw(known: list[dict[str, Any]], title: str, scale: alt.Scale, middle: float | None) -> None:
    base = alt.Chart(pd.DataFrame(known)).encode(
        y=alt.Y("name:N", title=None, sort=None, axis=alt.Axis(labelLimit=280)),
        color=alt.condition("datum.flagged", alt.value(FLAGGED), alt.value(PLAIN)),
        tooltip=["name", *(alt.Tooltip(f"{k}:Q", format=".2f") for k in TOLD), "items"],
    )
    bars = base.mark_rule(strokeWidth=2).encode(
        x=alt.X("low:Q", title=title, scale=scale, axis=alt.Axis(tickCount=5)), x2="high:Q"
    )
    points = base.mark_point(filled=True, size=70, opacity=1).encode(x="value:Q")
    layers = [bars, points]
    if middle is not None:
        rule = alt.Chart(pd.DataFrame([{"middle": middle}]))
        layers.append(rule.mark_rule(strokeDash=[4, 4], color="#888888").encode(x="middle:Q"))
    st.altair_chart(alt.layer(*layers).properties(height=alt.Step(24)))


def scrolling(key: str) -> Any:
    """A place for a picture as wide as its cells take: it scrolls, and the page stays as it is."""
    st.html(f"<style>.st-key-{key} {{ overflow-x: auto }}</style>")
    return st.container(key=key)


def csv_button(rows: list[dict[str, Any]], name: str) -> None:
    """The data behind a picture or table, as a file."""
    st.download_button(
        "Download the data", pd.DataFrame(rows).to_csv(index=False), f"{name}.csv", "text/csv",
        key=f"csv-{name}", on_click="ignore", icon=":material/download:",
    )  # fmt: skip


def around_zero(rows: list[dict[str, Any]], title: str) -> None:
    """Effects below one another, whose intervals lie about 0; rows as for `forest`."""
    reach = max(abs(row[key]) for row in rows for key in ("low", "high"))
    _draw(rows, title, alt.Scale(domain=[-reach, reach]), 0.0)


def _least(rows: list[dict[str, Any]]) -> float:
    return min(float(row["low"]) for row in rows)


def over_time(rows: list[dict[str, Any]], title: str) -> None:
    """A line of estimates with its band; rows: week, value, low, high."""
    known = pd.DataFrame([row for row in rows if row["value"] is not None])
    if len(known) < 2:
        return
    base = alt.Chart(known).encode(x=alt.X("week:T", title=None))
    band = base.mark_area(opacity=0.25).encode(y=alt.Y("low:Q", title=title), y2="high:Q")
    line = base.mark_line(point=True).encode(y="value:Q", tooltip=["week", "value", "items"])
    st.altair_chart((band + line).properties(height=220))


def money(amount: float | None, currency: str) -> str:
    return "not known" if amount is None else f"{amount:,.2f} {currency}"


def duration(seconds: float | None) -> str:
    if seconds is None:
        return "not known"
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"


def usd(amount: float | None) -> str:
    """“$0.0123”: four decimals below ten cents."""
    if amount is None:
        return "unknown"
    return f"${amount:,.4f}" if 0 < amount < 0.1 else f"${amount:,.2f}"


def about(seconds: float | None) -> str:
    """A time that is not known to the second."""
    if seconds is None:
        return "unknown"
    if seconds < 60:
        return "under a minute"
    if seconds < 5400:
        return f"about {seconds / 60:.0f} min"
    return f"about {seconds / 3600:.1f} h"
