"""Checks & judges: what looks at answers before people do, and how far it can be trusted."""

import streamlit as st

from workbench.ui import address, check_views, judge_views, session

VIEWS = {"checks": "Checks", "judges": "Judge models"}

person = session.require("lead")
project = session.current_project()

st.title("Checks & judges")
if address.segments("View", "view", VIEWS, "checks", label_visibility="collapsed") == "judges":
    judge_views.judges(project, person)
else:
    check_views.checks(project, person)
