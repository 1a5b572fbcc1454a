"""The kinds of checks: each is a frozen set of settings and one pure question about an answer.

`Finding.passed` is None where a check has nothing to say: no reference, or no end in time. They
know texts, and nothing of variants or of where results are kept.
"""

from dataclasses import dataclass
from typing import Literal, get_args

import regex

from workbench.checking.case import LONGEST, Case, Finding, quote
from workbench.checking.identity import leaks
from workbench.checking.refusals import refusal
from workbench.errors import InvalidInput
from workbench.importing.near_duplicates import shingles

SECONDS = 1.0  # for one pattern on one answer
NO_REFERENCE = Finding(None, "the prompt has no reference")
Unit = Literal["characters", "words"]


def _plain(text: str, *, ignore_case: bool, exact_space: bool) -> str:
    text = text if exact_space else " ".join(text.split())
    return text.casefold() if ignore_case else text


@dataclass(frozen=True)
class Exact:
    """The answer is the prompt's reference."""

    ignore_case: bool = False
    exact_space: bool = False

    def check(self) -> None:
        pass

    def find(self, case: Case) -> Finding:
        if case.reference is None:
            return NO_REFERENCE
        how = {"ignore_case": self.ignore_case, "exact_space": self.exact_space}
        return Finding(_plain(case.text, **how) == _plain(case.reference, **how))


@dataclass(frozen=True)
class Contains:
    """The answer contains a text, or the prompt's reference where none is given; with `absent`, it
    does not.
    """

    text: str | None = None
    absent: bool = False
    ignore_case: bool = True

    def check(self) -> None:
        if self.text is not None and not self.text.strip():
            raise InvalidInput(
                "An empty text is in every answer.",
                field="text",
                remedy="Give some text, or none to look for the prompt's reference.",
            )

    def find(self, case: Case) -> Finding:
        wanted = case.reference if self.text is None else self.text
        if not wanted:
            return NO_REFERENCE
        how = {"ignore_case": self.ignore_case, "exact_space": False}
        return Finding((_plain(wanted, **how) in _plain(case.text, **how)) != self.absent)


@dataclass(frozen=True)
class Regex:
    """A pattern is found in the answer; with `absent`, it is not. What takes longer than a second
    has no result.
    """

    pattern: str
    absent: bool = False

    def check(self) -> None:
        try:
            regex.compile(self.pattern)
        except regex.error as error:
            raise InvalidInput(
                f"“{self.pattern}” is no regular expression: {error}.",
                field="pattern",
                remedy="Write it as Python's re does; a backslash before . means a full stop.",
            ) from error

    def find(self, case: Case) -> Finding:
        try:
            found = regex.search(self.pattern, case.text[:LONGEST], timeout=SECONDS)
        except TimeoutError:
            return Finding(None, f"the pattern had no end within {SECONDS:g} s")
        return Finding((found is not None) != self.absent, quote(found.group()) if found else "")


@dataclass(frozen=True)
class Length:
    """The answer has at least so many characters or words, and at most so many."""

    least: int | None = None
    most: int | None = None
    unit: Unit = "characters"

    def check(self) -> None:
        if self.unit not in get_args(Unit):
            raise InvalidInput(
                f"“{self.unit}” is no unit.", field="unit", remedy="Use characters or words."
            )
        low, high = self.least, self.most
        if low is None and high is None:
            raise InvalidInput(
                "A length needs a bound.",
                field="least",
                remedy="Give the least, the most, or both.",
            )
        if min(low or 0, high or 0) < 0 or (high is not None and (low or 0) > high):
            raise InvalidInput(
                f"No answer is from {low or 0} to {high} {self.unit} long.",
                field="most",
                remedy="`least` must not exceed `most`.",
            )

    def find(self, case: Case) -> Finding:
        n = len(case.text) if self.unit == "characters" else len(case.text.split())
        high = self.most is None or n <= self.most
        return Finding((self.least or 0) <= n and high, f"{n} {self.unit}")


@dataclass(frozen=True)
class Refusal:
    """The answer does not refuse. `phrases` are looked for beside those that are known."""

    phrases: tuple[str, ...] = ()

    def check(self) -> None:
        if not all(phrase.strip() for phrase in self.phrases):
            raise InvalidInput(
                "An empty phrase is in every answer.", field="phrases", remedy="Leave it away."
            )

    def find(self, case: Case) -> Finding:
        found = refusal(case.text, self.phrases)
        return Finding(found is None, quote(found) if found else "")


@dataclass(frozen=True)
class NearDuplicate:
    """No other answer to the same prompt is at least so much alike: Jaccard similarity of
    5-character shingles.
    """

    threshold: float = 0.9

    def check(self) -> None:
        if not 0 < self.threshold <= 1:
            raise InvalidInput(
                f"A similarity of {self.threshold:g} is not possible.",
                field="threshold",
                remedy="Give a number above 0 and up to 1.",
            )

    def find(self, case: Case) -> Finding:
        own = shingles(case.text)
        alike = max((_jaccard(own, shingles(other)) for other in case.others), default=0.0)
        return Finding(alike < self.threshold, f"{alike:.2f} alike" if case.others else "")


@dataclass(frozen=True)
class IdentityLeak:
    """No turn of the answer names who made it or what it is called."""

    def check(self) -> None:
        pass

    def find(self, case: Case) -> Finding:
        for text in case.texts:
            for start, end in leaks(text, case.asked, case.names):
                return Finding(False, quote(text[start:end]))
        return Finding(True)


def _jaccard(first: frozenset[str], second: frozenset[str]) -> float:
    return len(first & second) / len(first | second)
