"""A proof: the candidate and the incumbent answer the frozen heldout prompts, and the answers lie
before reviewers, blind among their other work. One job, which goes on where it was killed.
"""

from typing import Any

from workbench import devices, generation, jobs, queueing
from workbench.clock import utc_now
from workbench.errors import InvalidInput
from workbench.generation.models import Once, resource_of
from workbench.hashing import unit_interval
from workbench.records import Job, Project, Prompt, Variant
from workbench.rounds import leaking
from workbench.rounds.questioning import question
from workbench.store import Store, projects, prompts, proofs, variants
from workbench.store.comparisons import NewComparison
from workbench.store.database import Database
from workbench.store.proofs import FrozenSet, StoredProof

JOB = "prove"


def begin(
    store: Store, project: Project, candidate: Variant, incumbent: Variant, *,
    round_id: int | None = None, anew: bool = False,
) -> StoredProof:  # fmt: skip
    """The proof of these two: the one that is under way or done, or with `anew` another one, on the
    heldout prompts of today. What was frozen before the candidate's training is used where it was.

    Raises InvalidInput where both are the same, or there is nothing to prove it on.
    """
    if candidate.id == incumbent.id:
        raise InvalidInput(
            f"“{candidate.name}” cannot be proved better than itself.",
            field="against",
            remedy="Name another model or variant with --against.",
        )

    def write(db: Database) -> StoredProof:
        known = proofs.newest_of(db, project.id, candidate.id, incumbent.id)
        if known and not anew:
            return known
        frozen = _frozen_for(db, project, candidate, anew)
        return proofs.begin(db, utc_now(), frozen, candidate.id, incumbent.id, round_id)

    return store.write(write)


def _frozen_for(db: Database, project: Project, candidate: Variant, anew: bool) -> FrozenSet:
    frozen = None if anew else proofs.frozen_before(db, candidate.model.training_run_id)
    frozen = frozen or proofs.freeze(db, utc_now(), project.id)
    if not frozen.prompts:
        raise InvalidInput(
            f"“{project.slug}” has no heldout prompts to prove anything on.",
            field="project",
            remedy="Import some: without a split of their own, 20 % of prompts are held out.",
        )
    return frozen


def start(store: Store, project: Project, proof: StoredProof) -> Job:
    """Queue the job, on the machine if one of the two models is local."""
    with store.read() as db:
        sides = [variants.get(db, i).model for i in (proof.candidate_id, proof.incumbent_id)]
    places = {resource_of(model) for model in sides}
    resource = devices.usual() if devices.usual() in places else min(places)
    return jobs.start(store, JOB, {"proof": proof.id}, resource=resource, project_id=project.id)


def work(store: Store, arguments: dict[str, Any], report: jobs.Report) -> dict[str, Any]:
    with store.read() as db:
        proof = proofs.get(db, arguments["proof"])
        project = projects.by_id(db, proof.project_id)
    return lay(store, project, proof, report)


def lay(store: Store, project: Project, proof: StoredProof, report: jobs.Report) -> dict[str, Any]:
    """The job: `{proof, prompts, leaks, comparisons}`, of which comparisons are new."""
    proof = _without_leaks(store, project, proof, report)
    with store.read() as db:
        asked = counting(db, proof)
        sides = [variants.get(db, i) for i in (proof.candidate_id, proof.incumbent_id)]
    for variant in sides:
        provider = Once(variant.model) if variant.model.kind == "local" else None
        question(store, project, variant.model, report, provider)
        answering = jobs.renamed(report, f"{variant.name} answers")
        generation.answer(store, variant, asked, 1, answering, provider)
    laid = queueing.open_comparisons(store, utc_now(), _planned(store, project, proof, asked))
    store.write(lambda db: proofs.note_laid(db, utc_now(), proof.id))
    leaks = len(proof.leaks or ())
    return {"proof": proof.id, "prompts": len(asked), "leaks": leaks, "comparisons": laid}


def _without_leaks(
    store: Store, project: Project, proof: StoredProof, report: jobs.Report
) -> StoredProof:
    """Look once through all that either model learned from."""
    if proof.leaks is not None:
        return proof
    report(0, 1, "looking for heldout prompts among the training rows")
    with store.read() as db:
        sides = [variants.get(db, i).model for i in (proof.candidate_id, proof.incumbent_id)]
        heldout = _prompts(db, proofs.frozen_set(db, proof.frozen_set_id).prompts)
        behind = leaking.versions_behind(db, *sides)
    found = leaking.leaks(store, heldout, behind, project.settings.near_duplicate)
    store.write(lambda db: proofs.note_leaks(db, proof.id, found))
    with store.read() as db:
        return proofs.get(db, proof.id)


def counting(db: Database, proof: StoredProof) -> list[Prompt]:
    """The frozen prompts that count: those that did not leak."""
    leaked = {leak.prompt_id for leak in proof.leaks or ()}
    frozen = proofs.frozen_set(db, proof.frozen_set_id).prompts
    return _prompts(db, tuple(i for i in frozen if i not in leaked))


def _prompts(db: Database, ids: tuple[int, ...]) -> list[Prompt]:
    return [prompt for i in ids if (prompt := prompts.get(db, i))]


def _planned(
    store: Store, project: Project, proof: StoredProof, asked: list[Prompt]
) -> list[NewComparison]:
    """The first answer of either to each prompt that both answered."""
    with store.read() as db:
        olds = proofs.answers(db, proof.incumbent_id)
        news = proofs.answers(db, proof.candidate_id)
    return [
        NewComparison(
            project_id=project.id,
            prompt_id=prompt.id,
            completion_ids=(olds[prompt.id]["id"], news[prompt.id]["id"]),
            wanted=1,
            kind="heldout",
            round_id=proof.round_id,
            priority=queueing.place(
                project.settings, unit_interval("heldout", prompt.id), queueing.HELDOUT_BEGIN
            ),
        )
        for prompt in asked
        if prompt.id in olds and prompt.id in news
    ]
