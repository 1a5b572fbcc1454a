"""The gate on a page: what it says of a proof and why, and what may be done about it."""

from dataclasses import dataclass
from typing import Any

import streamlit as st

from workbench.errors import WorkbenchError
from workbench.records import Project, Reviewer
from workbench.rounds import contenders, gating, promoting, proving
from workbench.rounds.promoting import Grounds
from workbench.store import Database, Store, promotions, proofs, variants
from workbench.store.proofs import StoredProof
from workbench.ui import progress, proof_figures, stored_report
from workbench.ui.runtime import store
from workbench.ui.stored_report import Kinds
from workbench.ui.ways import counted, moment, plain

Report = dict[str, Any]
VERDICTS = {"promote": ("Promote", "green"), "not yet": ("Not yet", "orange"),
            "reject": ("Reject", "red")}  # fmt: skip


@dataclass(frozen=True)
class _Service:
    """The gate's reports on one proof, as `stored_report` wants them."""

    proof: StoredProof
    JOB: str = gating.JOB

    def latest(self, db: Database, project: Project, kinds: Kinds) -> Report | None:
        return gating.latest(db, project, self.proof, kinds)

    def refresh(self, opened: Store, project: Project, kinds: Kinds) -> None:
        gating.ask(opened, project, self.proof, kinds)


def section(project: Project, person: Reviewer, kinds: Kinds) -> None:
    st.subheader("Should the new model replace the old one?")
    with store().read() as db:
        begun = proofs.in_project(db, project.id)
        names = {v.id: v.name for v in variants.in_project(db, project.id)}
    if begun:
        proof = st.selectbox(
            "Proof", begun, key="proof", label_visibility="collapsed",
            format_func=lambda p: f"{names[p.candidate_id]} against {names[p.incumbent_id]}",
        )  # fmt: skip
        _proof(project, person, kinds, proof)
    else:
        st.info(
            "No model is being proved yet. Closing a round begins the proof of its new model; any"
            " two models can be set against each other below."
        )
    left, right = st.columns(2)
    with left.expander("Prove another model"):
        _begin(project)
    with right.expander("Promotions"):
        _history(project)


def _proof(project: Project, person: Reviewer, kinds: Kinds, proof: StoredProof) -> None:
    if progress.running_job(project.id, proving.JOB):
        progress.follow_job(project.id, proving.JOB)
        return
    failed = progress.last_failure(project.id, proving.JOB)
    if proof.laid_at is None:
        _unfinished(project, proof, failed.error if failed else None)
        return
    found = stored_report.current(project, _Service(proof), kinds or ("human",))
    if found is None:
        return
    word, colour = VERDICTS[found["verdict"]]
    st.markdown(f"### :{colour}[{word}]")
    st.markdown("\n".join(f"- {plain(reason)}" for reason in found["reasons"]))
    if found["win"]["n"]:
        proof_figures.intervals(found)
        proof_figures.guards(found)
        proof_figures.regressions(found)
    else:
        st.caption(
            f"Of {counted(found['left'], 'pair')} of answers, which lie blind among the work on the"
            " Review page, none is judged yet by those whose verdicts count."
        )
    proof_figures.ground(found)
    _promote(project, person, proof, found)


def _unfinished(project: Project, proof: StoredProof, error: str | None) -> None:
    """Its answers are not before reviewers yet, and nothing works on that."""
    st.warning(error or "The answers of this proof were never laid before reviewers.")
    if st.button("Go on with it", type="primary"):
        proving.start(store(), project, proof)
        st.rerun()


def _promote(project: Project, person: Reviewer, proof: StoredProof, found: Report) -> None:
    with store().read() as db:
        model = variants.get(db, proof.candidate_id).model
        current = promotions.current(db, project.id)
    if current and current.id == model.id:
        st.success(f"“{plain(model.name)}” is the project's current model.")
        st.code(f"python -m workbench models serve current --project {project.slug}", "shell")
        return
    fresh = not found["judgements_since"]
    grounds = Grounds(proof, found)
    if grounds.allows:
        if st.button(f"Promote {model.name}", type="primary", disabled=not fresh):
            _try(lambda: promoting.promote(store(), project, model, grounds, by=person))
        if not fresh:
            st.caption("There are newer judgements: reckon anew before you promote it.")
        return
    with st.expander("Promote it all the same"):
        despite = st.text_input("Why? The reason is kept with the evidence.", key="despite")
        if st.button(f"Promote {model.name}", disabled=not despite.strip()):
            _try(lambda: promoting.promote(
                store(), project, model, grounds, by=person, despite=despite
            ))  # fmt: skip


def _try(action: Any) -> None:
    """Do it and draw the page again, or show what is wrong."""
    try:
        action()
    except WorkbenchError as problem:
        st.error(str(problem))
        return
    st.rerun()


def _begin(project: Project) -> None:
    with store().read() as db:
        able = [m.name for m in variants.models(db) if m.kind != "imported"]
        beaten = contenders.to_beat(db, project)
    if len(able) < 2:
        st.caption("A proof takes two models. Train one, or add one on the Generate page.")
        return
    new = st.selectbox("New model", able[::-1], key="prove-new")
    others = [name for name in able if name != new]
    usual = others.index(beaten.name) if beaten and beaten.name in others else 0
    old = st.selectbox("Against", others, usual, key="prove-old")
    if st.button("Let both answer the heldout prompts"):
        _try(lambda: _start(project, new, old))


def _start(project: Project, new: str, old: str) -> None:
    candidate = contenders.candidate(store(), project, new)
    incumbent = contenders.incumbent(store(), project, old, candidate)
    proving.start(store(), project, proving.begin(store(), project, candidate, incumbent))


def _history(project: Project) -> None:
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
