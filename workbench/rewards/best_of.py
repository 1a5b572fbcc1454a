"""The best of several samples by a reward model, put forward as the answer of a variant of its own.

Answer k of “NAME, best of 4 by R” is chosen from four samples of NAME, and costs what they cost.
One more sample is drawn beside each four: it stands for NAME itself, so that the two can be
compared. An answer laid beside what it was chosen from would win for that reason alone.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

from workbench import devices, jobs
from workbench.clock import utc_now
from workbench.errors import InvalidInput
from workbench.generation.grids import MOST_SAMPLES, Plan
from workbench.records import Completion, Job, Variant
from workbench.rewards.scoring import score_missing
from workbench.store import (
    Store,
    best_samples,
    completions,
    grids,
    reward_models,
    reward_scores,
    variants,
)
from workbench.store.best_samples import Choice
from workbench.store.database import Database
from workbench.store.reward_models import RewardModel
from workbench.store.reward_scores import Score

JOB = "best_of"
BATCH = 200
Json = dict[str, Any]


@dataclass(frozen=True)
class Pool:
    """The samples that one answer is chosen from; `at` is which answer of the prompt it is."""

    prompt_id: int
    at: int
    samples: tuple[Completion, ...]


def widened(plan: Plan, n: int) -> Plan:
    """The plan with so many samples that each answer has `n` to choose from, and one beside them.

    Raises InvalidInput.
    """
    if n < 2 or plan.samples * (n + 1) > MOST_SAMPLES:
        raise InvalidInput(
            f"The best of {n} for {plan.samples} answers a prompt is not possible.",
            field="best_of",
            remedy=f"Choose from 2 or more; {MOST_SAMPLES} samples a prompt are the most.",
        )
    return replace(plan, samples=plan.samples * (n + 1))


def begin(store: Store, grid: grids.Grid, model: RewardModel, n: int) -> Job:
    """Queue the job that chooses from what the grid's variants have answered."""
    arguments = {"grid_id": grid.id, "reward_model": model.id, "best_of": n}
    return jobs.start(store, JOB, arguments, resource=devices.usual(), project_id=grid.project_id)


def work(store: Store, arguments: Json, report: jobs.Report) -> Json:
    """The job: `{variants, answers, short, unscored}`."""
    with store.read() as db:
        grid = grids.get(db, arguments["grid_id"])
        model = reward_models.get(db, arguments["reward_model"])
        drawn = [variants.get(db, i) for i in grid.plan["variant_ids"]]
    total: dict[str, int] = defaultdict(int)
    names = []
    for variant in drawn:
        best, counts = put_forward(store, model, variant, arguments["best_of"], report)
        names.append(best.name)
        for key, n in counts.items():
            total[key] += n
    return {"variants": names, **total}


def put_forward(
    store: Store, model: RewardModel, variant: Variant, n: int, report: jobs.Report
) -> tuple[Variant, dict[str, int]]:
    """The variant of the best, and how many `answers` it has by this, for how many the samples do
    not suffice yet (`short`), and in how many pools nothing could be scored (`unscored`).
    """
    with store.read() as db:
        samples = completions.of_variant(db, variant.id)
    score_missing(store, model, report, variant_id=variant.id)
    now = utc_now()
    best = store.write(lambda db: _variant(db, now, model, variant, n))
    with store.read() as db:
        scores = reward_scores.of(db, model.id, [one.id for one in samples])
        done = completions.done(db, best.id)
    pools, short = _pools(samples, n)
    left = [pool for pool in pools if (pool.prompt_id, pool.at) not in done]
    chosen = [(pool, _best(pool, scores)) for pool in left]
    for at in range(0, len(chosen), BATCH):
        write = partial(_write, now=now, best=best, model=model, chosen=chosen[at : at + BATCH])
        store.write(write)
    unscored = sum(one is None for _, one in chosen)
    return best, {"answers": len(pools) - unscored, "short": short, "unscored": unscored}


def _variant(db: Database, now: datetime, model: RewardModel, variant: Variant, n: int) -> Variant:
    sampling = replace(variant.sampling, best_of=n, by=model.name)
    name = f"{variant.name}, best of {n} by {model.name}"
    made = replace(variant, name=name, sampling=sampling)
    return variants.ensure_variant(db, now, model.project_id, made)


def _pools(samples: Sequence[Completion], n: int) -> tuple[list[Pool], int]:
    """Of n + 1 samples in a row the first is aside and the others are a pool; how many pools have
    begun and are not whole.
    """
    begun: dict[tuple[int, int], list[Completion]] = defaultdict(list)
    for one in samples:
        if one.sample_index % (n + 1):
            begun[one.prompt_id, one.sample_index // (n + 1)].append(one)
    whole = [Pool(*key, tuple(found)) for key, found in begun.items() if len(found) == n]
    return whole, len(begun) - len(whole)


def _best(pool: Pool, scores: dict[int, Score]) -> Completion | None:
    """The highest score, the first of equals; None where none is scored."""
    scored = [(value, one) for one in pool.samples
              if (value := scores[one.id].value) is not None]  # fmt: skip
    return max(scored, key=lambda found: (found[0], -found[1].sample_index))[1] if scored else None


def _write(
    db: Database, now: datetime, best: Variant, model: RewardModel,
    chosen: list[tuple[Pool, Completion | None]],
) -> None:  # fmt: skip
    for pool, one in chosen:
        if one is None:
            key = pool.prompt_id, best.id, pool.at
            completions.fail(db, now, key, "permanent", "None of its samples could be scored.")
        else:
            ids = tuple(sample.id for sample in pool.samples)
            answer = answer_of(best, pool, one)
            best_samples.keep(db, now, answer, Choice(one.id, ids, model.id))


def answer_of(best: Variant, pool: Pool, chosen: Completion) -> Completion:
    """The chosen sample's words at the cost of the whole pool. What was not asked for again has no
    price of its own, so then the cost is not known.
    """
    return replace(
        chosen,
        variant_id=best.id,
        sample_index=pool.at,
        tokens_in=_sum(pool, "tokens_in"),
        tokens_out=_sum(pool, "tokens_out"),
        latency_ms=_sum(pool, "latency_ms"),
        cost_usd=None if any(one.from_cache for one in pool.samples) else _sum(pool, "cost_usd"),
        first_token_ms=None,
        logprob=None,
        batch=None,
        batch_place=None,
        from_cache=False,
        id=0,
    )


def _sum(pool: Pool, name: str) -> Any:
    """None where a part of it is not known."""
    parts = [getattr(one, name) for one in pool.samples]
    return None if None in parts else sum(parts)
