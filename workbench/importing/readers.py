"""Files as numbered rows: JSON lines, or one JSON list. It knows nothing of what a row means."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workbench.errors import InvalidInput


@dataclass(frozen=True)
class BadRow:
    """`line` counts from 1; in a JSON list it is the number of the entry."""

    line: int
    reason: str


def read(path: Path) -> Iterator[tuple[int, dict[str, Any] | BadRow]]:
    """Yields (line, row). Raises InvalidInput for a file that can't be read at all."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise InvalidInput(f"{path} cannot be read: {error.strerror}.", field="file") from error
    except UnicodeDecodeError as error:
        raise InvalidInput(
            f"{path.name} is not UTF-8 text (byte {error.start}).",
            field="file",
            remedy="Save it as UTF-8.",
        ) from error
    if path.suffix.lower() not in (".json", ".jsonl"):
        raise InvalidInput(
            f"{path.name} is neither .jsonl nor .json.",
            field="file",
            remedy="Give JSON lines, or one JSON list of objects.",
        )
    entries = _list(path, text) if path.suffix.lower() == ".json" else _lines(text)
    for line, row in entries:
        if isinstance(row, dict | BadRow):
            yield line, row
        else:
            yield line, BadRow(line, f"an object was expected, not {type(row).__name__}")


def _lines(text: str) -> Iterator[tuple[int, Any]]:
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            yield number, json.loads(line)
        except json.JSONDecodeError as error:
            place = f"at character {error.pos + 1}"
            yield number, BadRow(number, f"not valid JSON {place}: {_said(error)}")


def _list(path: Path, text: str) -> Iterator[tuple[int, Any]]:
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        raise InvalidInput(
            f"{path.name}, line {error.lineno}: not valid JSON: {_said(error)}.", field="file"
        ) from error
    if not isinstance(value, list):
        raise InvalidInput(f"{path.name}: a list of objects was expected.", field="file")
    yield from enumerate(value, start=1)


def _said(error: json.JSONDecodeError) -> str:
    """“Unterminated string starting at” wants a place, which is named before it."""
    return error.msg.removesuffix(" starting at").lower()
