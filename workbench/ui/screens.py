"""The screens: their files, titles and the role that each asks for."""

from pathlib import Path

import streamlit as st

from workbench.records import ROLES, Reviewer, Role

PAGES = Path(__file__).resolve().parent.parent.parent / "pages"
SCREENS: tuple[tuple[str, str, str, Role], ...] = (
    ("home", "Home", ":material/home:", "reviewer"),
    ("import_data", "Import", ":material/upload_file:", "owner"),
    ("generate", "Generate", ":material/forum:", "owner"),
    ("playground", "Playground", ":material/science:", "owner"),
    ("review", "Review", ":material/rate_review:", "reviewer"),
    ("discussions", "Discussions", ":material/question_answer:", "reviewer"),
    ("adjudicate", "Adjudicate", ":material/gavel:", "lead"),
    ("quality", "Quality", ":material/verified:", "lead"),
    ("compare", "Compare", ":material/leaderboard:", "lead"),
    ("judges", "Checks & judges", ":material/fact_check:", "lead"),
    ("reviewers", "Reviewers", ":material/groups:", "lead"),
    ("export", "Export", ":material/dataset:", "lead"),
    ("train", "Train", ":material/model_training:", "owner"),
    ("rounds", "Rounds", ":material/trending_up:", "lead"),
    ("settings", "Settings", ":material/settings:", "owner"),
)


def screen(name: str) -> st.Page:
    """The page of this name, for navigation and for switching to it."""
    title, icon = next((title, icon) for n, title, icon, _ in SCREENS if n == name)
    path = str(PAGES / f"{name}.py")
    return st.Page(path, title=title, icon=icon, url_path=name, default=name == "home")


def screens_of(person: Reviewer | None) -> list[st.Page]:
    """The pages of a role. A page checks the role itself as well: links can be typed."""
    rank = ROLES.index(person.role) if person else 0
    return [screen(name) for name, _, _, role in SCREENS if ROLES.index(role) <= rank]
