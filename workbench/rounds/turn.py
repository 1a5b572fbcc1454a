"""One turn of the loop as jobs: begin, prepare candidates, close.

Closing exports the round's judgements, tunes the policy on them, answers the heldout prompts
with the new model, lays old and new before reviewers blind, and opens the next round. Each step
is stored when it is done, so a job that was killed goes on after the last one.
"""

from dataclasses import asdict, dataclass, replace
from typing import Any

from workbench import generation, jobs, queueing
from workbench.clock import utc_now
from workbench.errors import InvalidInput, NotFound
from workbench.exporting import Filters, export
from workbench.hashing import unit_interval
from workbench.records import (
    Job,
    Model,
    Project,
    Prompt,
    ReviewerKind,
    Sampling,
    Template,
    Variant,
    plain_text,
)
from workbench.rounds.scoring import faithfulness
from workbench.settings import ProjectSettings
from workbench.starter.checker import check
from workbench.store import (
    Store,
    completions,
    datasets,
    projects,
    prompts,
    reports,
    rounds,
    training_runs,
    variants,
)
from workbench.store.comparisons import NewComparison
from workbench.store.datasets import DatasetVersion
from workbench.store.rounds import Round
from workbench.training import load_recipe, suggest, train
from workbench.training import prepare as prepare_run

EVALUATION_TEMPERATURE = 0.9
SCORED_SAMPLES = 4
# Work is spread over 0 to 1: heldout pairs begin in its midst and go on after it.
HELDOUT_PRIORITY = 0.5


@dataclass(frozen=True)
class Closing:
    """How to close which round. `candidates` prepares that many prompts for the next, 0 none."""

    project: str
    round: int
    kinds: tuple[ReviewerKind, ...] = ("human",)
    recipe: str | None = None
    candidates: int = 0
    seed: int = 0


def begin(
    store: Store, project: Project, model: Model, sampling: Sampling, template: Template
) -> Round:
    """Open round 0 with the model to be improved."""
    now = utc_now()

    def write(db: Any) -> Round:
        variant = Variant(_variant_name(0, sampling), model, template, sampling)
        stored = variants.ensure_variant(db, now, project.id, variant)
        return rounds.open_next(db, now, project.id, stored.id)

    return store.write(write)


def start_close(store: Store, project: Project, closing: Closing) -> Job:
    arguments = asdict(closing) | {"kinds": list(closing.kinds)}
    return jobs.start(store, "close_round", arguments, resource=jobs.CPU, project_id=project.id)


def work_close(store: Store, arguments: dict[str, Any], report: jobs.Report) -> dict[str, Any]:
    closing = Closing(**{**arguments, "kinds": tuple(arguments["kinds"])})
    return close(store, closing, report)


def work_prepare(store: Store, arguments: dict[str, Any], report: jobs.Report) -> dict[str, Any]:
    with store.read() as db:
        project = projects.get(db, arguments["project"])
    return prepare(store, project, arguments["candidates"], report)


def prepare(store: Store, project: Project, candidates: int, report: jobs.Report) -> dict[str, Any]:
    """Score the policy if it is not yet, let it answer the round's share of prompts twice,
    and queue the pairs. Starter projects queue only pairs in which one answer is better.
    """
    current = current_round(store, project)
    score(store, project, current, report)
    with store.read() as db:
        policy = variants.get(db, current.policy_variant_id)
        train_prompts = list(prompts.in_project(db, project.id, "train"))
    share = _share(train_prompts, candidates, current.number)
    generation.answer(store, policy, share, 2, report)
    starter = ProjectSettings.from_json(project.settings).starter
    keep = one_is_better if starter else _any_pair
    queued = queueing.fill(store, project, utc_now(), variant_ids={policy.id}, keep=keep)
    return {"round": current.number, "prompts": len(share), "queued": queued}


def _share(train_prompts: list[Prompt], candidates: int, number: int) -> list[Prompt]:
    """The round's own slice of the prompts; after the last it begins again from the first."""
    if not train_prompts:
        raise InvalidInput("There are no train prompts.", remedy="Import prompts first.")
    at = (number * candidates) % len(train_prompts)
    return (train_prompts + train_prompts)[at : at + min(candidates, len(train_prompts))]


def one_is_better(prompt: Prompt, first: Any, second: Any) -> bool:
    """For pairs to learn from: exactly one of the two answers is faithful to the card."""
    question = plain_text(prompt.messages[-1]["content"])
    a, b = (check(prompt.context or "", question, c.text).faithful for c in (first, second))
    return a != b


def _any_pair(prompt: Prompt, first: Any, second: Any) -> bool:
    return True


def close(store: Store, closing: Closing, report: jobs.Report) -> dict[str, Any]:
    """The job: everything from the judgements of a round to the next round."""
    with store.read() as db:
        project = projects.get(db, closing.project)
        current = rounds.numbered(db, project.id, closing.round)
    policy = _policy(store, current)
    version = _export(store, project, current, closing, report)
    model = _train(store, project, current, policy, version, closing, report)
    following = _open_next(store, project, current, policy, model)
    score(store, project, current, report)
    score(store, project, following, report)
    compared = _compare(store, project, following)
    result = {
        "round": current.number,
        "dataset": version.name,
        "pairs": version.manifest["counts"]["train"],
        "model": model.name,
        "heldout_comparisons": compared,
    }
    if closing.candidates:
        result |= {"next": prepare(store, project, closing.candidates, report)}
    return result


def current_round(store: Store, project: Project) -> Round:
    with store.read() as db:
        current = rounds.current(db, project.id)
    if current is None:
        raise NotFound(
            f"“{project.slug}” has no open round.",
            remedy="Choose the model to improve on the Rounds page.",
        )
    return current


def _policy(store: Store, current: Round) -> Variant:
    with store.read() as db:
        return variants.get(db, current.policy_variant_id)


def _export(
    store: Store, project: Project, current: Round, closing: Closing, report: jobs.Report
) -> DatasetVersion:
    """Heldout prompts measure a round, so all of its pairs train."""
    if current.dataset_version_id:
        with store.read() as db:
            return datasets.get(db, current.dataset_version_id)
    report(0, 1, "freezing the judgements")
    filters = Filters(kinds=closing.kinds, round_id=current.id, test_share=0.0)
    version = export(store, project, filters, utc_now())
    store.write(lambda db: rounds.note_progress(db, current.id, dataset_version_id=version.id))
    return version


def _train(
    store: Store,
    project: Project,
    current: Round,
    policy: Variant,
    version: DatasetVersion,
    closing: Closing,
    report: jobs.Report,
) -> Model:
    run_id = current.training_run_id
    if run_id is None:
        name = closing.recipe or suggest(
            version.manifest["counts"]["train"],
            starter=ProjectSettings.from_json(project.settings).starter,
            tuned_before=policy.model.training_run_id is not None,
        )
        recipe = load_recipe(name) | {"seed": closing.seed}
        new_id = prepare_run(store, project, version, policy.model, recipe, utc_now())
        store.write(lambda db: rounds.note_progress(db, current.id, training_run_id=new_id))
        run_id = new_id
    trained = _model_of_run(store, run_id)
    return trained or train(store, run_id, report)


def _model_of_run(store: Store, run_id: int) -> Model | None:
    with store.read() as db:
        if training_runs.get(db, run_id).status != "done":
            return None
        return next(m for m in variants.models(db) if m.training_run_id == run_id)


def _open_next(
    store: Store, project: Project, current: Round, policy: Variant, model: Model
) -> Round:
    """Close the round and open the next, in one write; a restart finds it done."""
    now = utc_now()
    if current.closed_at is not None:
        with store.read() as db:
            return rounds.numbered(db, project.id, current.number + 1)

    def write(db: Any) -> Round:
        name = _variant_name(current.number + 1, policy.sampling)
        variant = replace(policy, name=name, model=model)
        stored = variants.ensure_variant(db, now, project.id, variant)
        rounds.close(db, now, current.id)
        return rounds.open_next(db, now, project.id, stored.id)

    return store.write(write)


def score(store: Store, project: Project, which: Round, report: jobs.Report) -> None:
    """Answer the heldout prompts with the round's policy; starter projects score the answers."""
    with store.read() as db:
        heldout = list(prompts.in_project(db, project.id, "heldout"))
        scored = reports.latest(db, project.id, "faithfulness", which.id)
    starter = ProjectSettings.from_json(project.settings).starter
    if scored or not heldout:
        return
    sampled = evaluation_variant(store, project, which, EVALUATION_TEMPERATURE)
    generation.answer(store, sampled, heldout, SCORED_SAMPLES if starter else 1, report)
    if not starter:
        return
    greedy = evaluation_variant(store, project, which, 0.0)
    generation.answer(store, greedy, heldout, 1, report)
    with store.read() as db:
        drawn = completions.of_variant(db, sampled.id)
        best = completions.of_variant(db, greedy.id)
    body = faithfulness(heldout, drawn, best).to_json()
    store.write(lambda db: reports.save(db, utc_now(), project.id, which.id, "faithfulness", body))


def evaluation_variant(store: Store, project: Project, which: Round, temperature: float) -> Variant:
    """The round's policy at the temperature of the evaluation."""
    policy = _policy(store, which)
    sampling = replace(policy.sampling, temperature=temperature)
    variant = replace(policy, name=_variant_name(which.number, sampling), sampling=sampling)
    return store.write(lambda db: variants.ensure_variant(db, utc_now(), project.id, variant))


def _compare(store: Store, project: Project, following: Round) -> int:
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
            priority=HELDOUT_PRIORITY + unit_interval("heldout", prompt_id),
        )
        for prompt_id in sorted(olds.keys() & news.keys())
    ]
    return queueing.open_comparisons(store, utc_now(), planned)


def _variant_name(number: int, sampling: Sampling) -> str:
    return f"round {number}, T={sampling.temperature:g}"
