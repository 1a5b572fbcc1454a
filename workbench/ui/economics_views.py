"""The rounds page's part on money and effort: what rounds cost, what they bought, how hard it has
become to tell answers apart. It shows a stored report and reckons nothing.
"""

from typing import Any

import altair as alt
import pandas as pd
import streamlit as st

from workbench.records import Project
from workbench.rounds import buying, economics
from workbench.store import rounds
from workbench.ui import figures
from workbench.ui.figures import UNKNOWN
from workbench.ui.runtime import store
from workbench.ui.stored_report import Kinds, Report, current
from workbench.ui.ways import plain

# What is drawn, each over the rounds: its title, and whether it is a share.
MONEY = {"cost": ("cost of the round", False), "a point cost": ("cost of a proven point", False)}
EFFORT = {
    "agreement": ("agreement of reviewers, α", False),
    "needed_person": ("items that needed a person", True),
    "ties": ("ties", True),
    "weak": ("“slightly better”", True),
    "preference": ("mean preference, 0 to 3", False),
    "seconds": ("seconds a judgement, median", False),
}
ACROSS = 3


def show(project: Project, kinds: Kinds) -> None:
    """Nothing before there are rounds, or while nobody's verdicts are chosen."""
    with store().read() as db:
        known = rounds.in_project(db, project.id)
    if not known or not kinds:
        return
    st.subheader("What rounds cost and bought")
    found = current(project, economics, kinds)
    if found is None:
        return
    currency = project.settings.currency
    st.write(plain(buying.which_bought_more(found, currency)))
    rows = [_row(one) for one in found["rounds"]]
    _tables(project, found, rows)
    _pictures(rows, MONEY)
    st.subheader("How hard it is to tell answers apart")
    if not any(one["judgements"] for one in found["rounds"]):
        st.info(
            "Nobody whose verdicts count has judged a round's answers yet. Judge on the Review"
            " page, or count others' verdicts, at the top of this page."
        )
    _pictures(found["rounds"], EFFORT)


def _tables(project: Project, found: Report, rows: list[dict[str, Any]]) -> None:
    st.dataframe(pd.DataFrame([_shown(row) for row in rows]), hide_index=True)
    if found["edits"]:
        st.markdown("**Edits of prompts**, each version against the one before")
        edits = [_edit(one) for one in found["edits"]]
        st.dataframe(pd.DataFrame([_shown(row) for row in edits]), hide_index=True)
    st.caption(
        f"Money in {plain(project.settings.currency)}. A point is proven if the whole interval of"
        " the win rate lies above it; what a round's model bought stands against the cost of the"
        f" rounds before it. {UNKNOWN} is not proven, or not known: pay is entered on Reviewers,"
        " what an hour of the machine costs in Settings."
    )
    figures.csv_button(rows, f"rounds-{project.slug}")


def _row(one: dict[str, Any]) -> dict[str, Any]:
    cost, won = one["cost"], one["bought"] or {}
    return {
        "round": one["round"], "judgements": one["judgements"],
        "answers": cost["answers"], "people": cost["people"], "judge models": cost["judges"],
        "training": cost["training"], "cost": cost["total"], "win rate": won.get("rate"),
        "points proven": won.get("points"), "a point cost": won.get("per_point"),
    }  # fmt: skip


def _edit(one: dict[str, Any]) -> dict[str, Any]:
    won = one["bought"]
    return {
        "template": one["template"], "step": f"v{one['old']} → v{one['new']}",
        "model": one["model"], "answers": one["cost"]["answers"], "people": one["cost"]["people"],
        "cost": won["cost"], "win rate": won["rate"], "points proven": won["points"],
        "a point cost": won["per_point"],
    }  # fmt: skip


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    return {key: UNKNOWN if value is None else _text(key, value) for key, value in row.items()}


def _text(key: str, value: Any) -> str:
    if not isinstance(value, float):
        return str(value)
    if key == "win rate":
        return f"{value:.3f}"
    return f"{value:.1f}" if key == "points proven" else buying.amount(value)


def _pictures(entries: list[dict[str, Any]], titles: dict[str, tuple[str, bool]]) -> None:
    """Small pictures side by side, beneath one another where there is no room."""
    drawn = {key: points for key in titles if (points := _points(entries, key))}
    for at in range(0, len(drawn), ACROSS):
        for place, key in zip(st.columns(ACROSS), list(drawn)[at : at + ACROSS], strict=False):
            title, is_share = titles[key]
            place.altair_chart(_small(drawn[key], title, is_share))


def _points(entries: list[dict[str, Any]], key: str) -> list[dict[str, Any]]:
    """What is known of it."""
    rows = []
    for one in entries:
        estimate = one[key] if isinstance(one[key], dict) else {"value": one[key]}
        if estimate["value"] is not None:
            rows.append({"round": one["round"], "low": None, "high": None} | estimate)
    return rows


def _small(points: list[dict[str, Any]], title: str, is_share: bool) -> alt.LayerChart:
    """One measure over the rounds, with its intervals where it has any."""
    form = ".0%" if is_share else ",.4~f"
    axis = alt.Axis(format=form, tickCount=4)
    scale = alt.Scale(domain=[0, 1]) if is_share else alt.Scale(zero=True)
    base = alt.Chart(pd.DataFrame(points)).encode(
        x=alt.X("round:O", title="round", axis=alt.Axis(labelAngle=0)),
        tooltip=["round", *(alt.Tooltip(f"{k}:Q", format=form) for k in figures.TOLD)],
    )
    bars = base.mark_rule(strokeWidth=2, opacity=0.6, color=figures.PLAIN).encode(
        y="low:Q", y2="high:Q"
    )
    line = base.mark_line(point={"color": figures.PLAIN}, color=figures.PLAIN).encode(
        y=alt.Y("value:Q", title=None, axis=axis, scale=scale)
    )
    return alt.layer(line, bars).properties(
        height=210, title=alt.TitleParams(title, anchor="start", fontSize=13, fontWeight="normal")
    )
