"""Closing a round, as one job: export its judgements, freeze the heldout prompts, tune the policy
on the judgements, open the next round with the new model, let it and the one that it is to beat
answer what was frozen, and lay their answers before reviewers, blind.

A policy that the gate rejected is not tuned further: the model that it did not beat is. Each step
is stored when it is done, so a job that was killed goes on after the last one.
"""

from dataclasses import asdict, dataclass, replace
from typing import Any

from workbench import devices, jobs
from workbench.clock import utc_now
from workbench.errors import InvalidInput
from workbench.exporting import Filters, export
from workbench.records import Job, Model, Project, ReviewerKind, Variant
from workbench.rounds.heldout import score, variant_name
from workbench.rounds.opening import prepare
from workbench.rounds.succession import prove, to_tune
from workbench.store import (
    Store,
    datasets,
    projects,
    proofs,
    rounds,
    training_runs,
    variants,
)
from workbench.store.datasets import DatasetVersion
from workbench.store.rounds import Round
from workbench.training import METHODS, load_recipe, suggest, train
from workbench.training import prepare as prepare_run


@dataclass(frozen=True)
class Closing:
    """How to close which round. `candidates` prepares that many prompts for the next, 0 none."""

    project: str
    round: int
    kinds: tuple[ReviewerKind, ...] = ("human",)
    recipe: str | None = None
    candidates: int = 0
    seed: int = 0


def start_close(store: Store, project: Project, closing: Closing) -> Job:
    arguments = asdict(closing) | {"kinds": list(closing.kinds)}
    return jobs.start(
        store, "close_round", arguments, resource=devices.usual(), project_id=project.id
    )


def work_close(store: Store, arguments: dict[str, Any], report: jobs.Report) -> dict[str, Any]:
    closing = Closing(**{**arguments, "kinds": tuple(arguments["kinds"])})
    return close(store, closing, report)


def close(store: Store, closing: Closing, report: jobs.Report) -> dict[str, Any]:
    """The job: everything from the judgements of a round to the next round."""
    with store.read() as db:
        project = projects.get(db, closing.project)
        current = rounds.numbered(db, project.id, closing.round)
    current = _anew_if_changed(store, current, closing)
    policy = to_tune(store, project, current, closing.kinds)
    version = _export(store, project, current, closing, report)
    if current.training_run_id is None:
        store.write(lambda db: proofs.freeze(db, utc_now(), project.id, current.id))
    model = _train(store, project, current, policy, version, closing, report)
    following = _open_next(store, project, current, policy, model)
    score(store, project, current, report)
    score(store, project, following, report)
    compared = prove(store, project, following, report)
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


def _anew_if_changed(store: Store, current: Round, closing: Closing) -> Round:
    """A closing whose training failed begins anew with another recipe; with the same one the run
    goes on.
    """
    if not closing.recipe or current.training_run_id is None:
        return current
    with store.read() as db:
        run = training_runs.get(db, current.training_run_id)
    if run.status == "done" or run.recipe_name == load_recipe(closing.recipe).name:
        return current
    store.write(lambda db: rounds.forget_progress(db, current.id))
    return replace(current, dataset_version_id=None, training_run_id=None)


def _format(closing: Closing) -> str:
    """What the recipe's method reads. Raises InvalidInput for one of reward models."""
    method = load_recipe(closing.recipe).method if closing.recipe else "dpo"
    if method == "reward":
        raise InvalidInput(
            "A round tunes what answers, and a reward model answers nothing.",
            field="recipe",
            remedy="Choose a recipe of DPO, KTO or SFT.",
        )
    return METHODS[method].formats[0]


def _export(
    store: Store, project: Project, current: Round, closing: Closing, report: jobs.Report
) -> DatasetVersion:
    """Heldout prompts measure a round, so all of its rows train."""
    if current.dataset_version_id:
        with store.read() as db:
            return datasets.get(db, current.dataset_version_id)
    report(0, 1, "freezing the judgements")
    filters = Filters(kinds=closing.kinds, rounds=(current.id,), test_share=0.0)
    version = export(store, project, filters, utc_now(), format_=_format(closing))
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
            "dpo",
            version.manifest["counts"]["train"],
            starter=project.settings.starter,
            tuned_before=policy.model.training_run_id is not None,
        )
        recipe = load_recipe(name).but(seed=closing.seed)
        new_id = prepare_run(store, project, version, policy.model, recipe, utc_now())
        store.write(lambda db: rounds.note_progress(db, current.id, training_run_id=new_id))
        run_id = new_id
    trained = _model_of_run(store, run_id)
    if trained is None:
        made = train(store, run_id, report)
        assert isinstance(made, Model), "a round tunes what answers"
        trained = made
    return trained


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
        name = variant_name(current.number + 1, policy.sampling)
        variant = replace(policy, name=name, model=model)
        stored = variants.ensure_variant(db, now, project.id, variant)
        rounds.close(db, now, current.id)
        return rounds.open_next(db, now, project.id, stored.id)

    return store.write(write)
