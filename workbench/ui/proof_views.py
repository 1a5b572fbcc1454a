"""The gate on a page: what it says of a proof and why, and what may be done about it."""

from dataclasses import dataclass
from typing import Any

import streamlit as st

from workbench.generation import known
from workbench.records import Project, Reviewer
from workbench.rounds import contenders, gating, proving
from workbench.store import Database, Store, proofs, variants
from workbench.store.proofs import StoredProof
from workbench.ui import progress, promotion_views, proof_figures, stored_report
from workbench.ui.promotion_views import attempt
from workbench.ui.runtime import store
from workbench.ui.stored_report import Kinds
from workbench.ui.ways import counted, plain

Report = dict[str, Any]
VERDICTS = {"promote": ("Promote", "green"), "not yet": ("Not yet", "orange"),
            "reject": ("Reject", "red")}  # fmt: skip


BEGUN = "proof-begun"  # in the session, until the next run chooses it


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
    promotion_views.failure()
    with store().read() as db:
        begun = proofs.in_project(db, project.id)
        names = {v.id: contenders.called(v) for v in variants.in_project(db, project.id)}
    if begun:
        _proof(project, person, kinds, _chosen(begun, names))
    else:
        st.info(
            "No model is being proved yet. Closing a round begins the proof of its new model; any"
            " two models can be set against each other below."
        )
    left, right = st.columns(2)
    with left.expander("Prove another model"):
        _begin(project)
    with right.expander("Promotions"):
        promotion_views.history(project)


def _chosen(begun: list[StoredProof], names: dict[int, str]) -> StoredProof:
    """The newest, unless another was chosen; one that was begun just now is chosen by that."""
    known = {proof.id: proof for proof in begun}
    if BEGUN in st.session_state:
        st.session_state["proof"] = st.session_state.pop(BEGUN)

    def name(proof_id: int) -> str:
        proof = known[proof_id]
        return f"{names[proof.candidate_id]} against {names[proof.incumbent_id]}"

    chosen = st.selectbox(
        "Proof", list(known), format_func=name, key="proof", label_visibility="collapsed"
    )
    return known[chosen]


def _proof(project: Project, person: Reviewer, kinds: Kinds, proof: StoredProof) -> None:
    if progress.running_job(project.id, proving.JOB):
        st.info(
            "Both models are answering the frozen prompts: the bar above says how far they are."
        )
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
    promotion_views.promote(project, person, proof, found)


def _unfinished(project: Project, proof: StoredProof, error: str | None) -> None:
    """Its answers are not before reviewers yet, and nothing works on that."""
    st.warning(error or "The answers of this proof were never laid before reviewers.")
    if st.button("Go on with it", type="primary"):
        proving.start(store(), project, proof)
        st.rerun()


def _begin(project: Project) -> None:
    able = [model.name for model in known.able(store())]
    with store().read() as db:
        beaten = contenders.to_beat(db, project)
    if len(able) < 2:
        st.caption("A proof takes two models. Train one, or add one on the Generate page.")
        return
    new = st.selectbox("New model", able[::-1], key="prove-new")
    others = [name for name in able if name != new]
    usual = others.index(beaten.name) if beaten and beaten.name in others else 0
    old = st.selectbox("Against", others, usual, key="prove-old")
    st.button(
        "Let both answer the heldout prompts", on_click=attempt,
        args=(lambda: _start(project, new, old),),
    )  # fmt: skip


def _start(project: Project, new: str, old: str) -> None:
    candidate = contenders.candidate(store(), project, new)
    incumbent = contenders.incumbent(store(), project, old, candidate)
    proof = proving.begin(store(), project, candidate, incumbent)
    proving.start(store(), project, proof)
    st.session_state[BEGUN] = proof.id
