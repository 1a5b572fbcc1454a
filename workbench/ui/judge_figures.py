"""A judge beside people, in figures: calibration, the human ceiling, reliability, anchoring."""

from typing import Any

import pandas as pd
import streamlit as st

from workbench.judges.verdicts import LEVELS, STRONGEST
from workbench.records import Project
from workbench.store.judges import Judge
from workbench.ui import figures, judge_charts
from workbench.ui.ways import counted, plain

Json = dict[str, Any]


def beside_people(project: Project, judge: Judge, found: Json) -> None:
    """How often it says what people agreed on, beside how often people do."""
    st.subheader("Beside people")
    match, ceiling = found["match"], found["ceiling"]
    if not match["agreement"]["items"]:
        st.info("It has read nothing yet that people agreed on. Let it read what they judged.")
        reading(found)
        return
    cells = st.columns(4)
    figures.metric(
        cells[0],
        "Agrees with people",
        match["agreement"],
        percent=True,
        help="Says what people's consensus says: first better, second better, tie.",
    )
    figures.metric(
        cells[1],
        "Cohen's κ",
        match["kappa"],
        help="Agreement beyond chance: 1 is full, 0 what chance would give.",
    )
    figures.metric(
        cells[2],
        "Sensitivity",
        match["sensitivity"],
        percent=True,
        help="Says “the first is better” where people do. Which answer is the first is"
        " drawn by chance; ties are aside.",
    )
    figures.metric(
        cells[3],
        "Specificity",
        match["specificity"],
        percent=True,
        help="Says “the second is better” where people do.",
    )
    compare = compared(judge.name, match, ceiling)
    figures.forest(compare, "agreement on the same items, with 95 % interval", share=True)
    st.caption(ceiling_words(ceiling))
    reading(found)
    reliability(project, found)
    figures.csv_button(flat(found), f"judge-{judge.reviewer_id}")


def compared(name: str, match: Json, ceiling: Json) -> list[Json]:
    """The judge's agreement beside the human ceiling."""
    return [
        {"name": f"{name} with people", **match["agreement"], "flagged": False},
        {"name": "one person with the others", **ceiling["one_with_the_others"], "flagged": False},
        {"name": "two people with each other", **ceiling["two_people"], "flagged": False},
    ]


def ceiling_words(ceiling: Json) -> str:
    one = ceiling["one_with_the_others"]
    if one["value"] is None:
        return (
            "The human ceiling is not known: no two people judged the same of these items. More"
            " judgements an item would show it."
        )
    said = figures.said(one, "judgement", percent=True)
    return f"The human ceiling: a person agrees with the other people in {said}."


def reading(found: Json) -> None:
    """What both orders tell of the judge alone."""
    rows = [
        ("changes its mind with the order (flips; counted as ties)", found["flips"], "item"),
        ("says tie itself", found["ties"], "item"),
        ("says tie where people decided", found["match"]["judge_ties"], "item"),
        ("people say tie", found["match"]["people_ties"], "item"),
        ("replies that cannot be read", found["unreadable"], "reply"),
    ]
    table = [{"share": name, "estimate": _said(one, noun)} for name, one, noun in rows]
    st.dataframe(pd.DataFrame(table), hide_index=True)


def _said(one: Json, noun: str) -> str:
    return figures.said(one, noun, percent=True).replace("replys", "replies")


def reliability(project: Project, found: Json) -> None:
    st.markdown("**How right it is where it is sure**")
    rows = levels(found)
    if not rows:
        st.caption("Not known yet: it gave no verdict on what people judged.")
        return
    st.altair_chart(judge_charts.reliability(rows, project.settings.assist.triage_confidence))
    st.caption(
        "Each dot: the share that was right, of items that it judged with this strength in both"
        " orders together; grey: how many. Diamonds: the calibrated confidence, at least so often"
        " right. Dashed: what triage asks for. On the grey line, it is right as often as it says."
    )


def levels(found: Json) -> list[Json]:
    """One row for each strength that was seen; `says` is the verdict's own probability."""
    return [
        {
            "strength": f"{one['level']} of {LEVELS[-1]}",
            "says": (one["level"] + 2 * STRONGEST) / (4 * STRONGEST),
            "right": one["right"]["value"],
            "low": one["right"]["low"],
            "high": one["right"]["high"],
            "items": one["right"]["items"],
            "calibrated": one["calibrated"],
        }
        for one in found["bins"]
        if one["right"]["items"]
    ]


def flat(found: Json) -> list[Json]:
    """All figures as rows of a file."""
    named = {
        **found["match"],
        **found["ceiling"],
        **{key: found[key] for key in ("flips", "ties", "unreadable")},
        **{f"right at strength {one['level']}": one["right"] for one in found["bins"]},
    }
    return [{"figure": name.replace("_", " "), **one} for name, one in named.items()]


def anchored(judge: Judge, found: Json) -> None:
    """Whether its suggestions pull people its way."""
    seen, unseen, apart = found["verdict"]
    if not seen["items"]:
        return
    st.subheader("Anchoring by suggestions")
    rows = [
        {"name": "suggestions shown", **seen, "flagged": False},
        {"name": "none shown", **unseen, "flagged": False},
    ]
    figures.forest(rows, f"judgements that agree with {judge.name}", share=True)
    st.write(anchor_words(judge.name, apart))
    answered = [
        {"suggestions": key, "share": figures.said(found[key], "suggestion", percent=True)}
        for key in ("accepted", "changed", "refused")
    ]
    st.dataframe(pd.DataFrame(answered), hide_index=True)
    if found["ratings"][2]["value"] is not None:
        st.caption(f"Ratings: {points(found['ratings'][2])} more often the same where shown.")


def anchor_words(name: str, apart: Json) -> str:
    if apart["value"] is None:
        return "How far suggestions pull people is not known yet: too few came without any."
    sure = "" if apart["low"] <= 0 <= apart["high"] else " Suggestions pull people its way."
    if apart["high"] < 0:
        sure = " People go against its suggestions."
    more = f"{points(apart)} more often ({counted(apart['items'], 'judgement')})"
    return f"With suggestions people agree with {plain(name)} {more}.{sure}"


def points(one: Json) -> str:
    """“12 points (3 to 21)”."""
    value, low, high = (100 * one[key] for key in ("value", "low", "high"))
    return f"{value:.0f} points ({low:.0f} to {high:.0f})"
