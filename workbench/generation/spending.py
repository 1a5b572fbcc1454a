"""What an answer cost, and the most that a request can cost, by a dated table of prices.

What is unknown stays unknown: a model without a price costs None, never 0.
"""

import json
from dataclasses import replace

from workbench.errors import InvalidInput
from workbench.generation.requests import Asked
from workbench.providers import Answer, Failure
from workbench.providers.prices import Price, Table, cost, load, price_of
from workbench.records import Sampling, Variant
from workbench.store import Store
from workbench.store.grids import Settlement

UNBILLED = ("rate_limited", "permanent", "prompt_too_long")  # ended before anything was generated
AROUND_A_MESSAGE = 16  # tokens at most that a chat template adds to each message


def prices_of(store: Store) -> Table:
    """The table that ships, with the workspace's own `prices.yaml` over it."""
    return load(store.workspace.prices)


def most_usd(price: Price | None, asked: Asked, sampling: Sampling) -> float | None:
    """The most that one attempt can cost: no token is shorter than a byte."""
    turns = len(asked.request.seeds)
    text = len(json.dumps(asked.rendered, ensure_ascii=False).encode())
    sent = text + AROUND_A_MESSAGE * len(asked.rendered)
    generated = turns * sampling.max_tokens
    again = sum(sent + turn * sampling.max_tokens for turn in range(turns))
    return cost(price, again, generated)


def settlement(price: Price | None, outcome: Answer | Failure) -> Settlement:
    """How the ledger's line ends. What broke off may have been billed for more than was counted."""
    tokens = outcome.tokens_in, outcome.tokens_out
    paid = cost(price, *tokens)
    if isinstance(outcome, Answer):
        return Settlement("answered", *tokens, paid, outcome.broken)
    if outcome.code == "transient":
        paid = None
    elif outcome.code in UNBILLED and tokens == (None, None):
        paid = 0.0
    return Settlement(outcome.code, *tokens, paid, outcome.broken)


def require_prices(prices: Table, variants: list[Variant], budget_usd: float | None) -> None:
    """A budget needs a price for each endpoint. Raises InvalidInput."""
    unknown = sorted({
        v.model.served_as for v in variants
        if v.model.kind == "endpoint" and price_of(v.model, prices) is None
    })  # fmt: skip
    if budget_usd is not None and unknown:
        raise InvalidInput(
            f"No price is known for {', '.join(unknown)}, so a budget cannot be kept.",
            field="budget",
            remedy="Enter it in the workspace's prices.yaml, or leave the budget away.",
        )


def in_batch(price: Price | None) -> Price | None:
    """What the same tokens cost in a batch."""
    if price is None:
        return None
    return replace(price, input=price.batch * price.input, output=price.batch * price.output)
