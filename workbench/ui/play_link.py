"""The playground's variants in the page's address, so that a link leads to them; never a key.

Each is one `variant` of the address: a JSON list of model, template, version and sampling.
"""

import json
from dataclasses import dataclass

from workbench.records import Sampling
from workbench.ui.sampling_form import MOST_TOKENS, MOST_TOP_K

PARAMETER = "variant"
MOST = 4


@dataclass(frozen=True)
class Choice:
    """A variant by its names."""

    model: str
    template: str = "as it stands"
    version: int = 1
    sampling: Sampling = Sampling(0.7, max_tokens=256)  # noqa: RUF009  frozen


def to_address(chosen: list[Choice]) -> list[str]:
    return [
        json.dumps([c.model, c.template, c.version, c.sampling.to_json()], ensure_ascii=False)
        for c in chosen
    ]


def from_address(given: list[str]) -> list[Choice]:
    """What can be read of it; an address may have been typed or cut."""
    return [choice for text in given[:MOST] if (choice := _read(text))]


def _read(text: str) -> Choice | None:
    try:
        model, template, version, sampling = json.loads(text)
        chosen = Sampling.from_json(sampling)
        named = isinstance(model, str) and isinstance(template, str) and type(version) is int
    except (ValueError, TypeError):
        return None
    return Choice(model, template, version, chosen) if named and _is_usable(chosen) else None


def _is_usable(sampling: Sampling) -> bool:
    """Within what the page's fields take."""
    numbers = isinstance(sampling.temperature, int | float) and isinstance(
        sampling.top_p, int | float
    )
    return (
        numbers
        and 0 <= sampling.temperature <= 2
        and 0.01 <= sampling.top_p <= 1
        and type(sampling.max_tokens) is int
        and 1 <= sampling.max_tokens <= MOST_TOKENS
        and type(sampling.top_k) is int
        and 0 <= sampling.top_k <= MOST_TOP_K
        and all(isinstance(stop, str) for stop in sampling.stop)
    )
