"""Files as numbered rows: JSON lines, one JSON list, CSV, TSV, Parquet, or a dataset that the
`datasets` library loads. It knows nothing of what a row means.
"""

import csv
import io
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet

from workbench.errors import InvalidInput
from workbench.importing import hub

SEPARATORS = {".csv": ",", ".tsv": "\t"}
PAGE = 1_000
SUFFIXES = (".jsonl", ".json", *SEPARATORS, ".parquet")


@dataclass(frozen=True)
class BadRow:
    """`line` counts from 1; in a JSON list and in Parquet it is the number of the row."""

    line: int
    reason: str


Numbered = Iterator[tuple[int, dict[str, Any] | BadRow]]


def file_name(path: Path) -> str:
    """What an import is listed under."""
    return str(path) if hub.is_hub(path) else path.name


def name_of(path: Path) -> str:
    """What a file is called, without its folder and its ending."""
    return hub.name_of(path) if hub.is_hub(path) else path.stem


def read(path: Path) -> Numbered:
    """Yields (line, row). Raises InvalidInput for a file that can't be read at all."""
    suffix = path.suffix.lower()
    if hub.is_hub(path):
        entries: Iterator[tuple[int, Any]] = enumerate(map(_given, hub.read(path)), start=1)
    elif suffix not in SUFFIXES:
        raise InvalidInput(
            f"{path.name} is none of {', '.join(SUFFIXES)}.",
            field="file",
            remedy="Give JSON lines, one JSON list of objects, a table, or hub:OWNER/NAME.",
        )
    elif suffix == ".parquet":
        entries = enumerate(_parquet(path), start=1)
    else:
        entries = _of_text(path, suffix, _text(path))
    for line, row in entries:
        if isinstance(row, dict | BadRow):
            yield line, row
        else:
            yield line, BadRow(line, f"an object was expected, not {type(row).__name__}")


def _text(path: Path) -> str:
    try:
        # Not read_text: it would turn each line end within a CSV's cell into another one.
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise _unreadable(path, error.strerror or str(error)) from error
    except UnicodeDecodeError as error:
        raise InvalidInput(
            f"{path.name} is not UTF-8 text (byte {error.start}).",
            field="file",
            remedy="Save it as UTF-8.",
        ) from error


def _unreadable(path: Path, reason: str) -> InvalidInput:
    return InvalidInput(f"{path} cannot be read: {reason}.", field="file")


def _of_text(path: Path, suffix: str, text: str) -> Iterator[tuple[int, Any]]:
    if suffix == ".json":
        return _list(path, text)
    return _lines(text) if suffix == ".jsonl" else _table(text, SEPARATORS[suffix])


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


def _table(text: str, separator: str) -> Iterator[tuple[int, Any]]:
    """Each row with the line that it begins on; its first line names the columns."""
    csv.field_size_limit(sys.maxsize)  # an answer may be longer than 128 KiB
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    begins, names = 1, None
    while True:
        try:
            cells = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            yield begins, BadRow(begins, f"not valid CSV: {error}")
            return
        if names is None:
            names = cells
        elif cells:
            yield begins, _row(names, cells, begins)
        begins = rows.line_num + 1


def _row(names: list[str], cells: list[str], line: int) -> dict[str, Any] | BadRow:
    """An empty cell says nothing; one that holds messages is read as such."""
    if len(cells) != len(names):
        return BadRow(line, f"{len(cells)} cells for {len(names)} columns")
    return {name: _cell(cell) for name, cell in zip(names, cells, strict=True) if cell.strip()}


def _cell(cell: str) -> Any:
    """A cell's text, or the list of messages that it holds as JSON."""
    if not cell.startswith("[{"):
        return cell
    try:
        value = json.loads(cell)
    except json.JSONDecodeError:
        return cell
    messages = all(isinstance(m, dict) and {"role", "content"} <= m.keys() for m in value)
    return value if messages else cell


def _parquet(path: Path) -> Iterator[Any]:
    try:
        with pa.parquet.ParquetFile(path) as file:
            for page in file.iter_batches(PAGE):
                yield from map(_given, page.to_pylist())
    except OSError as error:
        raise _unreadable(path, error.strerror or "it is no Parquet file") from error
    except pa.ArrowException as error:
        raise _unreadable(path, "it is no Parquet file") from error


def _given(row: dict[str, Any]) -> dict[str, Any]:
    """A table has every column in every row: what is empty is not said."""
    return {name: value for name, value in row.items() if value is not None}
