"""The rows of a written version in other files beside the JSON lines: a spreadsheet's CSV, one
SQLite file, one JSON list. Each is made of the lines row by row, so that memory stays flat.

A cell of CSV that a spreadsheet would take for a formula gets a ' before it, as
https://owasp.org/www-community/attacks/CSV_Injection says; a number is no formula.
"""

import csv
import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, Literal, get_args

import pyarrow as pa

from workbench.errors import InvalidInput
from workbench.exporting.format import Format
from workbench.store.database import dumps
from workbench.store.sqlite import Database

Container = Literal["csv", "sqlite"]
CONTAINERS: tuple[Container, ...] = get_args(Container)
PARTS = ("train", "test")
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a formula begins with
Json = dict[str, Any]


def check(also: tuple[str, ...]) -> None:
    """Raises InvalidInput for a container that there is not."""
    if unknown := sorted(set(also) - set(CONTAINERS)):
        raise InvalidInput(
            f"There is no container {unknown[0]}.",
            field="as",
            remedy=f"It may be {' or '.join(CONTAINERS)}; JSON lines and Parquet are always there.",
        )


def add(folder: Path, format_: Format, also: tuple[str, ...], manifest: Json) -> None:
    """Beside the JSON lines of the folder."""
    for part in PARTS:
        lines = folder / f"{part}.jsonl"
        if "csv" in also:
            to_csv(lines, folder / f"{part}.csv", format_.schema.names)
        if format_.listed:
            to_list(lines, folder / f"{part}.json")
    if "sqlite" in also:
        to_sqlite(folder, folder / "dataset.sqlite", format_.schema, manifest)


def to_csv(lines: Path, path: Path, columns: list[str]) -> None:
    """With a header; lists and objects as JSON text, nothing for null."""
    with open(path, "w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, quoting=csv.QUOTE_NONNUMERIC)
        out.writerow([_safe(name) for name in columns])
        out.writerows([_cell(row.get(name)) for name in columns] for row in _rows(lines))


def _cell(value: Any) -> Any:
    if isinstance(value, str):
        return _safe(value)
    if value is None or isinstance(value, int | float):
        return dumps(value) if isinstance(value, bool) else value
    return dumps(value)


def _safe(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA) else text


def to_list(lines: Path, path: Path) -> None:
    """One JSON list of the rows."""
    with open(lines, "rb") as source, open(path, "wb") as file:
        file.write(b"[")
        for number, line in enumerate(source):
            file.write((b",\n" if number else b"\n") + line.rstrip(b"\n"))
        file.write(b"\n]\n")


def to_sqlite(folder: Path, path: Path, schema: pa.Schema, manifest: Json) -> None:
    """One file with the tables train, test, lineage and manifest; lists and objects as JSON text.
    It has no journal beside it.
    """
    db = Database(path)
    with closing(db.conn), db.atomic():
        for part in PARTS:
            names = schema.names
            rows = (
                {name: row.get(name) for name in names} for row in _rows(folder / f"{part}.jsonl")
            )
            _table(db, part, {field.name: _type(field.type) for field in schema}, rows)
        behind = (
            {"pair_id": row["pair_id"], "part": row["part"], "line": dumps(row)}
            for row in _rows(folder / "lineage.jsonl")
        )
        _table(db, "lineage", {"pair_id": str, "part": str, "line": str}, behind)
        said = ({"name": name, "value": dumps(value)} for name, value in sorted(manifest.items()))
        _table(db, "manifest", {"name": str, "value": str}, said)


def _table(db: Database, name: str, columns: dict[str, type], rows: Iterator[Json]) -> None:
    db.table(name).create(columns)
    db.table(name).insert_all(rows)


def _type(kind: pa.DataType) -> type:
    if pa.types.is_floating(kind):
        return float
    return int if pa.types.is_integer(kind) or pa.types.is_boolean(kind) else str


def _rows(lines: Path) -> Iterator[Json]:
    with open(lines, "rb") as file:
        for line in file:
            yield json.loads(line)
