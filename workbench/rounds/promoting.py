"""Promotion: the model that a project goes by from now on. It takes the gate's word, or a reason to
act against it, and is one transaction: whoever looks sees all of it or nothing.
"""

from dataclasses import dataclass
from functools import partial
from typing import Any

from workbench.clock import utc_now
from workbench.errors import InvalidInput
from workbench.records import Model, Project, Reviewer, ReviewerKind
from workbench.rounds import gating
from workbench.rounds.contenders import to_beat
from workbench.store import Store, promotions, proofs, variants
from workbench.store.database import Database
from workbench.store.promotions import NewPromotion
from workbench.store.proofs import StoredProof

Json = dict[str, Any]
PROMOTE = "promote"


@dataclass(frozen=True)
class Grounds:
    """What a promotion rests on: the proof against the current model, and what the gate says."""

    proof: StoredProof | None
    evidence: Json | None

    @property
    def allows(self) -> bool:
        return bool(self.evidence and self.evidence["verdict"] == PROMOTE)

    @property
    def words(self) -> str:
        """Why not."""
        if self.evidence is None:
            return "nothing was proved of it against the current model"
        return f"the gate says “{self.evidence['verdict']}”: {' '.join(self.evidence['reasons'])}"


def grounds(
    store: Store, project: Project, model: Model, kinds: tuple[ReviewerKind, ...]
) -> Grounds:
    """The newest proof of this model against the current one, weighed anew."""
    with store.read() as db:
        proof = _proof_of(db, project, model, to_beat(db, project))
    evidence = gating.weigh(store, project, proof, kinds) if proof else None
    return Grounds(proof, evidence)


def _proof_of(
    db: Database, project: Project, model: Model, beaten: Model | None
) -> StoredProof | None:
    """Where there is neither a current model nor a round, a proof against any model counts."""
    for proof in proofs.in_project(db, project.id):
        sides = (variants.get(db, i).model.id for i in (proof.candidate_id, proof.incumbent_id))
        new, old = sides
        if new == model.id and (beaten is None or old == beaten.id):
            return proof
    return None


def promote(
    store: Store, project: Project, model: Model, found: Grounds, *,
    by: Reviewer | None = None, despite: str = "",
) -> None:  # fmt: skip
    """Make it the project's current model, on these grounds. Raises InvalidInput where it is that
    already, and where the gate does not say promote and no reason is given to do it despite that.
    """
    if not found.allows and not despite.strip():
        raise InvalidInput(
            f"“{model.name}” is not promoted: {found.words.removesuffix('.')}.",
            field="model",
            remedy="Judge more, count other reviewers (--kinds), or say why you promote it all"
            " the same (--despite REASON).",
        )
    new = NewPromotion(
        model.id, found.proof.id if found.proof else None, found.evidence,
        "" if found.allows else despite.strip(), by.id if by else None,
    )  # fmt: skip
    store.write(partial(_write, project=project, model=model, new=new))


def _write(db: Database, project: Project, model: Model, new: NewPromotion) -> None:
    current = promotions.current(db, project.id)
    if current and current.id == model.id:
        raise InvalidInput(
            f"“{model.name}” is the current model of “{project.slug}” already.", field="model"
        )
    if new.proof_id and current:
        beaten = variants.get(db, proofs.get(db, new.proof_id).incumbent_id).model
        if beaten.id != current.id:
            raise InvalidInput(
                f"“{current.name}” became the current model meanwhile.",
                field="model",
                remedy="Prove the new one against it first.",
            )
    promotions.promote(db, utc_now(), project.id, new)
