"""The quality page's parts: what needs a lead first, then agreement, consensus, slices, costs."""

import json
from urllib.parse import quote

import pandas as pd
import streamlit as st

from workbench.quality import report as reports
from workbench.records import Project
from workbench.store import gold, reviewers
from workbench.ui import figures, stored_report
from workbench.ui.runtime import store
from workbench.ui.stored_report import KINDS, Report
from workbench.ui.ways import counted, empty, go

SHOWN = 50


def current(project: Project) -> Report | None:
    """The stored report for the kinds of reviewers chosen; a new one is asked for when it is old.
    Nothing is reckoned here.
    """
    chosen = st.pills(
        "Whose judgements count", KINDS, selection_mode="multi", default=["human"],
        key="quality-kinds",
    )  # fmt: skip
    kinds = tuple(kind for kind in KINDS if kind in chosen) or ("human",)
    return stored_report.current(project, reports, kinds)


def nothing_yet() -> None:
    empty("Nobody has judged anything in this project yet.", "Judge", "review")


def overview(project: Project, found: Report) -> None:
    cells = st.columns(4)
    choice, sure = found["choice"], found["consensus"]
    figures.metric(
        cells[0],
        "Agreement on the choice (α)",
        choice["alpha"],
        help="Krippendorff's alpha: 1 is full agreement, 0 what chance would give.",
    )
    figures.metric(
        cells[1], "Two reviewers agree", choice["percent"], percent=True,
        help=f"Gwet's AC1: {figures.said(choice['ac1'])}",
    )  # fmt: skip
    share = f"{100 * sure['sure'] / sure['items']:.0f} %" if sure["items"] else "–"
    cells[2].metric("Items sure enough", share)
    threshold = f"{100 * project.settings.consensus_threshold:.0f} %"
    cells[2].caption(f"{sure['sure']:,} of {sure['items']:,} · posterior from {threshold}")
    cells[3].metric("Judgements", f"{found['counts']['judgements']:,}")
    cells[3].caption(f"by {counted(found['counts']['reviewers'], 'reviewer')}")
    st.write(figures.reliability(choice["alpha"]))


def needs_you(project: Project, found: Report) -> None:
    """What a lead can do now: disputes first."""
    with st.container(border=True):
        st.subheader("What needs you")
        items, people = st.columns(2)
        with items:
            waiting = _items_need_you(found)
        with people:
            troubled = _people_need_you(found)
        if not (waiting or troubled):
            st.write("Nothing now: no disputes wait, and nothing speaks against any reviewer.")
    _gold_notice(project)


def _items_need_you(found: Report) -> bool:
    waiting = found["reviews"].get("waiting", 0)
    if waiting:
        st.write(f"{counted(waiting, 'item')} wait for a second look.")
        go("Adjudicate", "adjudicate", primary=True)
    elif found["disputes"]:
        differ = counted(found["consensus"]["differ"], "item")
        st.write(f"Reviewers differ on {differ}; the list below leads to each.")
    return bool(waiting or found["disputes"])


def _people_need_you(found: Report) -> bool:
    paused = [one for one in found["reviewers"] if one["paused"]]
    troubled = [one for one in found["reviewers"] if one["advice"] and not one["paused"]]
    words = [
        f"{counted(len(group), 'reviewer')} {what}"
        for group, what in ((paused, "paused by gold"), (troubled, "to talk to"))
        if group
    ]
    if words:
        st.write(f"{', '.join(words)}.")
        go("Reviewers", "reviewers")
    return bool(words)


def _gold_notice(project: Project) -> None:
    with store().read() as db:
        made = gold.counts(db, project.id)
    if project.settings.gold_rate and not made["mixed"]:
        st.info(
            "There is no gold yet, so reviewers' accuracy is not measured."
            " `python -m workbench gold --help` shows how to make some; a ruling can become gold"
            " as well."
        )
    if project.settings.training > made["training"]:
        st.info(
            f"The project asks for {project.settings.training} training items and has"
            f" {made['training']}: newcomers are asked for no more than there are."
        )


def disputes(project: Project, found: Report) -> None:
    """The least sure items, each a click away from the desk where a lead rules."""
    if not found["disputes"]:
        return
    rows = [
        {
            "item": f"/adjudicate?project={quote(project.title)}&item={one['comparison_id']}",
            "one better": one["votes"][0],
            "other better": one["votes"][1],
            "neither": one["votes"][2],
            "likeliest verdict": f"{100 * one['chance']:.0f} %",
        }
        for one in found["disputes"][:SHOWN]
    ]
    link = st.column_config.LinkColumn(display_text=r"item=(\d+)")
    with st.expander(f"Items on which reviewers differ most ({len(rows)} shown)"):
        st.dataframe(pd.DataFrame(rows), hide_index=True, column_config={"item": link})


def names_of() -> dict[int, str]:
    with store().read() as db:
        return {r.id: r.name or r.public_id for r in reviewers.everyone(db)}


def doubt(found: Report) -> None:
    sure = found["consensus"]
    if sure["mean_doubt"] is None:
        return
    st.caption(
        f"Mean doubt about a verdict: {100 * sure['mean_doubt']:.1f} % — what training may use as"
        " label smoothing. What is not sure enough stays out of exports."
    )


def download(project: Project, found: Report) -> None:
    st.download_button(
        "Download all figures", json.dumps(found, ensure_ascii=False, indent=1),
        f"quality-{project.slug}.json", "application/json",
    )  # fmt: skip
