"""The main script: page set-up, who is signed in, and the navigation that their role permits."""

from pathlib import Path

import streamlit as st

from workbench.records import ROLES, Reviewer, Role
from workbench.ui import session

PAGES = Path(__file__).resolve().parent.parent.parent / "pages"
SCREENS: tuple[tuple[str, str, str, Role], ...] = (
    ("home", "Home", ":material/home:", "reviewer"),
    ("import_data", "Import", ":material/upload_file:", "owner"),
    ("generate", "Generate", ":material/forum:", "owner"),
    ("review", "Review", ":material/rate_review:", "reviewer"),
    ("export", "Export", ":material/dataset:", "lead"),
    ("train", "Train", ":material/model_training:", "owner"),
    ("rounds", "Rounds", ":material/trending_up:", "lead"),
    ("settings", "Settings", ":material/settings:", "owner"),
)


def screens(person: Reviewer | None) -> list[st.Page]:
    """The pages of a role. A page checks the role itself as well: links can be typed."""
    rank = ROLES.index(person.role) if person else 0
    return [
        st.Page(
            str(PAGES / f"{name}.py"), title=title, icon=icon, url_path=name, default=name == "home"
        )
        for name, title, icon, role in SCREENS
        if ROLES.index(role) <= rank
    ]


def choose_project() -> None:
    slugs = {project.slug: project.title for project in session.all_projects()}
    if slugs:
        st.sidebar.selectbox(
            "Project", list(slugs), format_func=lambda slug: slugs[slug], key="project"
        )


def main() -> None:
    st.set_page_config(page_title="The workbench", page_icon=":material/compare:", layout="wide")
    person = session.person()
    chosen = st.navigation(screens(person))
    if person and person.active:
        choose_project()
    chosen.run()


main()
