"""The quality page's tables and pictures: parts of the data, agreement, cost."""

from typing import Any

import pandas as pd
import streamlit as st

from workbench.records import Project
from workbench.ui import figures
from workbench.ui.quality_views import names_of
from workbench.ui.stored_report import Report

FLAGS = ("contested", "thin", "lopsided")


def slices(found: Report) -> None:
    """Parts of the data; those that are contested, thin or lopsided first."""
    st.subheader("Parts of the data")
    dimensions = list(dict.fromkeys(one["dimension"] for one in found["slices"]))
    if not dimensions:
        return
    chosen = st.segmented_control("By", dimensions, default=dimensions[-1], key="quality-by")
    mine = [one for one in found["slices"] if one["dimension"] == (chosen or dimensions[-1])]
    mine.sort(key=lambda one: (not _flags(one), -(one["differ"]["value"] or 0)))
    figures.forest(
        [{"name": one["name"], **one["differ"], "flagged": one["contested"]} for one in mine],
        "items on which reviewers differ", share=True,
    )  # fmt: skip
    st.dataframe(pd.DataFrame([_slice(one) for one in mine]), hide_index=True)


def _flags(one: dict[str, Any]) -> str:
    return ", ".join(word for word in FLAGS if one[word])


def _slice(one: dict[str, Any]) -> dict[str, Any]:
    top = one["top_share"]
    return {
        "part": one["name"],
        "note": _flags(one),
        "prompts": one["prompts"],
        "items judged": one["items"],
        "reviewers differ on": figures.said(one["differ"], percent=True),
        "not sure enough": figures.said(one["unsure"], percent=True),
        "α": figures.said(one["alpha"]),
        "AC1": figures.said(one["ac1"]),
        "same variant wins": figures.said(top, "win", percent=True),
    }


def agreement(project: Project, found: Report) -> None:
    st.subheader("Agreement")
    rows = [
        {"name": "choice", **found["choice"]["alpha"], "flagged": False},
        {"name": "strength of preference", **found["strength"], "flagged": False},
        *({"name": _title(project, key), **one["alpha"], "flagged": False}
          for key, one in found["criteria"].items()),
    ]  # fmt: skip
    if found["spans"]:
        rows.append({"name": "tagged words", **found["spans"]["alpha"], "flagged": False})
    figures.forest(rows, "α, with 95 % interval", middle=0.8)
    table = [
        {"on": row["name"], "α": figures.said(row)} for row in rows
    ]  # fmt: skip
    st.dataframe(pd.DataFrame(table), hide_index=True)
    if found["spans"] and found["spans"]["f1"] is not None:
        f1, documents = found["spans"]["f1"], found["spans"]["documents"]
        st.caption(
            f"Two reviewers' tagged characters overlap with F1 {f1:.2f} ({documents} texts)."
        )
    if found["sampled"] < 1:
        st.caption(f"Ratings are from a sample of {100 * found['sampled']:.0f} % of the items.")
    figures.over_time([{"week": w["week"], **w["alpha"]} for w in found["weeks"]], "α by week")
    pairs(found)


def _title(project: Project, key: str) -> str:
    criteria = (project.rubric or {}).get("criteria", [])
    return next((c["title"] for c in criteria if c["key"] == key), key)


def pairs(found: Report) -> None:
    """Every two reviewers who share items."""
    if not found["pairs"]:
        return
    names = names_of()
    rows = [
        {
            "reviewers": " and ".join(names[i] for i in one["reviewers"]),
            "α": figures.said(one["alpha"]),
            "AC1": figures.said(one["ac1"]),
            "agree": figures.said(one["percent"], percent=True),
        }
        for one in sorted(found["pairs"], key=lambda one: one["percent"]["value"])
    ]
    with st.expander("Between two reviewers"):
        st.dataframe(pd.DataFrame(rows), hide_index=True)


def costs(project: Project, found: Report) -> None:
    st.subheader("Cost and time")
    currency, cost = project.settings.currency, found["cost"]
    rows = [
        {"for each": label, "time": figures.duration(cost[key]["seconds"]),
         "money": figures.money(cost[key]["money"], currency)}
        for key, label in (("per_judgement", "judgement"), ("per_label", "item sure enough"),
                           ("per_pair", "pair for training"))
    ]  # fmt: skip
    st.dataframe(pd.DataFrame(rows), hide_index=True)
    total = figures.money(cost["money"], currency)
    st.caption(f"In all {cost['hours']:.1f} hours; money: {total}. Pay is set on Reviewers.")
