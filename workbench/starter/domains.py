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


def _year(label: str, question: str, answer: str) -> Attribute:
    """`answer` tells the event ("was founded"); the sentences follow from it."""
    return Attribute(label, "year", question, f"It {answer} in {{v}}.", f"when it {answer}")


def _role(label: str, kind: str, word: str) -> Attribute:
    """A fact that a plain noun names: who or what holds a role."""
    asks = f"Who is the {word} of {{n}}?" if kind == "person" else f"What is the {word} of {{n}}?"
    who = f"who the {word} is" if kind == "person" else f"what the {word} is"
    return Attribute(label, kind, asks, f"The {word} is {{v}}.", who)


def _count(label: str, noun: str) -> Attribute:
    return Attribute(
        label,
        "number",
        f"How many {noun} does {{n}} have?",
        f"It has {{v}} {noun}.",
        f"how many {noun} it has",
    )


def _dollars(label: str, word: str) -> Attribute:
    return Attribute(
        label,
        "number",
        f"How much is the {word} of {{n}}?",
        f"The {word} is {{v}} dollars.",
        f"how much the {word} is",
    )


_TOWN = (
    (
        _year("founded", "When was {n} founded?", "was founded"),
        _year("flooded", "When was {n} flooded?", "was flooded"),
    ),
    (_role("mayor", "person", "mayor"), _role("architect", "person", "architect")),
    (_role("river", "river", "river"), _role("lake", "river", "lake")),
    (_role("twin town", "town", "twin town"), _role("capital", "town", "capital")),
    (_count("residents", "residents"), _count("visitors", "visitors")),
)

_PRODUCT = (
    (
        _year("released", "When was {n} released?", "was released"),
        _year("recalled", "When was {n} recalled?", "was recalled"),
    ),
    (_role("designer", "person", "designer"), _role("engineer", "person", "engineer")),
    (_role("maker", "company", "maker"), _role("importer", "company", "importer")),
    (_dollars("price", "price"), _dollars("deposit", "deposit")),
    (_role("body colour", "colour", "body colour"), _role("trim colour", "colour", "trim colour")),
)

_BOOK = (
    (
        _year("published", "When was {n} published?", "was published"),
        _year("translated", "When was {n} translated?", "was translated"),
    ),
    (_role("author", "person", "author"), _role("translator", "person", "translator")),
    (_role("publisher", "company", "publisher"), _role("printer", "company", "printer")),
    (_role("setting", "town", "setting"), _role("opening scene", "town", "opening scene")),
    (_count("pages", "pages"), _count("chapters", "chapters")),
)

_FESTIVAL = (
    (
        _year("started", "When was {n} started?", "was started"),
        _year("renamed", "When was {n} renamed?", "was renamed"),
    ),
    (_role("founder", "person", "founder"), _role("director", "person", "director")),
    (_role("host town", "town", "host town"), _role("rival town", "town", "rival town")),
    (_role("sponsor", "company", "sponsor"), _role("caterer", "company", "caterer")),
    (_count("guests", "guests"), _count("helpers", "helpers")),
)

_PERSON = (
    (
        _role("birth year", "year", "birth year"),
        _role("hiring year", "year", "hiring year"),
    ),
    (_role("teacher", "person", "teacher"), _role("manager", "person", "manager")),
    (_role("home", "town", "home"), _role("birthplace", "town", "birthplace")),
    (_role("employer", "company", "employer"), _role("bank", "company", "bank")),
)

_COMPANY = (
    (
        _year("founded", "When was {n} founded?", "was founded"),
        _year("merged", "When was {n} merged?", "was merged"),
    ),
    (_role("owner", "person", "owner"), _role("director", "person", "director")),
    (_role("main office", "town", "main office"), _role("warehouse", "town", "warehouse")),
    (_role("supplier", "company", "supplier"), _role("insurer", "company", "insurer")),
    (_count("workers", "workers"), _count("shops", "shops")),
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
