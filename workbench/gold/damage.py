"""Answers damaged on purpose: a fact swapped for another of its kind, or the end cut off.

Pure functions of a text and a seed. They know nothing of where the text comes from; whether it was
right before is for the caller to say.
"""

import random
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from workbench.gold import facts
from workbench.gold.facts import Fact

FEWEST_WORDS = 8
SHORTEST, LONGEST = 35, 70  # percent of the words that a truncation leaves
CLOSING = "\"'”’»)]}*_`"

DamageKind = Literal["swapped fact", "truncation"]


@dataclass(frozen=True)
class Damaged:
    """A text that is worse than it was, and why, in one line for reviewers in training."""

    text: str
    explanation: str
    kind: DamageKind


def swap_fact(text: str, sources: Sequence[str], seed: str) -> Damaged | None:
    """One date, number or name becomes another of its kind, and nothing else changes.

    It is taken from the first of `sources` that has one which the text lacks; a date or number may
    also be made up. None where there is no fact, or none that can be swapped.
    """
    rng = random.Random(f"swap {seed}")
    found = list(facts.find(text))
    rng.shuffle(found)
    known = [facts.find(source) for source in sources]
    for fact in found:
        other = _another(fact, known, text, rng)
        if other:
            return _with(text, fact, other)
    for fact in found:
        other = _made_up(fact, rng)
        if other:
            return _with(text, fact, other)
    return None


def truncate(text: str, seed: str) -> Damaged | None:
    """The text breaks off in the midst of a sentence; None where it is too short for that."""
    words = list(re.finditer(r"\S+", text))
    if len(words) < FEWEST_WORDS:
        return None
    fewest, most = -(-len(words) * SHORTEST // 100), len(words) * LONGEST // 100
    cuts = [
        words[kept - 1].end()
        for kept in range(fewest, most + 1)
        if _goes_on(words[kept - 1][0], text[words[kept - 1].end() : words[kept].start()])
    ]
    if not cuts:
        return None
    end = random.Random(f"truncate {seed}").choice(cuts)
    return Damaged(
        text[:end], "One of the answers breaks off in the midst of a sentence.", "truncation"
    )


def _goes_on(word: str, space: str) -> bool:
    """Whether a sentence goes on after this word, on the same line."""
    bare = word.rstrip(CLOSING)
    is_end = not bare or bare[-1] in facts.SENTENCE_ENDS or bare[-1] == ":"
    return not is_end and "".join(space.splitlines()) == space


def _another(
    fact: Fact, known: list[tuple[Fact, ...]], text: str, rng: random.Random
) -> str | None:  # fmt: skip
    """A fact of the same kind that the text lacks, from the first source that has any."""
    there = text.casefold()
    for source in known:
        options = {
            other.text
            for other in source
            if other.kind == fact.kind
            and other.value != fact.value
            and other.text.casefold() not in there
        }
        if options:
            return rng.choice(sorted(options))
    return None


def _made_up(fact: Fact, rng: random.Random) -> str | None:
    """Another date or number that is written in the same way; names are not invented."""
    if fact.kind.startswith("name"):
        return None
    if fact.kind == "year":
        return _with_digit(fact.text, 2, rng)
    if fact.kind.startswith("date"):
        return _another_day(fact.text, rng)
    places = [i for i, character in enumerate(fact.text) if character.isdecimal()]
    first = next((i for i in places if unicodedata.decimal(fact.text[i])), places[0])
    return _with_digit(fact.text, first, rng)


def _another_day(date: str, rng: random.Random) -> str:
    """The day becomes one from 4 to 12, which need no other ending and fit every month."""
    days = list(re.finditer(r"(?<![0-9])[0-9]{1,2}(?![0-9])", date))
    if not days:
        year = re.search(r"[0-9]{4}", date)
        assert year is not None
        return _with_digit(date, year.start() + 2, rng)
    day = days[-1]
    new = rng.choice([number for number in range(4, 13) if number != int(day[0])])
    width = len(day[0]) if re.fullmatch(r"[0-9./-]+", date) else 1
    rest = re.sub(r"\A(st|nd|rd|th)", "th", date[day.end() :])
    return f"{date[: day.start()]}{new:0{width}}{rest}"


def _with_digit(text: str, at: int, rng: random.Random) -> str:
    """The digit at this place becomes another one of its script, not 0."""
    old = unicodedata.decimal(text[at])
    new = rng.choice([digit for digit in range(1, 10) if digit != old])
    return text[:at] + chr(ord(text[at]) + new - old) + text[at + 1 :]


def _with(text: str, fact: Fact, other: str) -> Damaged:
    return Damaged(
        text[: fact.start] + other + text[fact.end :],
        f"One of the answers says “{other}” where “{fact.text}” is right.",
        "swapped fact",
    )
