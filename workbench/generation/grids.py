"""Grids: templates × models × sampling over chosen prompts, under one budget.

Each endpoint has a job of its own, so that they work side by side; the local models share one.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from itertools import product

from workbench import jobs
from workbench.errors import InvalidInput
from workbench.generation.models import resource_of
from workbench.generation.selecting import Selection
from workbench.generation.spending import prices_of, require_prices
from workbench.records import Job, Model, Project, Sampling, Template, Variant
from workbench.store import Store, grids, variants
from workbench.store.database import Database
from workbench.store.grids import Grid
from workbench.templating import check

JOB = "generate"
MOST_SAMPLES = 64


@dataclass(frozen=True)
class Plan:
    """Who answers what: each model with each template and sampling, `samples` times a prompt."""

    models: tuple[Model, ...]
    templates: tuple[Template, ...] = (Template(),)
    samplings: tuple[Sampling, ...] = (Sampling(),)
    samples: int = 1
    selection: Selection = field(default_factory=Selection)
    budget_usd: float | None = None

    def check(self) -> None:
        """Raises InvalidInput for what can't be asked."""
        for template in self.templates:
            check(template)
        for sampling in self.samplings:
            _check_sampling(sampling)
        if not (self.models and self.templates and self.samplings):
            raise InvalidInput("Choose at least one model, template and sampling.", field="models")
        if not 1 <= self.samples <= MOST_SAMPLES:
            raise InvalidInput(
                f"{self.samples} answers a prompt are not possible.",
                field="samples",
                remedy=f"Ask for 1 to {MOST_SAMPLES}.",
            )
        if self.budget_usd is not None and self.budget_usd < 0:
            raise InvalidInput("A budget is not negative.", field="budget")


def _check_sampling(sampling: Sampling) -> None:
    wrong = [
        name
        for name, fits in (
            ("temperature", 0 <= sampling.temperature <= 2),
            ("top_p", 0 < sampling.top_p <= 1),
            ("top_k", sampling.top_k >= 0),
            ("max_tokens", sampling.max_tokens >= 1),
        )
        if not fits
    ]
    if wrong:
        raise InvalidInput(
            f"The sampling cannot be used: {', '.join(wrong)}.",
            field=wrong[0],
            remedy="Temperature 0 to 2, top_p above 0 and up to 1, top_k from 0, tokens from 1.",
        )


def variants_of(plan: Plan) -> list[Variant]:
    """Every combination, named by what tells it apart; ids are 0 until they are stored."""
    return [
        Variant(name_of(model, template, sampling), model, template, sampling)
        for model, template, sampling in product(plan.models, plan.templates, plan.samplings)
    ]


def name_of(model: Model, template: Template, sampling: Sampling) -> str:
    """“gpt, polite v2, T=0.7, 256 tokens”; what is as usual goes unsaid."""
    parts = [model.name]
    if (template.name, template.version) != (Template().name, 1):
        parts.append(f"{template.name} v{template.version}")
    return ", ".join([*parts, sampling.words()])


@dataclass(frozen=True)
class Begun:
    """A grid with the jobs that work on it."""

    grid: Grid
    jobs: list[Job]


def begin(
    store: Store, project: Project, plan: Plan, now: datetime, *, start: bool = True
) -> Begun:
    """Store the grid and its variants and queue its jobs, unless it is to be answered in batches.

    Raises InvalidInput.
    """
    plan.check()
    require_prices(prices_of(store), variants_of(plan), plan.budget_usd)
    grid, stored = store.write(partial(_create, project=project, plan=plan, now=now))
    return Begun(grid, _start(store, grid, stored) if start else [])


def _create(
    db: Database, *, project: Project, plan: Plan, now: datetime
) -> tuple[Grid, list[Variant]]:
    plan = Plan(**vars(plan) | {"templates": tuple(
        variants.ensure_template(db, now, project.id, template) for template in plan.templates
    )})  # fmt: skip
    stored = [variants.ensure_variant(db, now, project.id, v) for v in variants_of(plan)]
    body = {
        "variant_ids": [variant.id for variant in stored],
        "samples": plan.samples,
        "selection": plan.selection.to_json(),
    }
    grid = grids.create(db, now, project.id, _title(stored), body, plan.budget_usd)
    return grid, stored


def _title(stored: list[Variant]) -> str:
    others = len(stored) - 1
    return stored[0].name + (f" and {others} more" if others else "")


def _start(store: Store, grid: Grid, stored: list[Variant]) -> list[Job]:
    by_resource: dict[str, list[int]] = defaultdict(list)
    for variant in stored:
        by_resource[resource_of(variant.model)].append(variant.id)
    return [
        jobs.start(store, JOB, {"grid_id": grid.id, "variant_ids": ids}, resource=resource,
                   project_id=grid.project_id)
        for resource, ids in by_resource.items()
    ]  # fmt: skip


def go_on(store: Store, grid_id: int, budget_usd: float | None) -> list[Job]:
    """Ask again for what is missing: what failed, or what the budget had no room for."""
    with store.read() as db:
        grid = grids.get(db, grid_id)
        stored = [variants.get(db, i) for i in grid.plan["variant_ids"]]
    require_prices(prices_of(store), stored, budget_usd)
    store.write(lambda db: grids.resume(db, grid_id, budget_usd))
    return _start(store, grid, stored)
