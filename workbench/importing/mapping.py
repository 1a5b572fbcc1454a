"""Which of a file's columns is read as what: `NAME=COLUMN`, a column within another by dots, or
`NAME=` for one that is left aside.

A name is any column that a format reads (`prompt`, `chosen`, `rating:helpfulness` …), so that a
file with other names for the same things is read as a format that is known.
"""

import difflib
import re
from collections.abc import Iterable
from typing import Any

from workbench.errors import InvalidInput
from workbench.importing.answer_rows import RATING
from workbench.importing.formats import FORMATS, PROMPT_COLUMNS

Row = dict[str, Any]
LIKELY = {
    "prompt": ("question", "instruction", "query", "input"),
    "completion": ("answer", "response", "output"),
    "chosen": ("better", "preferred", "answer_good", "response_chosen"),
    "rejected": ("worse", "answer_bad", "response_rejected"),
    "response_a": ("answer_a", "left", "answer1", "response1"),
    "response_b": ("answer_b", "right", "answer2", "response2"),
    "winner": ("preference", "choice", "verdict"),
    "variant": ("model",),
    "label": ("good", "rating"),
    "id": ("prompt_id",),
}
NAMES = tuple(
    dict.fromkeys([*(name for f in FORMATS.values() for name in f.columns), *PROMPT_COLUMNS,
                   "safer_response_id"])
)  # fmt: skip


def from_words(words: Iterable[str]) -> dict[str, str]:
    """Of `NAME=COLUMN` each; without a column the name is left aside. Raises InvalidInput."""
    found: dict[str, str] = {}
    for word in words:
        name, equals, column = (part.strip() for part in word.partition("="))
        if not equals or not name:
            raise InvalidInput(f"“{word}” is not NAME=COLUMN.", field="map")
        check(name)
        found[name] = column
    return found


def check(name: str) -> None:
    """Raises InvalidInput for what no format reads."""
    if name not in NAMES and not (name.startswith(RATING) and name != RATING):
        raise InvalidInput(
            f"Nothing is read as “{name}”.",
            field="map",
            remedy=_names_like(name),
        )


def _names_like(name: str) -> str:
    if close := difflib.get_close_matches(name, NAMES):
        return f"Did you mean {' or '.join(close)}?"
    usual = ", ".join(FORMATS["preference"].columns)
    return f"Of pairs the names are {usual}; docs/importing.md lists those of each format."


def apply(row: Row, columns: dict[str, str]) -> Row:
    """The row as if its columns had these names; what is mapped no longer has its old one. What is
    missing, or has no column, says nothing.
    """
    if not columns:
        return row
    taken = set(columns.values())
    left = {name: value for name, value in row.items() if name not in taken | columns.keys()}
    given = {name: _value(row, column) for name, column in columns.items()}
    return left | {name: value for name, value in given.items() if value is not None}


def _value(row: Row, column: str) -> Any:
    """`data.question`: the value at `question` in the object at `data`."""
    if column in row:
        return row[column]
    value: Any = row
    for part in column.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return value


def check_columns(columns: dict[str, str], known: Iterable[str]) -> None:
    """Raises InvalidInput for a column that none of the file's rows has."""
    found = list(known)
    for name, column in columns.items():
        if found and column and column not in found and column.split(".")[0] not in found:
            raise InvalidInput(
                f"There is no column “{column}” to read as “{name}”.",
                field="map",
                remedy=f"The file has {', '.join(found)}.",
            )


def guess(name: str, columns: Iterable[str]) -> str | None:
    """The column that is likely meant: the one of this name, or of one that often stands for it, or
    one that begins or ends with such a word (“Better reply” for `chosen`), if it is no id.
    """
    given = list(columns)
    by_lower = {column.lower(): column for column in reversed(given)}
    likely = (name, *LIKELY.get(name, ()))
    same = next((by_lower[word] for word in likely if word in by_lower), None)
    return same or next((one for word in likely for one in given if _about(word, one)), None)


def _about(word: str, column: str) -> bool:
    words = [part for part in re.split(r"[\W_]+", column.lower()) if part]
    if not words or (words[-1] == "id" and word != "id"):
        return False
    return word in (words[0], words[-1])
