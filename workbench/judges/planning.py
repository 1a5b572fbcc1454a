"""Before a judge is run: how much it will read, about what that costs, and what it reads, word by
word.

A judge that has read before is taken at its own mean; for a new one a few items are looked at.
"""

from dataclasses import dataclass

from workbench.generation import spending
from workbench.judges.asking import check_instructions, request_of
from workbench.judges.running import chosen_items
from workbench.judging.items import Content, content_of
from workbench.providers.prices import cost, price_of
from workbench.records import Project
from workbench.store import Store, judges, variants
from workbench.store.database import Database
from workbench.store.judges import Judge, Which

LOOKED_AT = 20
BYTES_A_TOKEN = 4  # of English text, about
REPLY_TOKENS = 100  # of a verdict and its reason, about


@dataclass(frozen=True)
class Plan:
    """`requests`: what was not read yet of the `items`, each in both orders. `usd` is None where
    the price is unknown; `by_readings`: it is by what this judge has read, and no guess.
    """

    items: int
    requests: int
    usd: float | None
    by_readings: bool


def plan(store: Store, project: Project, judge: Judge, which: Which, sample: int | None) -> Plan:
    """What `judges.begin` would ask for, and about what it would cost."""
    with store.read() as db:
        chosen = chosen_items(db, project, judge, which, sample)
        requests = 2 * len(chosen) - len(judges.read(db, judge.reviewer_id, chosen))
        so_far = judges.counts(db, judge.reviewer_id)
        model = variants.model(db, judge.model_id)
        priced = so_far["readings"] - so_far["unpriced"]
        if priced:
            return Plan(len(chosen), requests, requests * so_far["cost_usd"] / priced, True)
        read = _tokens(db, project, judge, chosen[:LOOKED_AT])
    each = cost(price_of(model, spending.prices_of(store)), read, REPLY_TOKENS)
    return Plan(len(chosen), requests, None if each is None else requests * each, False)


def preview(db: Database, project: Project, instructions: str) -> str | None:
    """What a judge with these instructions reads of the project's first pair, the lower id first;
    None where there is no pair yet. Raises InvalidInput for instructions that cannot be filled in.
    """
    check_instructions(project, instructions)
    for content in _contents(db, project, judges.choose(db, project.id, "all", gold=False)[:1]):
        return str(request_of(project, instructions, content, 0).messages[0]["content"])
    return None


def _tokens(db: Database, project: Project, judge: Judge, ids: list[int]) -> int:
    """Of a request, in the mean."""
    texts = [
        str(request_of(project, judge.instructions, content, 0).messages[0]["content"])
        for content in _contents(db, project, ids)
    ]
    return sum(len(text.encode()) for text in texts) // (BYTES_A_TOKEN * max(1, len(texts)))


def _contents(db: Database, project: Project, ids: list[int]) -> list[Content]:
    return [
        content_of(db, project, row["prompt_id"], row["turn"], [row["first"], row["second"]])
        for row in judges.pairs(db, ids)
    ]
