"""Rounds: is each tuned model better than the first, and by how much, with what certainty."""

import streamlit as st

from workbench.records import ReviewerKind
from workbench.ui import economics_views, progress, proof_views, rounds_views, session

person = session.require("lead")
project = session.current_project()

st.title("Rounds")
KINDS: tuple[ReviewerKind, ...] = ("human", "simulated")
chosen = st.pills("Whose verdicts count", KINDS, selection_mode="multi", default=["human"])
kinds = tuple(kind for kind in KINDS if kind in chosen)
if progress.running_job(project.id):
    progress.follow_job(project.id, curve=True)
else:
    rounds_views.turn(project, kinds)
proof_views.section(project, person, kinds)
rounds_views.table(project, kinds)
economics_views.show(project, kinds)
