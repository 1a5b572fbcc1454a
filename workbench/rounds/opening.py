"""Opening a round: the model to improve, its candidates, and the pairs laid before reviewers."""

from typing import Any

from workbench import generation, jobs, queueing
from workbench.clock import utc_now
from workbench.errors import InvalidInput, NotFound
from workbench.records import Model, Project, Prompt, Sampling, Template, Variant, plain_text
from workbench.rewards import ordering
from workbench.rewards.spreading import Pair, Spread, choose
from workbench.rounds.heldout import score, variant_name
from workbench.starter.checker import check
from workbench.store import Store, projects, prompts, rounds, variants
from workbench.store.rounds import Round


def begin(
    store: Store, project: Project, model: Model, sampling: Sampling, template: Template
) -> Round:
    """Open round 0 with the model to be improved."""
    now = utc_now()

    def write(db: Any) -> Round:
        variant = Variant(variant_name(0, sampling), model, template, sampling)
        stored = variants.ensure_variant(db, now, project.id, variant)
        return rounds.open_next(db, now, project.id, stored.id)

    return store.write(write)


def current_round(store: Store, project: Project) -> Round:
    with store.read() as db:
        current = rounds.current(db, project.id)
    if current is None:
        raise NotFound(
            f"“{project.slug}” has no open round.",
            remedy="Choose the model to improve on the Rounds page.",
        )
    return current


def work_prepare(store: Store, arguments: dict[str, Any], report: jobs.Report) -> dict[str, Any]:
    with store.read() as db:
        project = projects.get(db, arguments["project"])
    spread = Spread(**arguments["spread"]) if arguments.get("spread") else None
    return prepare(store, project, arguments["candidates"], report, spread)


def prepare(
    store: Store, project: Project, candidates: int, report: jobs.Report,
    spread: Spread | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Score the policy if it is not yet, let it answer the round's share of prompts twice (or as
    often as `spread` says), and queue the pairs. Starter projects queue only pairs in which one
    answer is better.
    """
    current = current_round(store, project)
    score(store, project, current, report)
    with store.read() as db:
        policy = variants.get(db, current.policy_variant_id)
        train_prompts = list(prompts.in_project(db, project.id, "train"))
    share = _share(train_prompts, candidates, current.number)
    answering = jobs.renamed(report, f"round {current.number}'s model answers prompts to judge")
    generation.answer(store, policy, share, spread.samples if spread else 2, answering)
    keep: queueing.Keep = one_is_better if project.settings.starter else _any_pair
    if spread:
        keep = _among(choose(store, project.id, policy, spread, answering), keep)
    queued = queueing.fill(store, project, utc_now(), variant_ids={policy.id}, keep=keep)
    ordering.keep_up(store, project)
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


def _among(pairs: set[Pair], keep: queueing.Keep) -> queueing.Keep:
    """These pairs alone, and of them those that may be kept."""
    return lambda prompt, first, second: (
        frozenset((first.id, second.id)) in pairs and keep(prompt, first, second)
    )


def _any_pair(prompt: Prompt, first: Any, second: Any) -> bool:
    return True
