"""The gate's report on a proof: reckoned by a job over all verdicts, kept with the last event that
it saw, and read by the page, the shell and whoever promotes.
"""

from dataclasses import asdict
from typing import Any

from workbench import jobs
from workbench.quality import kept
from workbench.records import Job, Project, ReviewerKind, plain_text
from workbench.rounds import abilities, reasons
from workbench.rounds.contenders import called
from workbench.rounds.evidence import collect, regressions
from workbench.rounds.gate import Decision, Evidence, decide
from workbench.rounds.proving import counting
from workbench.rounds.verdicts import Met
from workbench.store import Store, completions, events, projects, prompts, proofs, variants
from workbench.store import abilities as ability_rows
from workbench.store.database import Database
from workbench.store.proofs import StoredProof

JOB = "gate"
Json = dict[str, Any]
Kinds = tuple[ReviewerKind, ...]


def ask(store: Store, project: Project, proof: StoredProof, kinds: Kinds) -> Job:
    """Queue the job."""
    arguments = {"proof": proof.id, "kinds": kinds}
    return jobs.start(store, JOB, arguments, project_id=project.id)


def work(store: Store, arguments: Json, report: jobs.Report) -> Json:
    """The job: reckon and keep."""
    kinds: Kinds = tuple(arguments["kinds"])
    with store.read() as db:
        proof = proofs.get(db, arguments["proof"])
        project = projects.by_id(db, proof.project_id)
    report(0, 1, "weighing the evidence")
    body = weigh(store, project, proof, kinds)
    return {"proof": proof.id, "verdict": body["verdict"]}


def weigh(store: Store, project: Project, proof: StoredProof, kinds: Kinds) -> Json:
    """Reckon the report, keep it, and return it."""
    with store.read() as db:
        seen = events.last_id(db, project.id)
        body = reckon(db, project, proof, kinds)
    kept.keep(store, project, _name(proof), kinds, body, seen)
    return body


def latest(db: Database, project: Project, proof: StoredProof, kinds: Kinds) -> Json | None:
    """The newest report, with `judgements_since`: how many it has not seen."""
    return kept.latest(db, project, _name(proof), kinds)


def _name(proof: StoredProof) -> str:
    return f"{JOB} {proof.id}"


def reckon(db: Database, project: Project, proof: StoredProof, kinds: Kinds) -> Json:
    """`{verdict, reasons, more}`, the evidence, and what it rests on, as JSON."""
    evidence, found = collect(db, project, proof, kinds)
    decision = decide(evidence)
    sides = {"candidate": proof.candidate_id, "incumbent": proof.incumbent_id}
    known = {side: variants.get(db, i) for side, i in sides.items()}
    return {
        "proof": proof.id,
        "kinds": list(kinds),
        **{side: called(variant) for side, variant in known.items()},
        **asdict(decision),
        "reasons": [*decision.reasons, *_elsewhere(db, proof, kinds, decision)],
        **_figures(evidence),
        "regressed": [_regression(db, met) for met in regressions(found)],
        "items": _items(db, project, proof),
        **_ground(db, proof),
        "unanswered": {
            side: proofs.unanswered(db, i, tuple(prompt.id for prompt in counting(db, proof)))
            for side, i in sides.items()
        },
    }


def _elsewhere(db: Database, proof: StoredProof, kinds: Kinds, found: Decision) -> list[str]:
    """While nothing is decided: what reviewers said who are not asked for."""
    if found.verdict != "not yet":
        return []
    return [reasons.unheard(kind, n) for kind, n in proofs.unheard(db, proof, kinds).items()]


def _figures(evidence: Evidence) -> Json:
    figures = asdict(evidence)
    figures["win"]["n"] = evidence.win.n
    return figures


def _ground(db: Database, proof: StoredProof) -> Json:
    """The frozen prompts, when they were frozen, and which of them leaked."""
    frozen = proofs.frozen_set(db, proof.frozen_set_id)
    return {
        "frozen": {
            "prompts": len(frozen.prompts), "sha256": frozen.sha256, "at": frozen.frozen_at,
            "before_training": frozen.round_id is not None,
        },
        "leaks": [
            {"prompt": leak.prompt_id, "why": leak.why, "asks": _question(db, leak.prompt_id)}
            for leak in proof.leaks or ()
        ],
    }  # fmt: skip


def _question(db: Database, prompt_id: int) -> str:
    prompt = prompts.get(db, prompt_id)
    return plain_text(prompt.messages[-1]["content"]) if prompt else ""


def _regression(db: Database, met: Met) -> Json:
    prompt = prompts.get(db, met.prompt_id)
    texts = completions.by_ids(db, (met.old, met.new))
    return {
        "prompt": met.prompt_id,
        "comparison": met.comparison_id,
        "strength": met.strength,
        "asks": _question(db, met.prompt_id),
        "context": prompt.context if prompt else None,
        "old": texts[met.old].text,
        "new": texts[met.new].text,
    }


def _items(db: Database, project: Project, proof: StoredProof) -> list[Json]:
    """Each item of general ability with what either model made of it."""
    models = [variants.get(db, i).model.id for i in (proof.incumbent_id, proof.candidate_id)]
    old, new = (ability_rows.answered(db, i) for i in models)
    return [
        {
            "area": item.area, "asks": item.prompt,
            **{side: asdict(said[item.sha256]) if item.sha256 in said else None
               for side, said in (("old", old), ("new", new))},
        }
        for item in abilities.of_project(db, project).items
    ]  # fmt: skip
