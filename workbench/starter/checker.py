"""What is wrong with an answer to a fact card's question, from the texts alone.

The checker reads the card's lines and the question, then the answer's sentences. It knows the
phrasing of the starter's cards and nothing of models: an answer worded freely is "other", though a
person might accept it, and a text that is no card raises.
"""

import re
from dataclasses import dataclass
from typing import Literal

from workbench.errors import InvalidInput
from workbench.starter.cards import Card
from workbench.starter.domains import DOMAINS, Attribute, Domain

Label = Literal[
    "faithful", "swapped", "invented", "rambling", "no_abstention", "over_abstention", "other"
]
SpanKind = Literal["swapped", "invented", "rambling", "over_abstention"]

_HEADER = re.compile(r"(\w+): (\S.*)")
_LINE = re.compile(r"- ([^:]+): (\S.*)")
_SENTENCE = re.compile(r"\S.*?(?:[.!?](?=\s|$)|$)", re.DOTALL)
_PLAIN_ABSTENTIONS = frozenset({"the card does not say.", "i do not know."})


@dataclass(frozen=True)
class WrongSpan:
    """A wrong stretch of an answer: from `start` to before `end`, in code points."""

    start: int
    end: int
    kind: SpanKind


@dataclass(frozen=True)
class Finding:
    """The verdict on one answer.

    `score` is 4 for a faithful answer, 3 for one with more true facts than asked for, 2 for one
    that is right and adds a falsehood, or that needlessly abstains, 1 for a fact of the card that
    does not answer, and 0 for what the card does not hold at all.
    """

    label: Label
    score: int
    abstains: bool
    answerable: bool
    spans: tuple[WrongSpan, ...] = ()

    @property
    def faithful(self) -> bool:
        return self.label == "faithful"


@dataclass(frozen=True)
class _Sentence:
    text: str
    start: int
    end: int


def check(card: str, question: str, answer: str) -> Finding:
    """Judge an answer. Raises InvalidInput if the card or the question is not the starter's."""
    facts = read_card(card)
    asked = asked_attribute(facts, question)
    answerable = asked in facts.facts
    sentences = [_Sentence(m.group(), *m.span()) for m in _SENTENCE.finditer(answer)]
    if not sentences:
        return Finding("other", 0, False, answerable)
    first, rest = sentences[0], sentences[1:]
    if answerable and _abstains(first.text, *facts.domain.attributes):
        span = WrongSpan(first.start, sentences[-1].end, "over_abstention")
        return Finding("over_abstention", 2, True, True, (span,))
    if not answerable and _abstains(first.text, asked):
        return _right_so_far(facts, rest, abstains=True, answerable=False)
    if answerable and _states(first.text, asked, facts.facts[asked]):
        return _right_so_far(facts, rest, abstains=False, answerable=True)
    return _wrong(facts, asked, first, rest)


def right_answer(card: str, question: str) -> str:
    """The one answer that is faithful. Raises InvalidInput if they are not the starter's."""
    facts = read_card(card)
    asked = asked_attribute(facts, question)
    return asked.state(facts.facts[asked]) if asked in facts.facts else asked.abstention


def read_card(card: str) -> Card:
    """Parse a card's text. Raises InvalidInput, naming the line that is not a card's."""
    head, *lines = card.strip().split("\n")
    header = _HEADER.fullmatch(head)
    domain = next((d for d in DOMAINS if header and d.title == header[1]), None)
    if header is None or domain is None or not lines:
        raise InvalidInput(f"This is not a fact card: {head[:60]!r}.", field="card")
    labels = {attribute.label: attribute for attribute in domain.attributes}
    facts: dict[Attribute, str] = {}
    for line in lines:
        fact = _LINE.fullmatch(line)
        if fact is None or fact[1] not in labels:
            raise InvalidInput(f"This line is not a fact card's: {line[:60]!r}.", field="card")
        facts[labels[fact[1]]] = fact[2]
    return Card(domain, header[2], facts)


def asked_attribute(card: Card, question: str) -> Attribute:
    """The attribute that a question asks for. Raises InvalidInput for any other question."""
    for attribute in card.domain.attributes:
        if attribute.ask(card.name) == question.strip():
            return attribute
    raise InvalidInput(
        f"This is not a question about the card of {card.name}: {question[:60]!r}.",
        field="question",
    )


def _right_so_far(card: Card, rest: list[_Sentence], abstains: bool, answerable: bool) -> Finding:
    """Whether anything follows a right first sentence, and whether that is at least true."""
    if not rest:
        return Finding("faithful", 4, abstains, answerable)
    true = all(_is_on_card(card, sentence.text) for sentence in rest)
    return Finding("rambling", 3 if true else 2, abstains, answerable, _extra_spans(card, rest))


def _wrong(card: Card, asked: Attribute, first: _Sentence, rest: list[_Sentence]) -> Finding:
    """A first sentence that neither gives the card's fact nor rightly abstains."""
    answerable = asked in card.facts
    stated = _stated(card.domain, first.text, asked)
    if stated is None:
        abstains = _abstains(first.text, *card.domain.attributes)
        return Finding("other", 0, abstains, answerable)
    value, offset = stated
    kind: SpanKind = "swapped" if value in card.facts.values() else "invented"
    start = first.start + offset
    spans = (WrongSpan(start, start + len(value), kind), *_extra_spans(card, rest))
    label: Label = kind if answerable else "no_abstention"
    return Finding(label, 1 if kind == "swapped" else 0, False, answerable, spans)


def _abstains(sentence: str, *attributes: Attribute) -> bool:
    own = any(sentence == attribute.abstention for attribute in attributes)
    return own or sentence.lower() in _PLAIN_ABSTENTIONS


def _states(sentence: str, attribute: Attribute, value: str) -> bool:
    return sentence in (attribute.state(value), value, f"{value}.")


def _is_on_card(card: Card, sentence: str) -> bool:
    return any(attribute.state(value) == sentence for attribute, value in card.facts.items())


def _stated(domain: Domain, sentence: str, asked: Attribute) -> tuple[str, int] | None:
    """The value that a sentence gives to the asked attribute (or to any), and where it stands."""
    others = (attribute for attribute in domain.attributes if attribute != asked)
    for attribute in (asked, *others):
        before, after = attribute.answer.split("{v}")
        inside = len(sentence) > len(before) + len(after)
        if inside and sentence.startswith(before) and sentence.endswith(after):
            return sentence[len(before) : len(sentence) - len(after)], len(before)
    return None


def _extra_spans(card: Card, sentences: list[_Sentence]) -> tuple[WrongSpan, ...]:
    return tuple(
        WrongSpan(s.start, s.end, "rambling" if _is_on_card(card, s.text) else "invented")
        for s in sentences
    )
