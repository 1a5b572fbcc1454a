"""From one round to the next: which model is tuned, and against which the new one is proved."""

from dataclasses import replace

from workbench import jobs
from workbench.clock import utc_now
from workbench.records import Project, ReviewerKind, Variant
from workbench.rounds import gating, proving
from workbench.rounds.contenders import to_beat, with_model
from workbench.rounds.heldout import EVALUATION_TEMPERATURE, evaluation_variant
from workbench.store import Store, promotions, prompts, proofs, variants
from workbench.store.rounds import Round


def to_tune(
    store: Store, project: Project, current: Round, kinds: tuple[ReviewerKind, ...]
) -> Variant:
    """What is to be tuned: the round's own policy, or if the gate rejected that, the model that it
    did not beat.
    """
    with store.read() as db:
        policy = variants.get(db, current.policy_variant_id)
        proof = proofs.of_round(db, current.id)
    if proof is None:
        return policy
    said = gating.weigh(store, project, proof, kinds)
    with store.read() as db:
        better = to_beat(db, project)
    if said["verdict"] != "reject" or better is None:
        return policy
    model_id = policy.model.id
    store.write(lambda db: promotions.reject(db, utc_now(), proof.id, model_id, said))
    return replace(policy, model=better)


def prove(store: Store, project: Project, following: Round, report: jobs.Report) -> int:
    """Begin the proof of the new model; how many comparisons are new."""
    with store.read() as db:
        old = to_beat(db, project)
        heldout = prompts.counts(db, project.id)["heldout"]
    if old is None or not heldout:
        return 0
    new = evaluation_variant(store, project, following, EVALUATION_TEMPERATURE)
    beaten = with_model(store, project, new, old)
    proof = proving.begin(store, project, new, beaten, round_id=following.id)
    return int(proving.lay(store, project, proof, report)["comparisons"])
