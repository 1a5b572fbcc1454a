"""Facts in a text that another one can stand in for: dates, numbers, proper names.

Found by how they are written, in any script that has digits or capitals; code and addresses are
passed over. It knows nothing of what is true.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

MONTHS = (
    "January|February|March|April|May|June|July|August|September|October|November|December"
    "|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec"
)
TITLES = {"Dr", "Mr", "Mrs", "Ms", "Prof", "St"}
LONGEST_NAME = 4  # capitals for longer than this are a heading
LOOK_BACK = 40

_UNTOUCHED = re.compile(
    r"^[ \t>]*(?P<fence>`{3,}|~{3,}).*?(?:^[ \t>]*(?P=fence)|\Z)"
    r"|`[^`\n]+`|https?://\S+|(?<![\w.+-])[\w.+-]+@[\w.-]+",
    re.MULTILINE | re.DOTALL,
)
_DAY = r"[0-9]{1,2}(?:st|nd|rd|th)?"
_DATE = re.compile(
    r"(?<![0-9A-Za-z_/.-])(?:"
    r"(?P<year_month_day>[0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"|(?P<slashes>[0-9]{1,2}/[0-9]{1,2}/(?:[0-9]{4}|[0-9]{2}))"
    r"|(?P<dots>[0-9]{1,2}\.[0-9]{1,2}\.(?:[0-9]{4}|[0-9]{2}))"
    rf"|(?P<day_month_year>{_DAY} (?:{MONTHS}),? [0-9]{{4}})"
    rf"|(?P<day_month>{_DAY} (?:{MONTHS}))"
    rf"|(?P<month_day_year>(?:{MONTHS})\.? {_DAY},? [0-9]{{4}})"
    rf"|(?P<month_year>(?:{MONTHS}) [0-9]{{4}})"
    rf"|(?P<month_day>(?:{MONTHS})\.? {_DAY})"
    r")(?![0-9A-Za-z_/-]|\.[0-9])"
)
_NUMBER = re.compile(
    r"\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?!\d)(?:[.,]\d+)?|\d+(?:[.,'’\u00a0\u202f]\d+)*"
)
_UNIT = re.compile(
    r"[ \u00a0\u202f]?(%|‰|°[CF]?|[€$£¥]|km/h|[kcm]?m|k?g|mg|m?l)(?![^\W_])"
)  # fmt: skip
_CURRENCY = re.compile(r"([€$£¥])[ \u00a0\u202f]?\Z")
_ORDINAL = re.compile(r"[.)](?:\s|\Z)")
_LINE_START = re.compile(r"[\s>#*+•|–-]*(?:\d+[.)]\s+)?[\s*_\"'“‘«„(\[]*")
_LETTERS = r"(?:[^\W\d_][\u0300-\u036f]*)+"
_WORD = re.compile(rf"{_LETTERS}(?:['’‐-]{_LETTERS})*")
_ALONE = re.compile(r"[ \t]*(?:[.,;!?)\n]|\Z)")
_OPENING = " \t\u00a0\"'“”‘’«»„([{*_"
SENTENCE_ENDS = ".!?…;。！？؟।"


@dataclass(frozen=True)
class Fact:
    """`text[start:end]`. Facts of one `kind` can stand for each other; the same `value` says the
    same, however it is written.
    """

    start: int
    end: int
    text: str
    kind: str
    value: str


@lru_cache(maxsize=16)  # many answers borrow from the same texts
def find(text: str) -> tuple[Fact, ...]:
    """The facts of a text in their order; no two overlap."""
    taken = bytearray(len(text))
    for match in _UNTOUCHED.finditer(text):
        taken[match.start() : match.end()] = b"x" * len(match[0])
    found: list[Fact] = []
    for kind in (_dates, _numbers, _names):
        for fact in kind(text):
            if not any(taken[fact.start : fact.end]):
                taken[fact.start : fact.end] = b"x" * len(fact.text)
                found.append(fact)
    return tuple(sorted(found, key=lambda fact: fact.start))


def _dates(text: str) -> Iterator[Fact]:
    for match in _DATE.finditer(text):
        parts = re.findall(r"[0-9]+|[a-z]{3,}", match[0].lower())
        value = " ".join(part.lstrip("0")[:4] if part.isdigit() else part[:3] for part in parts)
        yield Fact(*match.span(), match[0], f"date: {match.lastgroup}", value)


def _numbers(text: str) -> Iterator[Fact]:
    for match in _NUMBER.finditer(text):
        before, after = text[max(0, match.start() - LOOK_BACK) : match.start()], match.end()
        unit = _UNIT.match(text, after)
        if _is_joined(before[-1:], text[after : after + 2], has_unit=unit is not None):
            continue
        if _ORDINAL.match(text, after) and not before.rpartition("\n")[2].strip(" \t>#*"):
            continue
        digits = "".join(str(unicodedata.decimal(c)) for c in match[0] if c.isdecimal())
        currency = _CURRENCY.search(before)
        symbol = unit[1] if unit else currency[1] if currency else ""
        is_year = not symbol and len(match[0]) == len(digits) == 4 and "1000" <= digits < "2200"
        kind = "year" if is_year else f"number {symbol}".strip()
        yield Fact(*match.span(), match[0], kind, digits.strip("0"))


def _is_joined(before: str, after: str, *, has_unit: bool) -> bool:
    """Whether a number is part of something else: a name, a range, a time, a fraction."""
    if before and (before in "-−–/:@#.,+'’" or _is_word(before)):
        return True
    if not after or has_unit:
        return False
    return _is_word(after[0]) or (after[0] in "-−–/:@'’" and after[1:].isalnum())


def _is_word(character: str) -> bool:
    """Scripts without capitals put numbers right beside their words."""
    cased = character.lower() != character.upper()
    return cased or character.isdecimal() or character == "_"


def _names(text: str) -> Iterator[Fact]:
    """Runs of capitalised words, without the first word of a sentence."""
    for run in _runs(text):
        start, end = run[0].start(), run[-1].end()
        if _begins_sentence(text, start, end):
            run = run[1:]
        if not 1 <= len(run) <= LONGEST_NAME:
            continue
        start, end = run[0].start(), run[-1].end()
        if text[end - 2 : end] in ("'s", "’s"):
            end -= 2
        name = text[start:end]
        kind = f"name of {len(run)}" + (", all capitals" if name.isupper() else "")
        yield Fact(start, end, name, kind, name.casefold())


def _runs(text: str) -> Iterator[list[re.Match[str]]]:
    """Capitalised words with single spaces between them."""
    words = list(_WORD.finditer(text))
    common = {word[0] for word in words if word[0].islower()}
    run: list[re.Match[str]] = []
    for word in words:
        capital = _is_capitalised(text, word) and word[0].lower() not in common
        if run and not (capital and text[run[-1].end() : word.start()] in (" ", "\u00a0")):
            yield run
            run = []
        if capital:
            run.append(word)
    if run:
        yield run


def _is_capitalised(text: str, word: re.Match[str]) -> bool:
    """“I’m” and “v2.Beta” are no names, nor are “Dr” and the “GPT” of “GPT4”."""
    if word[0] in TITLES:
        return False
    first, _, rest = word[0].replace("’", "'").partition("'")
    if not word[0][0].isupper() or len(word[0]) < 2 or (len(first) == 1 and rest[:1].islower()):
        return False
    before = text[max(0, word.start() - 1) : word.start()]
    after = text[word.end() : word.end() + 2]
    if before and (before.isalnum() or before in "_@#/\\.-"):
        return False
    is_joined = after[:1].isalnum() or after[:1] in ("_", "@")
    return not (is_joined or (after[:1] == "-" and after[1:].isdecimal()))


def _begins_sentence(text: str, start: int, end: int) -> bool:
    """After a colon a sentence may begin, or a name may stand alone."""
    begin = max(0, start - LOOK_BACK)
    before = text[begin:start]
    line = before.rpartition("\n")[2]
    if (begin == 0 or "\n" in before) and _LINE_START.fullmatch(line):
        return True
    said = before.rstrip(_OPENING)
    if said.endswith(":"):
        return not _ALONE.match(text, end)
    return not said or said[-1] in SENTENCE_ENDS
