"""The heldout prompts: answered by a round's policy, scored, and compared blind with round 0."""

from dataclasses import replace

from workbench import generation, jobs, queueing
from workbench.clock import utc_now
from workbench.hashing import unit_interval
from workbench.records import Project, Sampling, Variant
from workbench.rounds.scoring import faithfulness
from workbench.store import Store, completions, prompts, reports, rounds, variants
from workbench.store.comparisons import NewComparison
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


def compare_with_first(store: Store, project: Project, following: Round) -> int:
    """Lay the first sample of the new model and of round 0's before reviewers, blind."""
    with store.read() as db:
        first = rounds.in_project(db, project.id)[0]
    old = evaluation_variant(store, project, first, EVALUATION_TEMPERATURE)
    new = evaluation_variant(store, project, following, EVALUATION_TEMPERATURE)
    with store.read() as db:
        olds = {c.prompt_id: c for c in completions.of_variant(db, old.id) if not c.sample_index}
        news = {c.prompt_id: c for c in completions.of_variant(db, new.id) if not c.sample_index}
    planned = [
        NewComparison(
            project_id=project.id,
            prompt_id=prompt_id,
            completion_ids=(olds[prompt_id].id, news[prompt_id].id),
            wanted=1,
            kind="heldout",
            round_id=following.id,
            priority=queueing.place(
                project.settings, unit_interval("heldout", prompt_id), queueing.HELDOUT_BEGIN
            ),
        )
        for prompt_id in sorted(olds.keys() & news.keys())
    ]
    return queueing.open_comparisons(store, utc_now(), planned)


def variant_name(number: int, sampling: Sampling) -> str:
    return f"round {number}, T={sampling.temperature:g}"
