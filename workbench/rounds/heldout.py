"""The heldout prompts: answered by a round's policy, and scored where a checker can read them."""

from dataclasses import replace

from workbench import generation, jobs
from workbench.clock import utc_now
from workbench.records import Project, Sampling, Variant
from workbench.rounds.scoring import faithfulness
from workbench.store import Store, completions, prompts, reports, variants
from workbench.store.rounds import Round

EVALUATION_TEMPERATURE = 0.9
SCORED_SAMPLES = 4


def score(store: Store, project: Project, which: Round, report: jobs.Report) -> None:
    """Answer the heldout prompts with the round's policy; starter projects score the answers."""
    with store.read() as db:
        heldout = list(prompts.in_project(db, project.id, "heldout"))
        scored = reports.latest(db, project.id, "faithfulness", which.id)
    starter = project.settings.starter
    if scored or not heldout:
        return
    sampled = evaluation_variant(store, project, which, EVALUATION_TEMPERATURE)
    testing = jobs.renamed(report, f"round {which.number}'s model is tested on heldout prompts")
    generation.answer(store, sampled, heldout, SCORED_SAMPLES if starter else 1, testing)
    if not starter:
        return
    greedy = evaluation_variant(store, project, which, 0.0)
    generation.answer(store, greedy, heldout, 1, testing)
    with store.read() as db:
        drawn = completions.of_variant(db, sampled.id)
        best = completions.of_variant(db, greedy.id)
    body = faithfulness(heldout, drawn, best).to_json()
    store.write(lambda db: reports.save(db, utc_now(), project.id, which.id, "faithfulness", body))


def evaluation_variant(store: Store, project: Project, which: Round, temperature: float) -> Variant:
    """The round's policy at the temperature of the evaluation."""
    with store.read() as db:
        policy = variants.get(db, which.policy_variant_id)
    sampling = replace(policy.sampling, temperature=temperature)
    variant = replace(policy, name=variant_name(which.number, sampling), sampling=sampling)
    return store.write(lambda db: variants.ensure_variant(db, utc_now(), project.id, variant))


def variant_name(number: int, sampling: Sampling) -> str:
    return f"round {number}, T={sampling.temperature:g}"
