"""What the gate weighed, as pictures and tables. Nothing is reckoned here."""

from typing import Any

import altair as alt
import pandas as pd
import streamlit as st

from workbench.ui.ways import counted, moment, plain

Report = dict[str, Any]
SIDES = {"candidate": "new", "incumbent": "old"}
STRENGTH = {2: "clearly better", 3: "much better"}
QUIET = "#888888"


def intervals(found: Report) -> None:
    """The win rate as it is and at equal length, with what is still possible, and one half."""
    named = {"win rate": found["win"], "at equal length": found["equal_length"]}
    rows = [{"which": name} | {key: one[key] for key in ("rate", "low", "high")}
            for name, one in named.items() if one["rate"] is not None]  # fmt: skip
    order = list(named)
    share = {"scale": alt.Scale(domain=[0, 1]), "axis": alt.Axis(format="%", tickCount=5)}
    base = alt.Chart(pd.DataFrame(rows)).encode(
        y=alt.Y("which:N", title=None, sort=order, axis=alt.Axis(labelLimit=140)),
        tooltip=["which", *(alt.Tooltip(f"{k}:Q", format=".3f") for k in ("rate", "low", "high"))],
    )
    bars = base.mark_rule(strokeWidth=4, color=QUIET).encode(
        x=alt.X("low:Q", title="prompts that the new model wins", **share), x2="high:Q"
    )
    points = base.mark_point(size=120, filled=True, opacity=1).encode(x="rate:Q")
    half = alt.Chart(pd.DataFrame([{"half": 0.5}])).mark_rule(strokeDash=[4, 4], color=QUIET)
    picture = bars + points + half.encode(x="half:Q")
    st.altair_chart(picture.properties(height=alt.Step(34)))


def guards(found: Report) -> None:
    """What must not become worse: before, now, and the change with its interval."""
    spans = {"Hallucinated spans in 1,000 tokens": found["spans"]} if found["spans"] else {}
    rated = {f"{name}, mean rating": one for name, one in found["ratings"].items()}
    able = {f"{name.capitalize()}, share passed": one for name, one in found["abilities"].items()}
    rows = [_row(name, change) for name, change in (spans | rated | able).items()]
    if rows:
        st.dataframe(pd.DataFrame(rows), hide_index=True)
    _items(found["items"])


def _row(name: str, change: Report) -> Report:
    apart = change["difference"]
    known = apart["low"] is not None
    return {
        "what": name,
        "old": _number(change["old"]),
        "new": _number(change["new"]),
        "change": f"{apart['value']:+.2f}" if known else "–",
        "interval": f"{apart['low']:+.2f} to {apart['high']:+.2f}" if known else
        f"too few yet: {counted(apart['items'], 'prompt')}",
    }  # fmt: skip


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def _items(items: list[Report]) -> None:
    """The general abilities that the new model lost, or did not show."""
    asked = [one for one in items if one["old"] and one["new"]]
    worse = [one for one in asked if one["old"]["passed"] and not one["new"]["passed"]]
    if not worse:
        return
    with st.expander(f"{counted(len(worse), 'item')} that the old model passed and the new not"):
        for one in worse:
            said = one["new"]["text"]
            note = f"did not answer: {one['new']['note']}" if said is None else said
            st.markdown(f"**{plain(one['asks'])}**  \n{plain(note)}")


def regressions(found: Report) -> None:
    """Prompts on which the old answer was clearly better, to be read."""
    lost = found["regressed"]
    if not lost:
        return
    with st.expander(f"{counted(len(lost), 'prompt')} on which the old answer was clearly better"):
        for one in lost:
            st.markdown(f"**{plain(one['asks'])}** · {STRENGTH.get(round(one['strength']), '')}")
            if one["context"]:
                st.caption(plain(one["context"]).replace("\n", "  \n"))
            left, right = st.columns(2)
            left.text(f"Old: {one['old']}")
            right.text(f"New: {one['new']}")


def ground(found: Report) -> None:
    """The frozen prompts, what leaked, and what was not answered."""
    frozen = found["frozen"]
    when = "before the training" if frozen["before_training"] else "when the proof was begun"
    st.caption(
        f"{counted(frozen['prompts'], 'heldout prompt')}, frozen {when}"
        f" ({moment(frozen['at'])}); {_leaked(len(found['leaks']))} in what either model was"
        " trained on."
    )
    for leak in found["leaks"]:
        st.caption(f"Left out: “{plain(leak['asks'])}”: {plain(leak['why'])}.")
    for side, failures in found["unanswered"].items():
        for why, number in failures.items():
            st.warning(
                f"The {SIDES[side]} model did not answer {counted(number, 'prompt')}: {plain(why)}"
            )


def _leaked(leaks: int) -> str:
    if not leaks:
        return "none of them, and nothing nearly the same, was found"
    return f"{counted(leaks, 'prompt')} left out, since the same or nearly the same was found"
