"""Prices: dated, from a source, and unknown where nobody said them."""

from pathlib import Path
from typing import Any

import pytest

from workbench.errors import InvalidInput
from workbench.providers import prices
from workbench.records import Model

OPENAI = "https://api.openai.com/v1"
ENTRY = {"model": "mine", "host": "10.0.0.5", "input": 1, "output": 2.5,
         "as_of": "2026-11-23", "source": "our contract"}  # fmt: skip


def file_of(folder: Path, text: str) -> Path:
    path = folder / "prices.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def listed(**changed: Any) -> str:
    lines = [f"{key}: {value}" for key, value in (ENTRY | changed).items() if value is not None]
    return "prices:\n  - " + "\n    ".join(lines) + "\n"


def endpoint(served_as: str, url: str = OPENAI) -> Model:
    return Model("some name", "endpoint", url, served_as=served_as)


def test_each_shipped_price_says_its_date_and_source() -> None:
    for price in prices.load().values():
        assert price.as_of.year >= 2025
        assert price.source.startswith("https://")
        assert 0 < price.input < price.output
        assert price.batch == 0.5


def test_the_cost_of_a_million_tokens_each_way() -> None:
    """GPT-4o mini's list price: 0.15 and 0.60 USD."""
    price = prices.price_of(endpoint("gpt-4o-mini"), prices.load())
    assert prices.cost(price, 1_000_000, 1_000_000) == pytest.approx(0.75)
    assert prices.cost(price, 1_000, 0) == pytest.approx(0.00015)
    assert prices.cost(price, 1_000_000, 1_000_000, batch=True) == pytest.approx(0.375)


@pytest.mark.parametrize(
    "model",
    [
        endpoint("gpt-9"),
        endpoint("gpt-4o", "https://elsewhere.example/v1"),
        Model("gpt-4o", "local", "models/gpt-4o"),
        Model("gpt-4o", "imported", "https://api.openai.com/v1"),
    ],
    ids=["unlisted", "another host", "local", "imported"],
)
def test_what_nobody_listed_is_unknown(model: Model) -> None:
    assert prices.price_of(model, prices.load()) is None


@pytest.mark.parametrize("tokens", [(None, 5), (5, None), (None, None)])
def test_a_cost_is_unknown_where_tokens_are(tokens: tuple[int | None, int | None]) -> None:
    assert prices.cost(prices.price_of(endpoint("gpt-4o"), prices.load()), *tokens) is None
    assert prices.cost(None, 5, 5) is None


def test_the_workspaces_own_prices_win(tmp_path: Path) -> None:
    own = file_of(tmp_path, listed(model="gpt-4o", host="api.openai.com", input=1.25))
    table = prices.load(own)
    mine, others = (prices.price_of(endpoint(n), table) for n in ("gpt-4o", "gpt-4.1"))
    assert mine
    assert others
    assert (mine.input, mine.batch, others.input) == (1.25, 1.0, 2.0)


def test_a_workspace_without_prices_has_the_shipped_ones(tmp_path: Path) -> None:
    assert prices.load(tmp_path / "prices.yaml") == prices.load()


def test_what_costs_nothing_is_said_so(tmp_path: Path) -> None:
    table = prices.load(file_of(tmp_path, listed(input=0, output=0)))
    price = prices.price_of(endpoint("mine", "http://10.0.0.5:8000/v1"), table)
    assert prices.cost(price, 10, 10) == 0


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("prices: [", "prices.yaml is not valid YAML"),
        ("- 1", "prices.yaml: the file must hold keys and values."),
        ("batch: 0.5", "prices.yaml: prices: must be a list with at least one entry."),
        ("price: []", "prices.yaml: price is not a known key."),
        ("prices: [1]", "prices.yaml: prices[0]: must hold keys and values."),
        (listed(host=None), "prices.yaml: prices[0]: host is missing."),
        (listed(cached=1), "prices.yaml: prices[0]: cached is not a known key."),
        (listed(input="cheap"), "prices.yaml: prices[0]: input: must be a number of USD"),
        (listed(output=-1), "prices.yaml: prices[0]: output: must be a number of USD"),
        (listed(output=".nan"), "prices.yaml: prices[0]: output: must be a number of USD"),
        (listed(input="true"), "prices.yaml: prices[0]: input: must be a number of USD"),
        (listed(as_of="lately"), "prices.yaml: prices[0]: as_of: must be a date"),
        (listed(as_of="2026-13-01"), "prices.yaml is not valid YAML"),
        (listed(batch=50), "prices.yaml: prices[0]: batch: must lie between 0 and 1."),
        ("batch: 50\n" + listed(), "prices.yaml: batch: must lie between 0 and 1."),
        (listed() + listed().removeprefix("prices:\n"), "prices: mine appears twice."),
    ],
)
def test_a_wrong_file_says_where(tmp_path: Path, text: str, wrong: str) -> None:
    with pytest.raises(InvalidInput) as raised:
        prices.load(file_of(tmp_path, text))
    assert wrong in raised.value.message
