"""The kinds of checks: each is a frozen set of settings and one pure question about an answer.

`Finding.passed` is None where a check has nothing to say: no reference, or no end in time. They
know texts, and nothing of variants or of where results are kept.
"""

import json
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, Protocol, get_args

import regex
from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError, best_match
from referencing import Registry
from referencing.exceptions import Unresolvable

from workbench.checking.identity import leaks
from workbench.checking.refusals import refusal
from workbench.errors import InvalidInput
from workbench.importing.near_duplicates import shingles

LONGEST = 50_000  # characters of an answer that a pattern or a schema looks at
SECONDS = 1.0  # for one pattern on one answer
QUOTED = 80  # characters of an answer in a note
Unit = Literal["characters", "words"]


@dataclass(frozen=True)
class Finding:
    """`note` says why, in a few words."""

    passed: bool | None
    note: str = ""


@dataclass(frozen=True)
class Case:
    """An answer, one text a turn; `others` are the last texts of the other answers to the same
    prompt, `names` those of the project's models.
    """

    texts: tuple[str, ...]
    asked: str = ""
    reference: str | None = None
    others: tuple[str, ...] = ()
    names: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        return self.texts[-1]


class Kind(Protocol):
    """What every kind can do; `check` raises InvalidInput for settings that cannot be used."""

    def check(self) -> None: ...

    def find(self, case: Case) -> Finding: ...


NO_REFERENCE = Finding(None, "the prompt has no reference")


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
        return Finding((found is not None) != self.absent, _quote(found.group()) if found else "")


@dataclass(frozen=True)
class JsonSchema:
    """The answer is JSON that a schema (draft 2020-12) allows; it may stand in a ```json fence."""

    schema: Any

    FENCE: ClassVar[regex.Pattern[str]] = regex.compile(r"\A\s*```(?:json)?\s*\n(.*)\n\s*```\s*\Z",
                                                        regex.DOTALL)  # fmt: skip

    def check(self) -> None:
        try:
            Draft202012Validator.check_schema(self.schema)
        except SchemaError as error:
            raise InvalidInput(
                f"This is no JSON schema: {error.message}.",
                field="schema",
                remedy="See json-schema.org; {} allows any JSON.",
            ) from error

    def find(self, case: Case) -> Finding:
        text = case.text[: LONGEST + 1]
        if len(text) > LONGEST:
            return Finding(False, f"longer than {LONGEST} characters")
        fenced = self.FENCE.match(text)
        try:
            said = json.loads(fenced.group(1) if fenced else text)
        except (ValueError, RecursionError) as error:
            return Finding(False, f"no JSON: {_quote(str(error))}")
        return self._fits(said)

    def _fits(self, said: Any) -> Finding:
        """Nothing is fetched: a schema knows itself alone."""
        validator = Draft202012Validator(self.schema, registry=Registry())
        try:
            wrong = best_match(validator.iter_errors(said))
        except (Unresolvable, RecursionError) as error:
            return Finding(None, f"the schema cannot be followed: {_quote(str(error))}")
        return Finding(wrong is None, _quote(wrong.message) if wrong else "")


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
            raise InvalidInput("A length needs a bound.", field="least", remedy="Or give `most`.")
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
        return Finding(found is None, _quote(found) if found else "")


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
                return Finding(False, _quote(text[start:end]))
        return Finding(True)


def _jaccard(first: frozenset[str], second: frozenset[str]) -> float:
    return len(first & second) / len(first | second)


def _quote(text: str) -> str:
    return text if len(text) <= QUOTED else text[: QUOTED - 1] + "…"
