"""Fact cards and the questions about them: the starter's prompts.

A card names an entity and lists some facts on it; a question asks for one fact, which three times
in ten the card lacks. Which split an entity belongs to is a hash of its name, so no entity is in
two splits, and some values are seen on heldout cards alone. Nothing here knows of models.
"""

import random
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, get_args

from workbench.errors import InvalidInput
from workbench.hashing import unit_interval
from workbench.starter import names
from workbench.starter.domains import DOMAINS, Attribute, Domain

Split = Literal["pretraining", "train", "heldout"]

TRAIN_SHARE = 0.25
HELDOUT_SHARE = 0.25
HELDOUT_VALUES = 0.15
UNANSWERABLE = 0.3
PARTNER_ON_CARD = 0.75
OPEN_KINDS = frozenset({"person", "town", "river", "company"})


@dataclass(frozen=True)
class Card:
    """An entity and what is said of it, in the order of the lines."""

    domain: Domain
    name: str
    facts: dict[Attribute, str]

    @property
    def text(self) -> str:
        lines = [f"- {attribute.label}: {value}" for attribute, value in self.facts.items()]
        return "\n".join([f"{self.domain.title}: {self.name}", *lines])

    def answer(self, attribute: Attribute) -> str:
        """What a faithful reader answers: the fact, or that the card lacks it."""
        if attribute in self.facts:
            return attribute.state(self.facts[attribute])
        return attribute.abstention


@dataclass(frozen=True)
class CardPrompt:
    """A card (the system message), a question (the user's) and the faithful answer."""

    card: str
    question: str
    reference: str
    answerable: bool


def card_prompts(split: Split, count: int, seed: int) -> list[CardPrompt]:
    """`count` prompts on as many entities of the split, the domains taking turns.

    A smaller count with the same seed gives the same prompts, fewer of them. Raises InvalidInput
    for an unknown split, or a count above what the split's entities can serve.
    """
    if split not in get_args(Split):
        raise InvalidInput(f"There is no split {split!r}.", field="split")
    rng = random.Random(f"cards {split} {seed}")
    queues = [rng.sample(pool := _entities(split, i), len(pool)) for i in range(len(DOMAINS))]
    available = sum(map(len, queues))
    if not 0 <= count <= available:
        raise InvalidInput(f"{count} prompts wanted; {split} has {available}.", field="count")
    prompts: list[CardPrompt] = []
    while len(prompts) < count:
        for domain, queue in zip(DOMAINS, queues, strict=True):
            if queue and len(prompts) < count:
                prompts.append(_prompt(domain, queue.pop(), split, rng))
    return prompts


def split_of(name: str) -> Split:
    """The one split that shows this entity."""
    place = unit_interval("entity", name)
    if place < HELDOUT_SHARE:
        return "heldout"
    return "train" if place < HELDOUT_SHARE + TRAIN_SHARE else "pretraining"


def draw_card(
    domain: Domain, name: str, split: Split, rng: random.Random, asked: Attribute, on_card: bool
) -> Card:
    """A card of three to six facts, with or without the fact that will be asked for."""
    partner = domain.partner(asked)
    chosen = [asked] if on_card else []
    if rng.random() < PARTNER_ON_CARD:
        chosen.append(partner)
    others = [a for a in domain.attributes if a not in (asked, partner)]
    chosen += rng.sample(others, rng.randint(3, 6) - len(chosen))
    rng.shuffle(chosen)
    return Card(domain, name, {a: draw_value(a.kind, split, rng) for a in chosen})


def draw_value(kind: str, split: Split, rng: random.Random) -> str:
    """A value of this kind; those kept for heldout cards appear in no other split."""
    value = _any_value(kind, rng)
    while split != "heldout" and kind in OPEN_KINDS and _is_heldout_value(value):
        value = _any_value(kind, rng)
    return value


def _is_heldout_value(value: str) -> bool:
    return unit_interval("value", value) < HELDOUT_VALUES


def _any_value(kind: str, rng: random.Random) -> str:
    def joined(starts: list[str], between: str, ends: list[str]) -> str:
        return rng.choice(starts) + between + rng.choice(ends)

    match kind:
        case "person":
            return joined(names.GIVEN, " ", names.FAMILY)
        case "town":
            return joined(names.TOWN_START, "", names.TOWN_END)
        case "river":
            return joined(names.RIVER_START, "", names.RIVER_END)
        case "company":
            return joined(names.COMPANY_START, " ", names.COMPANY_END)
        case "colour":
            return rng.choice(names.COLOUR)
        case "year":
            return str(rng.randint(1780, 2019))
        case "number":
            return str(rng.randint(12, 99) * 10 ** rng.randint(0, 2))
    raise ValueError(kind)


@lru_cache
def _entities(split: Split, domain: int) -> list[str]:
    return [name for name in DOMAINS[domain].all_names() if split_of(name) == split]


def _prompt(domain: Domain, name: str, split: Split, rng: random.Random) -> CardPrompt:
    asked = rng.choice(domain.attributes)
    on_card = rng.random() >= UNANSWERABLE
    card = draw_card(domain, name, split, rng, asked, on_card)
    return CardPrompt(card.text, asked.ask(name), card.answer(asked), on_card)
