"""A file checked as a whole before anything is stored: its good rows, and its bad ones by line.

It knows that a row is parsed by a function, and nothing of what the rows mean.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from workbench.errors import InvalidInput
from workbench.importing.fields import BadShape
from workbench.importing.readers import BadRow, read

T = TypeVar("T")
SHOWN_BAD_ROWS = 20


def check_rows(path: Path, parse: Callable[[dict[str, Any]], T]) -> tuple[list[T], list[BadRow]]:
    """Every row that can be used, and every one that can't with the reason.

    `parse` raises BadShape. Raises InvalidInput for a file that can't be read at all.
    """
    rows: list[T] = []
    bad: list[BadRow] = []
    for line, row in read(path):
        try:
            if isinstance(row, BadRow):
                bad.append(row)
                continue
            rows.append(parse(row))
        except BadShape as problem:
            bad.append(BadRow(line, str(problem)))
    return rows, bad


def refuse(path: Path, rows: int, bad: list[BadRow]) -> None:
    """Raises InvalidInput that names line and reason of the bad rows; `rows` is how many can be
    used.
    """
    raise InvalidInput(
        f"{path.name}: {len(bad)} of {rows + len(bad)} rows cannot be used;"
        f" nothing was imported.\n{_listed(path.name, bad)}",
        field="file",
        remedy="Mend them, or import the rest with --skip-bad.",
    )


def _listed(name: str, bad: list[BadRow]) -> str:
    lines = [f"  {name}:{row.line}: {row.reason}" for row in bad[:SHOWN_BAD_ROWS]]
    more = len(bad) - SHOWN_BAD_ROWS
    return "\n".join([*lines, f"  and {more} more"] if more > 0 else lines)
