"""What an endpoint's tokens cost: a small dated table that ships, and the workspace's own over it.

What is not in a table is unknown. It knows no completions; the caller multiplies and adds.
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

from workbench.errors import InvalidInput
from workbench.records import Model

SHIPPED = Path(__file__).with_name("prices.yaml")
_REQUIRED = {"model", "host", "input", "output", "as_of", "source"}
_KNOWN = _REQUIRED | {"batch"}


@dataclass(frozen=True)
class Price:
    """USD per million tokens; `batch` is the share of it that a batch costs."""

    model: str
    host: str
    input: float
    output: float
    as_of: date
    source: str
    batch: float = 1.0


Table = dict[tuple[str, str], Price]  # by host and the name that the model is served as


def load(own: Path | None = None) -> Table:
    """The shipped prices, and over them those of the file `own`, where there is one."""
    table = read(SHIPPED)
    return table | read(own) if own and own.is_file() else table


def price_of(model: Model, table: Table) -> Price | None:
    """None is unknown; local and imported models have no price."""
    if model.kind != "endpoint":
        return None
    host = urlsplit(model.location).hostname or ""
    return table.get((host, model.served_as or model.name))


def cost(
    price: Price | None, tokens_in: int | None, tokens_out: int | None, *, batch: bool = False
) -> float | None:
    """USD; None where the price or a number of tokens is unknown."""
    if price is None or tokens_in is None or tokens_out is None:
        return None
    share = price.batch if batch else 1.0
    return share * (tokens_in * price.input + tokens_out * price.output) / 1_000_000


def read(path: Path) -> Table:
    """One file: `batch` for all its entries, and the list `prices`."""
    value = _parsed(path)
    for key in sorted(set(map(str, value)) - {"batch", "prices"}):
        raise InvalidInput(f"{path.name}: {key} is not a known key.", field=key)
    entries = value.get("prices")
    if not isinstance(entries, list) or not entries:
        raise InvalidInput(
            f"{path.name}: prices: must be a list with at least one entry.", field="prices"
        )
    batch = _share(path.name, value.get("batch", 1.0))
    table: Table = {}
    for i, entry in enumerate(entries):
        price = _price(f"{path.name}: prices[{i}]", entry, batch)
        if (price.host, price.model) in table:
            raise InvalidInput(f"{path.name}: prices: {price.model} appears twice.")
        table[price.host, price.model] = price
    return table


def _parsed(path: Path) -> dict[Any, Any]:
    try:
        value = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError, ValueError) as error:
        raise InvalidInput(f"{path.name} is not valid YAML: {error}") from error
    if not isinstance(value, dict):
        raise InvalidInput(f"{path.name}: the file must hold keys and values.")
    return value


def _price(place: str, value: Any, batch: float) -> Price:
    if not isinstance(value, dict):
        raise InvalidInput(f"{place}: must hold keys and values.")
    for key in sorted(_REQUIRED - set(value)):
        raise InvalidInput(f"{place}: {key} is missing.", field=key)
    for key in sorted(set(map(str, value)) - _KNOWN):
        raise InvalidInput(f"{place}: {key} is not a known key.", field=key)
    if type(value["as_of"]) is not date:
        raise InvalidInput(f"{place}: as_of: must be a date like 2026-11-23.", field="as_of")
    return Price(
        model=str(value["model"]),
        host=str(value["host"]),
        input=_usd(place, value, "input"),
        output=_usd(place, value, "output"),
        as_of=value["as_of"],
        source=str(value["source"]),
        batch=_share(place, value.get("batch", batch)),
    )


def _usd(place: str, value: dict[Any, Any], key: str) -> float:
    """Free is 0, said outright."""
    if not _is_number(value[key]) or not 0 <= value[key] < float("inf"):
        raise InvalidInput(
            f"{place}: {key}: must be a number of USD per million tokens, 0 or more.", field=key
        )
    return float(value[key])


def _share(place: str, value: Any) -> float:
    if not _is_number(value) or not 0 <= value <= 1:
        raise InvalidInput(f"{place}: batch: must lie between 0 and 1.", field="batch")
    return float(value)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
