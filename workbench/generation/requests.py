"""What is sent for a prompt: rendered messages, a seed for each turn, and a key.

Seeds and key follow from what is sent, by whom, how, and for which time: an equal request gives
an equal answer and need not be sent twice, and another sample is an independent one.
"""

from dataclasses import dataclass

from workbench.errors import InvalidInput
from workbench.hashing import sha256_json
from workbench.providers import Request
from workbench.records import Message, Model, Prompt, Variant, open_turns
from workbench.templating import render


@dataclass(frozen=True)
class Wanted:
    """The answer that is missing: sample number `sample` of a prompt."""

    prompt: Prompt
    sample: int


@dataclass(frozen=True)
class Asked:
    """A wanted answer with what is sent for it."""

    wanted: Wanted
    request: Request
    key: str

    @property
    def rendered(self) -> tuple[Message, ...]:
        return self.request.messages


def ask(variant: Variant, wanted: Wanted) -> Asked:
    """Raises InvalidInput where the template cannot be filled in for this prompt, or where the
    variant's answers are chosen from samples of another one, not asked for.
    """
    if variant.sampling.best_of > 1:
        raise InvalidInput(
            f"“{variant.name}” is not asked itself: its answers are chosen from several samples.",
            field="variant",
            remedy="Draw and choose them by `generate … --best-of … --by …`.",
        )
    rendered = render(wanted.prompt, variant.template)
    key = request_key(variant, rendered, wanted.sample)
    seeds = tuple(seed_of(key, turn) for turn in range(len(open_turns(rendered))))
    return Asked(wanted, Request(rendered, seeds), key)


def request_key(variant: Variant, rendered: tuple[Message, ...], sample: int) -> str:
    """SHA-256 over all that determines the answer."""
    return sha256_json([identity(variant.model), rendered, variant.sampling.to_json(), sample])


def identity(model: Model) -> list[str | None]:
    """What makes a model the same one, whatever it is called and wherever its files lie: those that
    have a fingerprint, with an adapter's in it, are known by that.
    """
    if model.fingerprint:
        return [model.kind, model.fingerprint]
    return [model.kind, model.location, model.served_as, model.adapter, ""]


def seed_of(key: str, turn: int = 0) -> int:
    """31 bits for the noise of one turn."""
    return int(sha256_json([key, turn])[:8], 16) >> 1
