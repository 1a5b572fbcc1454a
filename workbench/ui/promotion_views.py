"""Promotion on a page: on the gate's word, or all the same with a reason; and what was promoted."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from workbench.errors import WorkbenchError
from workbench.records import Project, Reviewer
from workbench.rounds import promoting
from workbench.rounds.promoting import Grounds
from workbench.store import promotions, variants
from workbench.store.proofs import StoredProof
from workbench.ui.runtime import store
from workbench.ui.ways import moment, plain

Report = dict[str, Any]
FAILED = "attempt-failed"


def promote(project: Project, person: Reviewer, proof: StoredProof, found: Report) -> None:
    """The button, if the gate says promote; otherwise a place for the reason."""
    with store().read() as db:
        model = variants.get(db, proof.candidate_id).model
        beaten = variants.get(db, proof.incumbent_id).model
        current = promotions.current(db, project.id)
    if current and current.id == model.id:
        st.success(f"“{plain(model.name)}” is the project's current model.")
        st.code(f"python -m workbench models serve current --project {project.slug}", "shell")
        return
    fresh = not found["judgements_since"]
    elsewhere = bool(current and beaten.id != current.id)
    grounds = Grounds(None, None) if elsewhere else Grounds(proof, found)
    if grounds.allows:
        st.button(
            f"Promote {model.name}", type="primary", disabled=not fresh, on_click=attempt,
            args=(lambda: promoting.promote(store(), project, model, grounds, by=person),),
        )  # fmt: skip
        if not fresh:
            st.caption("There are newer judgements: reckon anew before you promote it.")
        return
    with st.expander("Promote it all the same"):
        if elsewhere:
            st.write("This is no proof against the project's current model.")
        despite = st.text_input("Why? The reason is kept with the evidence.", key="despite")
        st.button(
            f"Promote {model.name}", disabled=not despite.strip(), on_click=attempt,
            args=(lambda: promoting.promote(
                store(), project, model, grounds, by=person, despite=despite
            ),),
        )  # fmt: skip


def attempt(action: Callable[[], None]) -> None:
    """What a click asks for, done for what was on screen then; `failure` says what is wrong."""
    try:
        action()
    except WorkbenchError as problem:
        st.session_state[FAILED] = str(problem)


def failure() -> None:
    """Why the last click changed nothing, once."""
    if told := st.session_state.pop(FAILED, None):
        st.error(plain(told))


def history(project: Project) -> None:
    """What was promoted, with the gate's word, and what was rejected."""
    with store().read() as db:
        found = promotions.history(db, project.id)
        rejected = promotions.rejected(db, project.id)
    if not found:
        st.caption("No model was promoted yet: until then, round 0's is the one to beat.")
    for one in found:
        said = f"the gate said {one.evidence['verdict']}" if one.evidence else "without a proof"
        despite = f" All the same: {plain(one.despite)}" if one.despite else ""
        st.markdown(f"**{plain(one.model)}**, {moment(one.promoted_at)}: {said}.{despite}")
    for name, at in rejected.items():
        st.markdown(f"{plain(name)}, {moment(at)}: rejected, and not tuned further.")
