"""Batches: requests written to files, answered within a day at half the price, and taken in.

The files are those of OpenAI's Batch API, and of `vllm run-batch`. They are joined to what was
asked by `custom_id`; what is there of an expired batch counts, the rest stays missing.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from workbench.errors import InvalidInput
from workbench.generation.answering import completion_of
from workbench.generation.grids import Plan
from workbench.generation.requests import Asked, Wanted, ask
from workbench.generation.selecting import choose
from workbench.generation.spending import (
    in_batch,
    most_usd,
    prices_of,
    require_prices,
    settlement,
)
from workbench.providers import Answer, Failure
from workbench.providers.batch_lines import batch_body, outcome_of
from workbench.providers.prices import Price, price_of
from workbench.records import Project, Variant
from workbench.store import Store, batches, completions, grids, prompts, variants
from workbench.store.batches import Batch
from workbench.store.database import Database
from workbench.store.grids import Grid

MOST_LINES, MOST_BYTES = 50_000, 200_000_000  # of one file, by the Batch API
WRITTEN = 500  # answers taken in by one write
Key = tuple[int, int, int]


@dataclass(frozen=True)
class Written:
    """The files, and how many prompts with several turns were left out: a batch has no second."""

    batches: list[Batch]
    left_out: int


def check(store: Store, project: Project, plan: Plan) -> None:
    """Before there is a grid. Raises InvalidInput where a batch could hold nothing of the plan."""
    if all(model.kind != "endpoint" for model in plan.models):
        raise InvalidInput(
            "A batch is for endpoints.", field="models", remedy="Local models answer without one."
        )
    with store.read() as db:
        chosen = choose(db, project.id, plan.selection.to_json())
    if not any(prompt.turns == 1 for prompt in chosen):
        raise InvalidInput(
            "None of these prompts has a single turn, and a batch has no second one.",
            field="prompts",
            remedy="Generate them without a batch, or choose others.",
        )


def write(store: Store, project: Project, grid_id: int, now: datetime) -> Written:
    """Write what is missing of a grid's endpoints to files, entered in the ledger; what stands in
    another batch that was not fetched is not written again.

    Raises InvalidInput where nothing is missing, or where the budget has no room for all of it.
    """
    with store.read() as db:
        grid = grids.get(db, grid_id)
        chosen = choose(db, project.id, grid.plan["selection"])
        mine = [variants.get(db, i) for i in grid.plan["variant_ids"]]
        done = {
            variant.id: completions.done(db, variant.id) | batches.waiting(db, variant.id)
            for variant in mine
        }
    endpoints = [v for v in mine if v.model.kind == "endpoint"]
    require_prices(prices_of(store), endpoints, grid.budget_usd)
    single = [prompt for prompt in chosen if prompt.turns == 1]
    made: list[Batch] = []
    by_model: dict[int, list[Variant]] = {}
    for variant in endpoints:
        by_model.setdefault(variant.model.id, []).append(variant)
    for model_id, group in by_model.items():
        missing = [
            (variant, ask(variant, Wanted(prompt, sample)))
            for variant in group
            for sample in range(grid.plan["samples"])
            for prompt in single
            if (prompt.id, sample) not in done[variant.id]
        ]
        for part in _parts(missing):
            made.append(_write_file(store, grid, model_id, part, now))
    if not made:
        raise InvalidInput("Nothing is missing that an endpoint could answer in a batch.")
    return Written(made, len(chosen) - len(single))


Line = tuple[Variant, Asked, str]


def _parts(missing: list[tuple[Variant, Asked]]) -> Iterator[list[Line]]:
    """As many lines as one file may hold, and again."""
    part: list[Line] = []
    size = 0
    for variant, asked in missing:
        line = json.dumps(line_of(variant, asked), ensure_ascii=False) + "\n"
        if part and (len(part) == MOST_LINES or size + len(line.encode()) > MOST_BYTES):
            yield part
            part, size = [], 0
        part.append((variant, asked, line))
        size += len(line.encode())
    if part:
        yield part


def line_of(variant: Variant, asked: Asked) -> dict[str, Any]:
    """One request of a file."""
    request = asked.request
    return {
        "custom_id": custom_id(asked.wanted.prompt.id, variant.id, asked.wanted.sample),
        "method": "POST",
        "url": "/v1/chat/completions",
        "body": batch_body(variant.model, request.messages, request.seeds[0], variant.sampling),
    }


def custom_id(prompt_id: int, variant_id: int, sample: int) -> str:
    return f"p{prompt_id}-v{variant_id}-s{sample}"


def key_of(custom: str) -> Key:
    """(prompt, variant, sample). Raises InvalidInput for an id that we did not write."""
    parts = custom.split("-")
    try:
        prompt, variant, sample = (
            int(part.removeprefix(mark)) for part, mark in zip(parts, "pvs", strict=True)
        )
    except ValueError as error:
        raise InvalidInput(
            f"“{custom}” is no request of ours.",
            field="custom_id",
            remedy="Read the results of a file that `generate --batch` wrote.",
        ) from error
    return prompt, variant, sample


def _write_file(store: Store, grid: Grid, model_id: int, part: list[Line], now: datetime) -> Batch:
    """The file is whole before its row is there; a file without a row means nothing."""
    folder = store.workspace.batches
    folder.mkdir(parents=True, exist_ok=True)
    with store.read() as db:
        number = len(batches.in_project(db, grid.project_id)) + 1
    path = folder / f"grid-{grid.id}-model-{model_id}-{number}.jsonl"
    path.write_text("".join(line for _, _, line in part), encoding="utf-8")
    prices = prices_of(store)
    enter = partial(_enter, grid=grid, model_id=model_id, part=part, now=now, path=path,
                    price=in_batch(price_of(part[0][0].model, prices)))  # fmt: skip
    return store.write(enter)


def _enter(
    db: Database, *, grid: Grid, model_id: int, part: list[Line], now: datetime, path: Path,
    price: Price | None,
) -> Batch:  # fmt: skip
    for variant, asked, _ in part:
        entry = grids.Entry(
            grid.id, asked.wanted.prompt.id, variant.id, asked.wanted.sample,
            most_usd(price, asked, variant.sampling),
        )  # fmt: skip
        if grids.enter(db, now, entry) is None:
            raise InvalidInput(
                f"The budget has no room for {len(part)} requests.",
                field="budget",
                remedy="Raise it, or choose fewer prompts.",
            )
    return batches.add(db, now, grid.id, model_id, str(path), len(part))


def take_in(store: Store, grid_id: int, lines: Iterable[str], now: datetime) -> tuple[int, int]:
    """Store the answers and failures of a file of results: how many of each were new.

    Raises InvalidInput, naming the line, for what is no result of a batch; what came before it is
    stored, and the same file may be read again.
    """
    answered = failed = 0
    for group in _groups(lines):
        a, f = store.write(partial(_take_in, store=store, grid_id=grid_id, group=group, now=now))
        answered, failed = answered + a, failed + f
    return answered, failed


def _groups(lines: Iterable[str]) -> Iterator[list[tuple[Key, Answer | Failure]]]:
    group: list[tuple[Key, Answer | Failure]] = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            group.append((key_of(str(row["custom_id"])), outcome_of(row)))
        except (ValueError, KeyError, TypeError) as error:
            raise InvalidInput(
                f"Line {number} is no result of a batch: {error}.",
                field="file",
                remedy="Give the output or error file of the batch, as it was fetched.",
            ) from error
        if len(group) == WRITTEN:
            yield group
            group = []
    if group:
        yield group


def _take_in(
    db: Database, *, store: Store, grid_id: int, group: list[tuple[Key, Answer | Failure]],
    now: datetime,
) -> tuple[int, int]:  # fmt: skip
    prices, open_lines = prices_of(store), batches.sent(db, grid_id)
    answered = failed = 0
    for key, outcome in group:
        prompt_id, variant_id, sample = key
        variant, prompt = variants.get(db, variant_id), prompts.get(db, prompt_id)
        if prompt is None or key not in open_lines:
            continue
        price = in_batch(price_of(variant.model, prices))
        if isinstance(outcome, Failure):
            completions.fail(db, now, key, outcome.code, outcome.message, 1)
            failed += 1
        else:
            asked = ask(variant, Wanted(prompt, sample))
            made = completion_of(variant, asked, outcome, price)
            answered += completions.insert(db, now, made, request_key=asked.key)
        grids.settle(db, now, open_lines[key]["id"], settlement(price, outcome))
    return answered, failed
