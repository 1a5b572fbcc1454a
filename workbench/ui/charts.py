"""Pictures of the rounds: the heldout score, and the win rate with its interval."""

import altair as alt
import pandas as pd
import streamlit as st

from workbench.records import Project
from workbench.rounds.story import Chapter, story
from workbench.ui.figures import PLAIN
from workbench.ui.runtime import store


def rounds_so_far(project: Project) -> None:
    """The heldout score of each round's model beside the first one's."""
    with store().read() as db:
        chapters = story(db, project)
    scored = [c for c in chapters if c.score]
    if not scored:
        return
    st.subheader("How it does on questions it has never seen")
    first, last = scored[0], scored[-1]
    cells = st.columns(3)
    cells[0].metric("Untaught model", _percent(first), help="Faithful answers on heldout prompts")
    if last is not first:
        assert first.score
        assert last.score
        gain = 100 * (last.score["faithful_sampled"] - first.score["faithful_sampled"])
        cells[1].metric(
            f"Taught in round {last.round.number}", _percent(last), f"{gain:+.0f} points"
        )
        cells[2].metric(
            "Pairs it learned from", last.pairs or 0, help="Pairs without a winner teach nothing."
        )
        score_chart(scored)
    with st.expander("What is measured here?"):
        st.write(
            "Each model answers the heldout questions four times. An answer counts as faithful if"
            " it gives exactly the card's fact, or says that the card lacks it, and nothing else."
            " A checker that knows the cards decides that; your judgements are not asked."
        )


def _percent(chapter: Chapter) -> str:
    assert chapter.score
    return f"{100 * chapter.score['faithful_sampled']:.0f} % faithful"


def score_chart(scored: list[Chapter]) -> None:
    """What the answers of each round were, as shares."""
    rows = [
        {"round": f"round {c.round.number}", "answers": _WORDS.get(kind, kind), "share": n / total}
        for c in scored
        if c.score
        for total in [c.score["answers"]]
        for kind, n in c.score["kinds"].items()
    ]
    chart = (
        alt.Chart(pd.DataFrame(rows))
        .mark_bar()
        .encode(
            y=alt.Y("round:N", title=None),
            x=alt.X("share:Q", title="share of answers", axis=alt.Axis(format="%")),
            color=alt.Color(
                "answers:N",
                title=None,
                scale=alt.Scale(domain=list(_WORDS.values()), range=_COLOURS),
                legend=alt.Legend(orient="bottom", columns=2, labelLimit=260),
            ),
            order=alt.Order("order:Q"),
            tooltip=["round", "answers", alt.Tooltip("share:Q", format=".1%")],
        )
        .transform_calculate(order=_ORDER)
        .properties(height=alt.Step(34))
    )
    st.altair_chart(chart)


def interval_chart(chapters: list[Chapter]) -> None:
    """Each round's win rate over the model to beat: the point, its interval, and one half."""
    rows = [
        {
            "round": f"round {c.round.number}",
            "rate": c.proof.result.rate,
            "low": c.proof.result.low,
            "high": c.proof.result.high,
        }
        for c in chapters
        if c.proof.result.rate is not None
    ]
    base = alt.Chart(pd.DataFrame(rows)).encode(y=alt.Y("round:N", title=None))
    scale = alt.Scale(domain=[0, 1])
    bars = base.mark_rule(strokeWidth=4, opacity=0.6, color=PLAIN).encode(
        x=alt.X(
            "low:Q",
            scale=scale,
            title="win rate over the model to beat",
            axis=alt.Axis(tickCount=5, format=".1f"),
        ),
        x2="high:Q",
    )
    points = base.mark_point(size=120, filled=True).encode(
        x=alt.X("rate:Q", scale=scale),
        tooltip=[alt.Tooltip(f"{name}:Q", format=".3f") for name in ("rate", "low", "high")],
    )
    middle = alt.Chart(pd.DataFrame([{"half": 0.5}]))
    half = middle.mark_rule(strokeDash=[4, 4], color="#888888").encode(x="half:Q")
    st.altair_chart((bars + points + half).properties(height=alt.Step(34)))


_WORDS = {
    "faithful": "faithful",
    "over_abstention": "abstains needlessly",
    "rambling": "rambles",
    "swapped": "takes another fact",
    "invented": "makes a fact up",
    "no_abstention": "answers what the card lacks",
    "other": "something else",
}
_COLOURS = ["#4c8c5f", "#a9b7c6", "#d9c36c", "#d99a5b", "#c2604f", "#8e5a8a", "#777777"]
_ORDER = "indexof([{}], datum.answers)".format(", ".join(f"'{word}'" for word in _WORDS.values()))
