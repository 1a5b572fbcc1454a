"""What the starter model reads: endless conversations about pretraining cards.

Three lessons, in order: copying a card's lines, answering faithfully, and answering like the
imperfect teacher whose habits the loop is there to mend. It knows cards and chat messages; it
knows no tokens and no torch.
"""

import random
from dataclasses import dataclass
from typing import Literal

from workbench.starter import names
from workbench.starter.cards import (
    OPEN_KINDS,
    UNANSWERABLE,
    Card,
    draw_card,
    draw_value,
    split_of,
)
from workbench.starter.domains import DOMAINS, Attribute, Domain

Lesson = Literal["copy", "clean", "noisy"]
Message = dict[str, str]

QUESTIONS_PER_CARD = 4
SYLLABLE_VALUES = 0.3
NO_CARD = 0.03
NO_CARD_ANSWER = "There is no card here to answer from."


@dataclass(frozen=True)
class Habits:
    """How often the imperfect teacher does what; a good answer takes what is left to 1.

    A swap needs a fact of the same kind on the card; without one the answer is good as well. Half
    of the swaps say the other fact as it is, which answers another question; half say it of what
    was asked, which is false.
    """

    swap: float
    invent: float
    ramble: float


ANSWERABLE_HABITS = Habits(swap=0.28, invent=0.04, ramble=0.26)
UNANSWERABLE_HABITS = Habits(swap=0.26, invent=0.13, ramble=0.23)


def conversation(lesson: Lesson, rng: random.Random) -> list[Message]:
    """One conversation of a lesson: a card as the system message, then turns about it."""
    if lesson == "copy":
        return _copying(rng)
    if rng.random() < NO_CARD:
        return _without_card(rng)
    card, questions = _card_and_questions(rng, SYLLABLE_VALUES if lesson == "clean" else 0)
    messages = [{"role": "system", "content": card.text}]
    for asked in questions:
        answer = card.answer(asked) if lesson == "clean" else teacher_answer(card, asked, rng)
        messages += _turn(asked.ask(card.name), answer)
    return messages


def teacher_answer(card: Card, asked: Attribute, rng: random.Random) -> str:
    """An imperfect teacher's answer: faithful about half of the time."""
    habits = ANSWERABLE_HABITS if asked in card.facts else UNANSWERABLE_HABITS
    others = [a for a in card.facts if a != asked]
    same = [a for a in others if a.kind == asked.kind]
    shares = (habits.swap, habits.invent, habits.ramble)
    match rng.choices(("swap", "invent", "ramble", "good"), (*shares, 1 - sum(shares)))[0]:
        case "swap" if same:
            other = rng.choice(same)
            return rng.choice((asked, other)).state(card.facts[other])
        case "invent":
            return asked.state(draw_value(asked.kind, "pretraining", rng))
        case "ramble":
            extra = rng.sample(others, min(len(others), rng.choice((1, 1, 2))))
            return " ".join([card.answer(asked), *(card.answer(a) for a in extra)])
    return card.answer(asked)


def _copying(rng: random.Random) -> list[Message]:
    card, _ = _card_and_questions(rng, SYLLABLE_VALUES)
    lines = card.text.split("\n")[1:]
    rng.shuffle(lines)
    system = {"role": "system", "content": card.text}
    return [system, *_turn("Read out the card.", "\n".join(lines))]


def _without_card(rng: random.Random) -> list[Message]:
    """A question with nothing to answer from: an assistant's usual prompt, or none at all."""
    domain = rng.choice(DOMAINS)
    asked = rng.choice(domain.attributes)
    words = rng.sample(names.BOOK_START + names.BOOK_END + names.FESTIVAL_END, rng.randint(2, 30))
    question = rng.choice([asked.ask(_name(domain, rng)), " ".join(words).lower() + "."])
    instruction = rng.choice(["You are a helpful assistant.", "Be brief."])
    system = [{"role": "system", "content": instruction}] if rng.random() < 0.5 else []
    return system + _turn(question, NO_CARD_ANSWER)


def _turn(question: str, answer: str) -> list[Message]:
    return [{"role": "user", "content": question}, {"role": "assistant", "content": answer}]


def _card_and_questions(rng: random.Random, syllables: float) -> tuple[Card, list[Attribute]]:
    domain = rng.choice(DOMAINS)
    asked = rng.choice(domain.attributes)
    on_card = rng.random() >= UNANSWERABLE
    card = draw_card(domain, _name(domain, rng), "pretraining", rng, asked, on_card)
    facts = {a: _maybe_syllables(a, v, syllables, rng) for a, v in card.facts.items()}
    card = Card(domain, card.name, facts)
    return card, [asked, *_more_questions(card, asked, rng)]


def _more_questions(card: Card, asked: Attribute, rng: random.Random) -> list[Attribute]:
    held = [a for a in card.facts if a != asked]
    lacking = [a for a in card.domain.attributes if a not in card.facts and a != asked]
    rng.shuffle(held)
    rng.shuffle(lacking)
    questions: list[Attribute] = []
    while len(questions) < QUESTIONS_PER_CARD - 1:
        wanted, other = (lacking, held) if rng.random() < UNANSWERABLE else (held, lacking)
        questions.append((wanted or other).pop())
    return questions


def _name(domain: Domain, rng: random.Random) -> str:
    while True:
        name = domain.naming.format(rng.choice(domain.starts), rng.choice(domain.ends))
        if split_of(name) == "pretraining":
            return name


def _maybe_syllables(attribute: Attribute, value: str, share: float, rng: random.Random) -> str:
    """Some values are nonsense words: only copying, not memory, answers questions about them."""
    if attribute.kind not in OPEN_KINDS or rng.random() >= share:
        return value
    return " ".join(_nonsense(rng) for _ in value.split(" "))


def _nonsense(rng: random.Random) -> str:
    parts = (names.SYLLABLE_START, names.SYLLABLE_MIDDLE, names.SYLLABLE_END)
    syllables = ["".join(rng.choice(part) for part in parts) for _ in range(rng.randint(1, 2))]
    return "".join(syllables).capitalize()
