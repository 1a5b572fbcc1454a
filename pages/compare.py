"""Compare: which variant is better, by how much, how surely, and where it fails."""

import streamlit as st

from workbench.ui import board_rows, board_views, compare_views, pair_views, session, version_views

person = session.require("lead")
project = session.current_project()

st.title("Compare")
view, kinds, report = compare_views.frame(project)
if report is None:
    st.stop()
if not report["votes"]:
    compare_views.nothing_yet(project, person, kinds)
    st.stop()
compare_views.apart(person, board_rows.groups(report))
match view:
    case compare_views.PAIR:
        pair_views.head_to_head(project, kinds, report)
    case compare_views.VERSIONS:
        version_views.versions(project, kinds, report)
    case _:
        board_views.leaderboard(project, report)
compare_views.shared()
