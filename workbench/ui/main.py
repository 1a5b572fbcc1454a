"""The main script: page set-up, who is signed in, and the navigation that their role permits."""

from collections import Counter
from pathlib import Path

import streamlit as st

from workbench.ui import session
from workbench.ui.screens import screens_of

ICON = str(Path(__file__).with_name("icon.png"))  # Streamlit fetches its named icons from the web


def choose_project() -> None:
    """One choice for all pages; it stands in the address, so that a link leads to it."""
    projects = session.all_projects()
    shared = Counter(project.title for project in projects)
    titles = {
        p.slug: p.title if shared[p.title] == 1 else f"{p.title} ({p.slug})" for p in projects
    }
    if "chosen" in st.session_state:
        st.session_state["project"] = st.session_state.pop("chosen")
    if titles:
        st.sidebar.selectbox(
            "Project",
            list(titles),
            format_func=lambda slug: titles[slug],
            key="project",
            bind="query-params",
        )


def main() -> None:
    st.set_page_config(page_title="The workbench", page_icon=ICON, layout="wide")
    person = session.person()
    chosen = st.navigation(screens_of(person), expanded=True)
    if person and person.active:
        choose_project()
    chosen.run()


main()
