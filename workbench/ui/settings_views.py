"""The settings page's parts: guidelines and rules, reviewers and their links, a new project."""

import re
import unicodedata
from dataclasses import replace
from typing import Any

import pandas as pd
import streamlit as st

from workbench import queueing, rubrics, signing_in
from workbench.clock import utc_now
from workbench.demo import create_project
from workbench.errors import WorkbenchError
from workbench.records import ROLES, Project, Role
from workbench.rewards import ordering
from workbench.settings import Asks, Judging, ProjectSettings
from workbench.store import Database, projects, reviewers
from workbench.store.database import dumps
from workbench.ui import session
from workbench.ui.quality_settings import quality_settings
from workbench.ui.runtime import store
from workbench.ui.ways import switch

NO_RUBRIC = "no rubric"


WAYS: dict[Judging, str] = {
    "pairwise": "Two answers side by side",
    "ranking": "A ranking of three to eight answers",
    "single": "One answer at a time",
}


def edit_project(project: Project) -> None:
    settings = project.settings
    with st.form("edit-project"):
        text = st.text_area("Guidelines (Markdown)", project.guidelines, height=220)
        st.caption(f"Version {project.guidelines_version}; a change makes the next version.")
        left, right = st.columns(2)
        with left:
            rubric = _choose_text("rubric", project.rubric, NO_RUBRIC)
        with right:
            taxonomy = _choose_text("taxonomy", project.taxonomy, None)
        changed = replace(_ways_of_judging(settings), asks=_asks(settings.asks))
        changed = quality_settings(changed)
        if st.form_submit_button("Save", type="primary"):
            try:
                changed.check()
                _save(project, text, {"rubric": rubric, "taxonomy": taxonomy}, changed)
                st.success("Saved.")
            except WorkbenchError as problem:
                st.error(str(problem))


def _choose_text(kind: str, current: dict[str, Any] | None, none: str | None) -> str | None:
    """A shipped rubric or taxonomy to change to; None leaves the project's own as it is."""
    slug = current["slug"] if current else none
    names = [n for n in dict.fromkeys([none, slug, *rubrics.available(kind)]) if n]
    chosen = st.selectbox(kind.capitalize(), names, names.index(slug) if slug else 0)
    return None if chosen == slug else chosen


def _ways_of_judging(settings: ProjectSettings) -> ProjectSettings:
    way = st.radio(
        "Reviewers see", list(WAYS), list(WAYS).index(settings.judging), format_func=WAYS.get
    )
    left, right = st.columns(2)
    size = left.number_input("Answers in a ranking", 3, 8, settings.ranking_size)
    overlap = right.number_input("Judgements for each comparison", 1, 20, settings.overlap)
    forced = st.checkbox(
        "Force a choice: no “about the same”, no “all bad”", settings.forced_choice
    )
    show = st.checkbox("Reviewers see the reference answer", settings.show_reference)
    reasons = st.text_input(
        "Reasons to choose from, separated by commas", ", ".join(settings.reasons)
    )
    return replace(
        settings,
        judging=way,
        ranking_size=int(size),
        overlap=int(overlap),
        forced_choice=forced,
        show_reference=show,
        reasons=tuple(part.strip() for part in reasons.split(",") if part.strip()),
    )


def _asks(asks: Asks) -> Asks:
    st.markdown("Reviewers are asked for")
    return Asks(
        ratings=st.checkbox("ratings by the rubric", asks.ratings),
        spans=st.checkbox("tags on stretches of text", asks.spans),
        rationale=st.checkbox("a rationale", asks.rationale),
        correction=st.checkbox("corrected answers", asks.correction),
    )


def _save(
    project: Project, guidelines: str, texts: dict[str, str | None], settings: ProjectSettings
) -> None:
    """One write; texts that did not change keep their version."""
    now = utc_now()
    load = {"rubric": rubrics.load_rubric, "taxonomy": rubrics.load_taxonomy}
    bodies = {kind: dumps(load[kind](name)) for kind, name in texts.items()
              if name and name != NO_RUBRIC}  # fmt: skip
    if texts["rubric"] == NO_RUBRIC:
        settings = replace(settings, asks=replace(settings.asks, ratings=False))

    def write(db: Database) -> None:
        projects.snapshot(db, now, project.id, "guidelines", guidelines)
        for kind, body in bodies.items():
            projects.snapshot(db, now, project.id, kind, body)
        projects.change_settings(db, now, project.id, settings)

    store().write(write)
    if settings.queue != project.settings.queue:
        queueing.reorder(store(), replace(project, settings=settings))
        ordering.keep_up(store(), replace(project, settings=settings))


def people() -> None:
    with store().read() as db:
        everyone = reviewers.everyone(db)
    rows = [
        {
            "name": r.name or "forgotten",
            "pseudonym": r.public_id,
            "kind": r.kind,
            "role": r.role,
            "active": r.active,
        }
        for r in everyone
    ]
    st.dataframe(pd.DataFrame(rows), hide_index=True)
    with st.form("add", clear_on_submit=True):
        name = st.text_input("Name")
        role = st.selectbox("Role", ROLES)
        if st.form_submit_button("Add a reviewer", type="primary") and name.strip():
            _add(name.strip(), role)
    st.caption(
        "Programs judge as well: `python -m workbench reviewers add NAME --api-key` makes a key,"
        " and [the HTTP API's schema](/api/v1/openapi.json) says what it can do."
    )


def _add(name: str, role: Role) -> None:
    try:
        added = signing_in.add_reviewer(store(), utc_now(), name, role)
    except WorkbenchError as problem:
        st.error(str(problem))
        return
    base = (st.context.url or "").split("/settings")[0].rstrip("/")
    st.success(f"{name} signs in with this link, once, within {signing_in.LINK_DAYS} days:")
    st.code(f"{base}/sign-in#{added.link}")
    if added.owner_link:
        st.warning("From now on you must sign in as well. Open your own link before you leave:")
        st.code(f"{base}/sign-in#{added.owner_link}")


def new_project() -> None:
    with st.form("new"):
        title = st.text_input("Title")
        rubric = st.selectbox("Rubric", [NO_RUBRIC, *rubrics.available("rubric")])
        way = st.radio("Reviewers see", list(WAYS), format_func=WAYS.get)
        if st.form_submit_button("Make the project", type="primary"):
            slug = _slug(title)
            if not slug:
                st.error("Give the project a title.")
                return
            _create(slug, title, None if rubric == NO_RUBRIC else rubric, way)


def _create(slug: str, title: str, rubric: str | None, way: Judging) -> None:
    settings = ProjectSettings(judging=way, asks=Asks(ratings=rubric is not None))
    try:
        create_project(store(), utc_now(), slug, title, settings, rubric=rubric)
    except WorkbenchError as problem:
        st.error(str(problem))
        return
    session.choose(slug)
    switch("import_data")


def _slug(title: str) -> str:
    """“Café support, Q3” → “cafe-support-q3”."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
