"""Who is looking, at which project: asked afresh in every run, never kept as a flag."""

import streamlit as st

from workbench import signing_in
from workbench.clock import utc_now
from workbench.errors import NotAllowed, SignedOut
from workbench.records import Project, Reviewer, Role
from workbench.store import projects, reviewers
from workbench.ui.runtime import store
from workbench.ui.serving_rules import from_this_machine
from workbench.ui.ways import empty


def person() -> Reviewer | None:
    """The holder of the session cookie; on a laptop with nobody else, its owner."""
    opened = store()
    secret = st.context.cookies.get(opened.workspace.cookie)
    with opened.read() as db:
        if secret:
            found = reviewers.holder(db, utc_now(), secret, "session")
            if found:
                return found
        if from_this_machine(st.context.headers.to_dict()) and signing_in.owner_is_alone(db):
            return next((r for r in reviewers.humans(db) if r.role == "owner"), None)
    return None


def require(role: Role) -> Reviewer:
    """The first line of every page: the person, or a page that says why not."""
    try:
        return signing_in.require(person(), role)
    except SignedOut:
        st.title("The workbench")
        st.info("You are not signed in. Open the sign-in link that the project's lead gave you.")
    except NotAllowed as problem:
        st.warning(str(problem))
    return st.stop()


def all_projects() -> list[Project]:
    with store().read() as db:
        return projects.all_projects(db)


def choose(slug: str) -> None:
    """Go to another project with the next run: the sidebar's own choice is drawn already."""
    st.session_state["chosen"] = slug


def current_project() -> Project:
    """The project chosen in the sidebar; a page that needs one stops where there is none."""
    slug = st.session_state.get("project")
    found = all_projects()
    if not found:
        empty("There is no project yet.", "Make a project", "settings")
        return st.stop()
    return next((p for p in found if p.slug == slug), found[0])
