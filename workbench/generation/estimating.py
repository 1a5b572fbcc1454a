"""Cost and time of a grid before anything is sent; what is unknown is said so.

Expected tokens follow this model's earlier answers where there are any, else a token is taken
for four characters and an answer for half of its bound; the most is a hard bound.
"""

from dataclasses import dataclass

from workbench.errors import InvalidInput
from workbench.generation import spending
from workbench.generation.grids import Plan, variants_of
from workbench.generation.requests import Asked, Wanted, ask
from workbench.generation.selecting import choose
from workbench.providers.prices import Price, Table, cost, price_of
from workbench.records import Prompt, Variant
from workbench.store import Store, completions, pace, variants
from workbench.store.database import Database

CHARACTERS = 4.0  # a token, where nothing is known of a model's own
SAMPLED = 200  # prompts that are rendered for the estimate


@dataclass(frozen=True)
class Line:
    """One variant's part. USD are None where the price is unknown, seconds where nobody has
    asked this model yet; `paid` is False for a local model, for which nobody sends a bill.
    """

    variant: str
    requests: int
    tokens_in: float
    tokens_out: float
    usd: float | None
    most_usd: float | None
    seconds: float | None
    paid: bool


@dataclass(frozen=True)
class Estimate:
    lines: tuple[Line, ...]

    @property
    def requests(self) -> int:
        return sum(line.requests for line in self.lines)

    @property
    def usd(self) -> float | None:
        return _sum([line.usd for line in self.lines if line.paid])

    @property
    def most_usd(self) -> float | None:
        return _sum([line.most_usd for line in self.lines if line.paid])

    @property
    def seconds(self) -> float | None:
        """As if one variant came after another."""
        return _sum([line.seconds for line in self.lines])


def _sum(parts: list[float | None]) -> float | None:
    known = [part for part in parts if part is not None]
    return sum(known) if len(known) == len(parts) else None


def estimate(store: Store, project_id: int, plan: Plan) -> Estimate:
    """Raises InvalidInput where a template can't be filled in for any of the first prompts."""
    plan.check()
    prices = spending.prices_of(store)
    with store.read() as db:
        chosen = choose(db, project_id, plan.selection.to_json())
        lines = [_line(db, project_id, plan, v, chosen, prices) for v in variants_of(plan)]
    return Estimate(tuple(lines))


def _askable(variant: Variant, prompts: list[Prompt]) -> list[Asked]:
    """Raises InvalidInput where the template can be filled in for none of them."""
    asked: list[Asked] = []
    trouble: InvalidInput | None = None
    for prompt in prompts:
        try:
            asked.append(ask(variant, Wanted(prompt, 0)))
        except InvalidInput as problem:
            trouble = problem
    if trouble and not asked:
        raise trouble
    return asked


def _done(db: Database, project_id: int, variant: Variant) -> set[tuple[int, int]]:
    """What is stored of this variant already, under whatever name."""
    for known in variants.in_project(db, project_id):
        if _same(known) == _same(variant):
            return completions.done(db, known.id)
    return set()


def _same(variant: Variant) -> tuple[object, ...]:
    template = variant.template
    return (variant.model.name, template.system, template.user, template.few_shot,
            variant.sampling)  # fmt: skip


def _line(
    db: Database, project_id: int, plan: Plan, variant: Variant, chosen: list[Prompt],
    prices: Table,
) -> Line:  # fmt: skip
    done = _done(db, project_id, variant)
    requests = sum((p.id, i) not in done for p in chosen for i in range(plan.samples))
    seen = pace.of_model(db, variant.model)
    asked = _askable(variant, chosen[:SAMPLED])
    price: Price | None = price_of(variant.model, prices)
    characters = sum(len(str(m["content"])) for one in asked for m in one.rendered)
    turns = sum(len(one.request.seeds) for one in asked)
    share = requests / len(asked) if asked else 0.0
    tokens_in = share * characters / (seen.characters_a_token or CHARACTERS)
    tokens_out = (
        share
        * turns
        * min(seen.tokens_out or variant.sampling.max_tokens / 2, variant.sampling.max_tokens)
    )
    most = [spending.most_usd(price, one, variant.sampling) for one in asked]
    bound = _sum(most)
    return Line(
        variant=variant.name,
        requests=requests,
        tokens_in=tokens_in,
        tokens_out=tokens_out,
        usd=cost(price, round(tokens_in), round(tokens_out)),
        most_usd=None if bound is None else bound * share,
        seconds=None if seen.per_second is None else requests / seen.per_second,
        paid=variant.model.kind == "endpoint",
    )
