"""The compare page's frame: which view, whose votes, and what to do where there are none yet."""

from typing import Any

import streamlit as st

from workbench.leaderboard import report as reports
from workbench.records import WHOSE, Project, Reviewer
from workbench.store import comparing, comparisons, completions
from workbench.ui import address, stored_report
from workbench.ui.runtime import store
from workbench.ui.stored_report import KINDS, Kinds
from workbench.ui.ways import counted, empty, go, plain

LEADERBOARD, PAIR, VERSIONS = "leaderboard", "pair", "versions"
VIEWS = {LEADERBOARD: "Leaderboard", PAIR: "Head to head", VERSIONS: "Versions"}
NAMED = 4  # of a group, in a line of text
Report = dict[str, Any]


def frame(project: Project) -> tuple[str, Kinds, Report | None]:
    """What the address asks for, and the stored report for it."""
    view = address.segments(
        "View", "view", VIEWS, LEADERBOARD, label_visibility="collapsed"
    )  # fmt: skip
    chosen = address.pills("Whose votes count", "kinds", WHOSE, ("human",))
    kinds = tuple(kind for kind in KINDS if kind in chosen)
    found = stored_report.current(project, reports, kinds)
    return view, kinds, found


def shared() -> None:
    st.caption("The address of this page leads others with access to the same view.")


def nothing_yet(project: Project, person: Reviewer, kinds: Kinds) -> None:
    """No votes compare two variants: what is to be done first."""
    with store().read() as db:
        answering = sum(1 for row in completions.overview(db, project.id) if row["answers"])
        waiting = comparisons.progress(db, project.id)["open"]
        votes = comparing.votes_by_kind(db, project.id)
    _others({kind: count for kind, count in votes.items() if kind not in kinds})
    if answering < 2:
        so_far = "There is one variant so far" if answering else "No variant has answered yet"
        label = "Generate another" if answering else "Generate answers"
        text = f"{so_far}: a comparison takes two that answer the same prompts."
        _owner(person, text, label, "generate")
    elif waiting:
        whose = " or ".join(WHOSE[kind] for kind in kinds)
        empty(f"No votes by {whose} compare two variants yet. Some wait to be judged.",
              "Judge", "review")  # fmt: skip
    else:
        _owner(person, "Nothing is queued that compares two variants.",
               "Queue comparisons", "generate")  # fmt: skip


def _others(votes: dict[str, int]) -> None:
    """Whose votes there are, where the chosen kinds gave none."""
    if votes:
        said = " and ".join(
            f"{counted(count, 'vote')} by {WHOSE[kind]}" for kind, count in votes.items()
        )
        st.info(f"There are {said}: choose them above to see what they say.")


def _owner(person: Reviewer, text: str, label: str, page: str) -> None:
    """What only an owner can do; others are told whom to ask."""
    if person.role == "owner":
        empty(text, label, page)
    else:
        st.info(f"{text} An owner of the project can do that on Generate.")


def apart(person: Reviewer, groups: list[list[str]]) -> None:
    """Groups of variants that no votes connect, and how to join them."""
    if len(groups) < 2:
        return
    named = "; ".join(f"{n}. {_names(group)}" for n, group in enumerate(groups, start=1))
    one, other = plain(groups[0][0]), plain(groups[1][0])
    st.warning(
        f"Not all variants are connected by votes. There are {len(groups)} groups: {named}."
        " Each is ranked for itself; strengths of different groups say nothing of each other."
        f" To join them, queue comparisons between “{one}” and “{other}”: let both answer the same"
        " prompts, then queue these."
    )
    if person.role == "owner":
        go("Queue comparisons", "generate")


def _names(group: list[str]) -> str:
    more = f" and {len(group) - NAMED} more" if len(group) > NAMED else ""
    return ", ".join(plain(name) for name in group[:NAMED]) + more
