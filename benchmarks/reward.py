"""A reward model on the starter's cards: what it tells rightly beside lengths alone, and what the
best of four samples by it gains. `python -m benchmarks.run --only reward`.

For each seed the starter answers train prompts twice; pairs of which one answer is faithful are
judged by a simulated reviewer who knows the cards; half of the prompts are the test part. TRL's
RewardTrainer trains on the rest. Then the starter answers heldout prompts five times: the first
sample is the plain model, of the others the reward model puts the best forward. Faithfulness is the
checker's; differences are paired and clustered by prompt.
"""

import contextlib
import time
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from workbench import demo, generation, queueing, simulation, training
from workbench.clock import utc_now
from workbench.exporting import Filters, export
from workbench.records import Completion, Project, Prompt, Sampling, Variant
from workbench.rewards import best_of, measuring
from workbench.rounds.opening import current_round, one_is_better
from workbench.rounds.scoring import faithfulness
from workbench.settings import ProjectSettings, Workspace
from workbench.stats.agreement import Estimate
from workbench.stats.means import clustered_mean
from workbench.store import Store, completions, prompts, variants
from workbench.store.datasets import DatasetVersion
from workbench.store.reward_models import RewardModel

SEEDS = (0, 1, 2)
TRAIN, HELDOUT, N, TEST_SHARE = 2_400, 400, 4, 0.5
EVALUATION = Sampling(temperature=0.9, max_tokens=48)
Json = dict[str, Any]


@dataclass(frozen=True)
class Gained:
    """Shares of faithful heldout answers, and the paired difference."""

    plain: float
    best: float
    difference: Estimate


def reward(workspace: Workspace) -> None:
    print(
        "| seed | pairs trained on | held-out pairs (prompts) | told rightly | by lengths alone"
        " | more, points | calibration error | plain model faithful | best of 4 | more, points"
        " | s |"
    )
    print("|---|---|---|---|---|---|---|---|---|---|---|")
    for seed in SEEDS:
        began = time.monotonic()
        store = Store(Workspace(workspace.home.parent / f"seed-{seed}").create())
        project = _judged(store, seed)
        model, version = _trained(store, project, seed)
        measuring.work(store, {"reward_model": model.id}, _quiet)
        with store.read() as db:
            found = measuring.latest(db, model)
        assert found is not None
        gained = _best_of(store, project, model)
        _print(seed, version, found, gained, time.monotonic() - began)


def _quiet(done: int, total: int, note: str) -> None:
    return


def _judged(store: Store, seed: int) -> Project:
    """A project whose informative pairs are all judged."""
    settings = ProjectSettings(starter=True, gold_rate=0.0, repeat_rate=0.0)
    project = demo.create_starter_project(
        store, utc_now(), f"reward-{seed}", "Reward", settings, TRAIN, HELDOUT, seed
    )
    current = current_round(store, project)
    with store.read() as db:
        policy = variants.get(db, current.policy_variant_id)
        asked = list(prompts.in_project(db, project.id, "train"))
    generation.answer(store, policy, asked, 2, _quiet)
    queueing.fill(store, project, utc_now(), keep=one_is_better)
    simulation.judge_open(store, project, 1.0, seed, _quiet)
    return project


def _trained(store: Store, project: Project, seed: int) -> tuple[RewardModel, DatasetVersion]:
    """By the recipe that ships."""
    filters = Filters(kinds=("simulated",), test_share=TEST_SHARE)
    version = export(store, project, filters, utc_now())
    base = store.write(lambda db: variants.ensure_model(db, utc_now(), demo.starter_model()))
    recipe = training.load_recipe("reward-tiny").but(seed=seed)
    run_id = training.prepare(store, project, version, base, recipe, utc_now())
    with contextlib.redirect_stdout(None):
        made = training.train(store, run_id, _quiet)
    assert isinstance(made, RewardModel)
    return made, version


def _best_of(store: Store, project: Project, model: RewardModel) -> Gained:
    with store.read() as db:
        asked = list(prompts.in_project(db, project.id, "heldout"))
        [known] = variants.in_project(db, project.id)
    made = Variant("plain", known.model, known.template, EVALUATION)
    plain = store.write(lambda db: variants.ensure_variant(db, utc_now(), project.id, made))
    generation.answer(store, plain, asked, N + 1, _quiet)
    best, _ = best_of.put_forward(store, model, plain, N, _quiet)
    with store.read() as db:
        aside = [one for one in completions.of_variant(db, plain.id) if not one.sample_index]
        chosen = completions.of_variant(db, best.id)
    before, after = _faithful(asked, aside), _faithful(asked, chosen)
    met = sorted(before.keys() & after.keys())
    apart = np.array([after[i] - before[i] for i in met])
    return Gained(
        plain=float(np.mean([before[i] for i in met])),
        best=float(np.mean([after[i] for i in met])),
        difference=clustered_mean(apart, np.array(met)),
    )


def _faithful(asked: list[Prompt], answers: list[Completion]) -> dict[int, float]:
    """By prompt, whether its answer is faithful."""
    by_id = {prompt.id: prompt for prompt in asked}
    return {
        one.prompt_id: faithfulness([by_id[one.prompt_id]], [one], []).faithful_sampled
        for one in answers
    }


def _print(
    seed: int, version: DatasetVersion, found: Json, gained: Gained, seconds: float
) -> None:  # fmt: skip
    lengths = found["length"]
    cells = [
        str(seed),
        str(version.manifest["counts"]["train"]),
        f"{found['pairs']} ({found['prompts']})",
        _points(found["accuracy"]),
        f"{_points(lengths['accuracy'])}, {lengths['better']} wins",
        _points(found["gain"]),
        f"{found['calibration']['ece']:.3f}",
        f"{100 * gained.plain:.1f}",
        f"{100 * gained.best:.1f}",
        _points(asdict(gained.difference)),
        f"{seconds:.0f}",
    ]
    print(f"| {' | '.join(cells)} |", flush=True)


def _points(estimate: Json) -> str:
    value, low, high = (100 * estimate[key] for key in ("value", "low", "high"))
    return f"{value:.1f} ({low:.1f}–{high:.1f})"
