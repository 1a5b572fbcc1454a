"""Head to head: the claim about two variants, what it would still take, and where they differ."""

from typing import Any

import pandas as pd
import streamlit as st

from workbench.leaderboard.head_to_head import Meeting, Met, items, meeting
from workbench.leaderboard.report import name_in
from workbench.leaderboard.widened import line_of, words
from workbench.records import Project
from workbench.stats.planning import CAP, prompts_needed
from workbench.ui import address, board_rows, figures
from workbench.ui.board_views import tagged_title
from workbench.ui.compare_views import Report
from workbench.ui.diff_cards import Card, diff_cards
from workbench.ui.runtime import store
from workbench.ui.stored_report import Kinds
from workbench.ui.ways import counted, empty, plain

PAGE, MOST = 10, 200  # prompts shown at a time, and at most
Names = tuple[str, str]
Pair = tuple[int, int]


def head_to_head(project: Project, kinds: Kinds, found: Report) -> None:
    pair = _chosen(found)
    names = _named(found, pair)
    said = meeting(found, *pair)
    claim(names, said)
    line = line_of(found, *pair)
    if line:
        st.write(plain(words(line)))
    if not said.result.n:
        empty("They answered no prompt that was judged.", "Judge", "review")
    planner(said)
    beside(project, found, pair, names)
    if said.result.n:
        differ(project, kinds, pair, names)


def _chosen(found: Report) -> Pair:
    titles = {str(row["variant_id"]): row["name"] for row in board_rows.standings(found)}
    left, right = st.columns(2)
    first = address.pick(left, "Variant A", "a", titles, next(iter(titles)))
    others = {one: name for one, name in titles.items() if one != first}
    second = address.pick(right, "Variant B", "b", others, next(iter(others)))
    return int(first), int(second)


def _named(found: Report, pair: Pair) -> Names:
    names = name_in(found)
    return names[pair[0]], names[pair[1]]


def claim(names: Names, said: Meeting) -> None:
    """The claim in a sentence, and its interval against one half."""
    st.markdown(f"#### {claim_words((plain(names[0]), plain(names[1])), said)}")
    if not said.result.n:
        return
    won = said.result
    st.write(rate_words(plain(names[0]), said))
    row = {"name": names[0], "value": won.rate, "low": won.low, "high": won.high}
    sure = said.verdict != "not yet shown"
    figures.forest(
        [row | {"items": won.n, "flagged": sure}], "win rate over B",
        share=True, middle=0.5,
    )  # fmt: skip


def claim_words(names: Names, said: Meeting) -> str:
    """Who is better, or what it would still take to say so."""
    if not said.result.n:
        return f"{names[0]} and {names[1]} were not compared yet."
    if said.verdict == "better":
        return f"{names[0]} is better."
    if said.verdict == "worse":
        return f"{names[1]} is better."
    if said.more is None:
        return "Not yet shown which is better, and they are too close to say how much it takes."
    more = counted(said.more, "more prompt")
    return f"Not yet shown which is better: about {more}, if it goes on as it has."


def rate_words(name: str, said: Meeting) -> str:
    """“A wins 61 % (52 % to 70 %) of 135 prompts: 80 wins, 10 ties, 45 losses.”"""
    won = said.result
    assert won.rate is not None
    return (
        f"{name} wins {won.rate:.0%} ({won.low:.0%} to {won.high:.0%}) of"
        f" {counted(won.n, 'prompt')}: {counted(won.wins, 'win')}, {counted(won.ties, 'tie')},"
        f" {won.losses} {'loss' if won.losses == 1 else 'losses'}."
        " One verdict a prompt; the interval stays valid however often one looks."
    ).replace("%", " %")


def planner(said: Meeting) -> None:
    """How many prompts a hoped-for win rate asks for, beside what has been judged."""
    with st.expander("Plan: how many prompts does it take?"):
        hoped = st.slider("Win rate that you hope for, %", 51, 95, 60, key="hoped")
        st.write(plan_words(hoped, prompts_needed(hoped / 100), said.result.n))


def plan_words(hoped: int, needed: int | None, judged: int) -> str:
    if needed is None:
        return f"To show {hoped} % would take more than {CAP:,} prompts."
    return (
        f"If the true win rate is {hoped} %, about {needed:,} prompts show it four times in five,"
        f" one verdict each. Judged so far: {judged:,}."
    )


def beside(project: Project, found: Report, pair: Pair, names: Names) -> None:
    """Ratings, tags, cost and latency of both."""
    known = [board_rows.quality_of(found, one) for one in pair]
    rows = [*_rated(project, known), *_costs(known)]
    if not rows:
        return
    st.subheader("Beside winning")
    frame = pd.DataFrame([dict(zip(("", *names), row, strict=True)) for row in rows])
    st.dataframe(frame, hide_index=True)
    st.caption("Means with 95 % intervals and the number of prompts they rest on.")


def _rated(project: Project, known: list[dict[str, Any]]) -> list[tuple[str, str, str]]:
    criteria = {c["key"]: c["title"] for c in (project.rubric or {}).get("criteria", [])}
    keys = dict.fromkeys(key for one in known for key in one["criteria"])
    rows = [
        (criteria.get(key, key), *(_said(one["criteria"].get(key)) for one in known))
        for key in keys
    ]
    tagged = [one["tagged"] for one in known]
    if any(one and one["value"] is not None for one in tagged) and project.taxonomy:
        rows.append((tagged_title(project), *(_said(one, percent=True) for one in tagged)))
    return [(title, first, second) for title, first, second in rows]


def _said(estimate: dict[str, Any] | None, *, percent: bool = False) -> str:
    known: dict[str, Any] = estimate or board_rows.UNKNOWN
    if percent and known["value"] is not None:  # a share's interval ends where shares end
        known = known | {"low": max(known["low"], 0.0), "high": min(known["high"], 1.0)}
    return figures.said(known, "prompt", percent=percent)


def _costs(known: list[dict[str, Any]]) -> list[tuple[str, str, str]]:
    kept = {
        "usd": ("cost of an answer, USD", "{:.5f}"),
        "latency_ms": ("latency, ms", "{:,.0f}"),
        "first_token_ms": ("first token after, ms", "{:,.0f}"),
        "tokens_out": ("tokens of an answer", "{:,.0f}"),
        "truncated": ("answers cut off", "{:,.0f}"),
        "answers": ("answers", "{:,.0f}"),
    }
    costs = [one["cost"] or {} for one in known]
    rows = []
    for key, (title, form) in kept.items():
        values = [cost.get(key) for cost in costs]
        if any(value is not None for value in values):
            first, second = ("not known" if v is None else form.format(v) for v in values)
            rows.append((title, first, second))
    return rows


def differ(project: Project, kinds: Kinds, pair: Pair, names: Names) -> None:
    """The prompts where they differ most, both answers side by side."""
    st.subheader("Where they differ most")
    titles = {"any": "Either is better", "a": "A is better", "b": "B is better"}
    left, right = st.columns([4, 1], vertical_alignment="bottom")
    with left:
        won = address.segments("Prompts on which", "won", titles, "any")
    marks = not address.toggle(right, "Plain text", "plain", help="Without marks of what differs.")
    met_cards(project, kinds, pair, names, won_by={"a": pair[0], "b": pair[1]}.get(won),
              marks=marks)  # fmt: skip


def met_cards(
    project: Project, kinds: Kinds, pair: Pair, names: Names, *, won_by: int | None,
    marks: bool = True,
) -> None:  # fmt: skip
    """Prompts on which two variants met, some at a time."""
    shown = _asked_for()
    with store().read() as db:
        met = items(db, project, pair, kinds, shown + 1, won_by=won_by)
    if not met:
        st.caption("There are none.")
        return
    diff_cards([_card(project, one, names) for one in met[:shown]], "met", marks=marks)
    if shown < min(len(met), MOST):
        st.button("Show more", on_click=address.put, kwargs={"most": str(shown + PAGE)})


def _asked_for() -> int:
    """How many prompts the address asks for."""
    text = st.query_params.get("most", "")
    return min(int(text), MOST) if text.isdecimal() else PAGE


def _card(project: Project, one: Met, names: Names) -> Card:
    better = ("better", "") if one.preference > 0 else ("", "better") if one.preference < 0 else (
        "", "")  # fmt: skip
    return Card(
        title=f"Preference {abs(one.preference):.1f} of 3" if one.preference else "Even",
        note=counted(one.votes, "vote"),
        names=names,
        texts=(one.first, one.second),
        badges=better,
        prompt=one.prompt,
        context=one.context,
        link=_link(project, one.comparison_id),
        linked="All judgements of it",
    )


def _link(project: Project, comparison_id: int) -> str:
    return address.link(
        "adjudicate",
        project=st.query_params.get("project", project.title),
        item=str(comparison_id),
    )
