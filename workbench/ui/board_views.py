"""The leaderboard: one picture at a time, the table beneath, and what the ranking leans on."""

from typing import Any

import pandas as pd
import streamlit as st

from workbench import checking
from workbench.records import Project
from workbench.ui import address, board_charts, board_rows, figures
from workbench.ui.compare_views import PAIR, Report
from workbench.ui.quality_views import names_of
from workbench.ui.runtime import store
from workbench.ui.ways import counted

SHOWS = {
    "strengths": "Strengths", "wins": "Win rates", "cost": "Cost and quality",
    "parts": "Parts of the prompts",
}  # fmt: skip
COSTS = {"usd": "Cost", "latency_ms": "Latency"}
AXES = {"usd": "mean cost of an answer, USD", "latency_ms": "mean latency of an answer, ms"}
HEAT = "win-rate-cells"


def leaderboard(project: Project, found: Report) -> None:
    show = address.segments("Show", "show", SHOWS, "strengths", label_visibility="collapsed")
    match show:
        case "wins":
            win_rates(project, found)
        case "cost":
            cost_and_quality(project, found)
        case "parts":
            parts(project, found)
        case _:
            strengths(project, found)


def strengths(project: Project, found: Report) -> None:
    left, right = st.columns(2)
    equal = not address.toggle(
        left, "Only as voted", "raw", disabled=found["styled"] is None,
        help="Without the strengths at equal style.",
    )  # fmt: skip
    weighed = address.toggle(
        right, "Weigh reviewers by how they follow the common order", "weigh",
        disabled=found["steadiness"] is None,
        help="Each reviewer gets a slope: 1 follows the common order, 0 guesses, −1 reverses it.",
    )  # fmt: skip
    st.altair_chart(board_charts.strengths(board_rows.points(found, equal=equal, weighed=weighed)))
    st.caption(_basis(found))
    table(project, found, equal=equal, weighed=weighed)
    _style(found)
    _reviewers(found)


def _basis(found: Report) -> str:
    votes, prompts = f"{found['votes']:,} votes", counted(found["prompts"], "prompt")
    ties = found["board"]["ties"]
    return (
        f"{votes} on {prompts} by {counted(found['reviewers'], 'reviewer')}. Bradley–Terry; ties:"
        f" {ties}. Intervals of 95 %, in which votes on one prompt belong together; variants whose"
        " ranges of ranks overlap are not surely apart."
    )


def table(project: Project, found: Report, *, equal: bool, weighed: bool) -> None:
    with store().read() as db:
        rates = checking.rates(db, project.id)
    rows, passes = board_rows.with_checks(board_rows.standings(found), rates)
    titles = _titles(project, found, equal=equal, weighed=weighed) | passes
    shares = ("won", "tagged", *passes)
    shown = [row | {key: _percent(row[key]) for key in shares} for row in rows]
    frame = pd.DataFrame(board_rows.columns(shown, titles))
    st.dataframe(frame, hide_index=True, column_config=_formats(titles, passes))
    if passes:
        st.caption("Checks are of all answers; their intervals stand on Checks & judges.")
    figures.csv_button(rows, f"leaderboard-{project.slug}")


def _percent(share: float | None) -> float | None:
    return None if share is None else 100 * share


def _titles(project: Project, found: Report, *, equal: bool, weighed: bool) -> dict[str, str]:
    several = {"group": "group"} if found["board"]["components"] > 1 else {}
    other = {"at equal style": "at equal style"} if equal else {}
    other |= {"reviewers weighed": "reviewers weighed"} if weighed else {}
    return several | {
        "ranks": "rank", "name": "variant", "strength": "strength", "interval": "95 % interval",
        **other, "won": "won", "votes": "votes", "usd": "USD an answer",
        "latency_ms": "latency, ms", "tagged": tagged_title(project),
    }  # fmt: skip


def tagged_title(project: Project) -> str:
    """What a tagged answer means in this project: most tag hallucinations."""
    title = (project.taxonomy or {}).get("title")
    return f"tagged: {title}" if title else "tagged answers"


def _formats(titles: dict[str, str], passes: dict[str, str]) -> dict[str, Any]:
    forms = dict.fromkeys(("strength", "at equal style", "reviewers weighed"), "%.2f")
    forms |= {"won": "%.0f %%", "tagged": "%.1f %%", "usd": "%.5f", "latency_ms": "%.0f"}
    forms |= dict.fromkeys(passes, "%.0f %%")
    return {
        titles[key]: st.column_config.NumberColumn(format=form)
        for key, form in forms.items()
        if key in titles
    }


def _style(found: Report) -> None:
    if found["styled"] is None:
        st.caption("At equal style: not known yet; it takes at least 30 votes.")
        return
    with st.expander("What style is worth"):
        st.write(
            "How much an answer gains in log odds by being shown first, and by each standard"
            " deviation of more length, headers, lists and bold than the other one. An interval"
            " that holds 0 says that it may be worth nothing."
        )
        rows = [
            {"name": one["name"], **{key: one[key] for key in ("value", "low", "high")},
             "flagged": one["low"] > 0 or one["high"] < 0, "items": found["votes"]}
            for one in found["styled"]["effects"]
        ]  # fmt: skip
        figures.around_zero(rows, "worth, in log odds")


def _reviewers(found: Report) -> None:
    if found["steadiness"] is None:
        return
    names = names_of()
    rows = found["steadiness"]["reviewers"]
    with st.expander("How each reviewer follows the common order", expanded=_odd(rows)):
        st.dataframe(
            pd.DataFrame([_slope(one, names) for one in sorted(rows, key=lambda r: r["slope"])]),
            hide_index=True,
        )


def _odd(rows: list[dict[str, Any]]) -> bool:
    return any(one["reverses"] or one["guesses"] for one in rows)


def _slope(one: dict[str, Any], names: dict[int, str]) -> dict[str, Any]:
    note = "reverses verdicts" if one["reverses"] else "guesses" if one["guesses"] else ""
    return {
        "reviewer": names[one["reviewer_id"]],
        "note": note,
        "slope": f"{one['slope']:.2f} ({one['low']:.2f} to {one['high']:.2f})",
        "votes": one["votes"],
    }


def win_rates(project: Project, found: Report) -> None:
    expected = address.toggle(
        st, "Expected by the model, not observed", "expected",
        help="Fills pairs that never met, from the strengths.",
    )  # fmt: skip
    rows = board_rows.cells(found, expected=expected)
    order = [row["name"] for row in board_rows.standings(found)]
    title = "expected win rate" if expected else "observed win rate"
    st.caption(
        "How often the row beats the column; ties are half a win. Framed: surely better or worse."
        " Blank: they never met. Choose a cell to see the two head to head."
    )
    figures.scrolling("win-rates").altair_chart(
        board_charts.win_rates(rows, order, title), key=HEAT, on_select=_to_pair,
        selection_mode="pair", width="content",
    )  # fmt: skip
    figures.csv_button(rows, f"win-rates-{project.slug}")


def _to_pair() -> None:
    """The cell that was just chosen leads to its pair."""
    chosen = st.session_state[HEAT]["selection"]["pair"]
    if chosen:
        first, second = (str(int(chosen[0][key])) for key in ("first", "second"))
        address.put(view=PAIR, a=first, b=second)


def cost_and_quality(project: Project, found: Report) -> None:
    by = address.segments("By", "by", COSTS, "usd", label_visibility="collapsed")
    rows, unplaced = board_rows.priced(found, by)
    if rows:
        st.altair_chart(board_charts.cost_and_quality(rows, AXES[by]))
        st.caption("Diamonds: no other variant is as strong for as little. Bars: 95 % intervals.")
        figures.csv_button(rows, f"{by.split('_')[0]}-and-quality-{project.slug}")
    else:
        what = COSTS[by].lower()
        st.info(f"The {what} of no variant is known: it is kept of answers generated here.")
    if rows and unplaced:
        st.write("Not shown, since unknown or not connected with the others by votes:")
        st.dataframe(pd.DataFrame({"variant": unplaced}), hide_index=True)


def parts(project: Project, found: Report) -> None:
    known = {name: name.capitalize() for name in board_rows.dimensions(found)}
    if not known:
        st.info("No part of the prompts has ten votes yet.")
        return
    chosen = address.segments("By", "slice", known, next(iter(known)))
    rows = board_rows.parts(found, chosen)
    order = [row["name"] for row in board_rows.standings(found)]
    figures.scrolling("parts").altair_chart(board_charts.by_part(rows, order), width="content")
    st.caption("Numbers are ranks within the part. Pale: fewer than 30 votes, which say little.")
    figures.csv_button(rows, f"by-{chosen}-{project.slug}")
