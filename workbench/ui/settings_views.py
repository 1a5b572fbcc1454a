"""The settings page's parts: guidelines and rules, reviewers and their links, a new project."""

import re
import unicodedata
from dataclasses import replace

import pandas as pd
import streamlit as st

from workbench import rubrics, signing_in
from workbench.clock import utc_now
from workbench.demo import create_project
from workbench.errors import WorkbenchError
from workbench.records import ROLES, Project, Role
from workbench.settings import Asks, ProjectSettings
from workbench.store import Database, projects, reviewers
from workbench.store.database import dumps
from workbench.ui import session
from workbench.ui.runtime import store
from workbench.ui.screens import screen

NO_RUBRIC = "no rubric"


def edit_project(project: Project) -> None:
    settings = ProjectSettings.from_json(project.settings)
    with st.form("edit-project"):
        text = st.text_area("Guidelines (Markdown)", project.guidelines, height=220)
        st.caption(f"Version {project.guidelines_version}; a change makes the next version.")
        current = project.rubric["slug"] if project.rubric else NO_RUBRIC
        names = [NO_RUBRIC, *rubrics.available("rubric")]
        rubric = st.selectbox("Rubric", names, index=names.index(current))
        st.markdown("Reviewers are asked for")
        asks = Asks(
            ratings=st.checkbox("ratings by the rubric", settings.asks.ratings),
            spans=st.checkbox("tags on stretches of text", settings.asks.spans),
            rationale=st.checkbox("a rationale", settings.asks.rationale),
        )
        overlap = int(st.number_input("Judgements for each comparison", 1, 20, settings.overlap))
        show = st.checkbox("Reviewers see the reference answer", settings.show_reference)
        if st.form_submit_button("Save", type="primary"):
            changed = replace(settings, asks=asks, overlap=overlap, show_reference=show)
            _save(project, text, rubric, changed)
            st.success("Saved.")


def _save(project: Project, text: str, rubric: str, settings: ProjectSettings) -> None:
    """One write; texts that did not change keep their version."""
    now = utc_now()
    loaded = None if rubric == NO_RUBRIC else rubrics.load_rubric(rubric)

    def write(db: Database) -> None:
        projects.snapshot(db, now, project.id, "guidelines", text)
        if loaded:
            projects.snapshot(db, now, project.id, "rubric", dumps(loaded))
        projects.change_settings(db, now, project.id, settings.to_json())

    store().write(write)


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
        if st.form_submit_button("Make the project", type="primary"):
            slug = _slug(title)
            if not slug:
                st.error("Give the project a title.")
                return
            _create(slug, title, None if rubric == NO_RUBRIC else rubric)


def _create(slug: str, title: str, rubric: str | None) -> None:
    settings = ProjectSettings(asks=Asks(ratings=rubric is not None))
    try:
        create_project(store(), utc_now(), slug, title, settings, rubric=rubric)
    except WorkbenchError as problem:
        st.error(str(problem))
        return
    session.choose(slug)
    st.switch_page(screen("import_data"))


def _slug(title: str) -> str:
    """“Café support, Q3” → “cafe-support-q3”."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
