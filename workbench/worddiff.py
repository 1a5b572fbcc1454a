"""What changed between two texts, word by word (Python's difflib). It knows no screens."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

_WORDS = re.compile(r"\s+|\w+|[^\w\s]")
MOST_WORDS = 4_000  # difflib is quadratic: what is longer is compared line by line


@dataclass(frozen=True)
class Piece:
    """A stretch of text: in both, only in the old one, or only in the new one."""

    kind: Literal["same", "old", "new"]
    text: str


def word_diff(old: str, new: str) -> list[Piece]:
    """Joined without the new pieces it is `old`, without the old ones it is `new`."""
    before, after = _split(old), _split(new)
    if max(len(before), len(after)) > MOST_WORDS:
        before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    found: list[Piece] = []
    for tag, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            found.append(Piece("same", "".join(before[a:b])))
            continue
        if b > a:
            found.append(Piece("old", "".join(before[a:b])))
        if d > c:
            found.append(Piece("new", "".join(after[c:d])))
    return found


def as_text(pieces: list[Piece]) -> str:
    """For a terminal: [-old-] and {+new+}, as `git diff --word-diff` writes them."""
    marks = {"same": ("", ""), "old": ("[-", "-]"), "new": ("{+", "+}")}
    return "".join(f"{marks[p.kind][0]}{p.text}{marks[p.kind][1]}" for p in pieces)


def _split(text: str) -> list[str]:
    return _WORDS.findall(text)
