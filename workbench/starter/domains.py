"""What the starter's cards speak of: six domains, and each attribute's own sentences.

Attributes come in pairs of one kind (founded / station opened, director / founder), so that a
swapped fact reads as plausible. This module knows sentences; it knows no entity and no split.
"""

from dataclasses import dataclass
from functools import cached_property

from workbench.starter import names


@dataclass(frozen=True)
class Attribute:
    """One fact that a card may hold; `{n}` is the entity's name, `{v}` the value."""

    label: str
    kind: str
    question: str
    answer: str
    missing: str
    """What the card does not say, as the end of the abstention's sentence."""

    def ask(self, name: str) -> str:
        return self.question.format(n=name)

    def state(self, value: str) -> str:
        return self.answer.format(v=value)

    @property
    def abstention(self) -> str:
        return f"The card does not say {self.missing}."


@dataclass(frozen=True)
class Domain:
    """A kind of entity. `pairs` holds attributes of one kind two by two."""

    title: str
    pairs: tuple[tuple[Attribute, Attribute], ...]
    naming: str
    starts: tuple[str, ...]
    ends: tuple[str, ...]

    @cached_property
    def attributes(self) -> tuple[Attribute, ...]:
        return tuple(attribute for pair in self.pairs for attribute in pair)

    def partner(self, attribute: Attribute) -> Attribute:
        """The attribute of the same kind that a careless reader would mix up with this one."""
        first, second = next(pair for pair in self.pairs if attribute in pair)
        return second if attribute == first else first

    def all_names(self) -> list[str]:
        return [self.naming.format(a, b) for a in self.starts for b in self.ends]


def _year(event: str, subject: str = "It") -> Attribute:
    """An event that a participle names ("founded"): the sentences say when it happened."""
    return Attribute(
        event,
        "year",
        f"When was {{n}} {event}?",
        f"{subject} was {event} in {{v}}.",
        f"when {subject.lower()} was {event}",
    )


def _role(word: str, kind: str) -> Attribute:
    """A fact that a plain noun names: who or what holds a role."""
    what = "who" if kind == "person" else "what"
    return Attribute(
        word,
        kind,
        f"{what.capitalize()} is the {word} of {{n}}?",
        f"The {word} is {{v}}.",
        f"{what} the {word} is",
    )


def _count(noun: str) -> Attribute:
    return Attribute(
        noun,
        "number",
        f"How many {noun} does {{n}} have?",
        f"The number of {noun} is {{v}}.",
        f"how many {noun} it has",
    )


def _dollars(word: str) -> Attribute:
    return Attribute(
        word,
        "number",
        f"How much is the {word} of {{n}}?",
        f"The {word} is {{v}} dollars.",
        f"how much the {word} is",
    )


_TOWN = (
    (_year("founded"), _year("flooded")),
    (_role("mayor", "person"), _role("architect", "person")),
    (_role("river", "river"), _role("lake", "river")),
    (_role("twin town", "town"), _role("capital", "town")),
    (_count("residents"), _count("visitors")),
)

_PRODUCT = (
    (_year("released"), _year("recalled")),
    (_role("designer", "person"), _role("engineer", "person")),
    (_role("maker", "company"), _role("importer", "company")),
    (_dollars("price"), _dollars("deposit")),
    (_role("body colour", "colour"), _role("trim colour", "colour")),
)

_BOOK = (
    (_year("published"), _year("translated")),
    (_role("author", "person"), _role("translator", "person")),
    (_role("publisher", "company"), _role("printer", "company")),
    (_role("setting", "town"), _role("opening scene", "town")),
    (_count("pages"), _count("chapters")),
)

_FESTIVAL = (
    (_year("started"), _year("renamed")),
    (_role("founder", "person"), _role("director", "person")),
    (_role("host town", "town"), _role("rival town", "town")),
    (_role("sponsor", "company"), _role("caterer", "company")),
    (_count("guests"), _count("helpers")),
)

_PERSON = (
    (_year("born", "The person"), _year("hired", "The person")),
    (_role("teacher", "person"), _role("manager", "person")),
    (_role("home", "town"), _role("birthplace", "town")),
    (_role("employer", "company"), _role("bank", "company")),
)

_COMPANY = (
    (_year("founded"), _year("merged")),
    (_role("owner", "person"), _role("director", "person")),
    (_role("main office", "town"), _role("warehouse", "town")),
    (_role("supplier", "company"), _role("insurer", "company")),
    (_count("workers"), _count("shops")),
)


def _domain(
    title: str,
    pairs: tuple[tuple[Attribute, Attribute], ...],
    naming: str,
    starts: list[str],
    ends: list[str],
) -> Domain:
    return Domain(title, pairs, naming, tuple(starts), tuple(ends))


DOMAINS = (
    _domain("Town", _TOWN, "{}{}", names.TOWN_START, names.TOWN_END),
    _domain("Product", _PRODUCT, "{} {}", names.PRODUCT_START, names.PRODUCT_END),
    _domain("Book", _BOOK, "The {} {}", names.BOOK_START, names.BOOK_END),
    _domain("Festival", _FESTIVAL, "{} {} Festival", names.FESTIVAL_START, names.FESTIVAL_END),
    _domain("Person", _PERSON, "{} {}", names.GIVEN, names.FAMILY),
    _domain("Company", _COMPANY, "{} {}", names.COMPANY_START, names.COMPANY_END),
)
