"""What became different between two dataset versions: rows by their pair_id, and what each
declares. It reads the folders, and nothing else.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.errors import InvalidInput
from workbench.store.datasets import DatasetVersion

ID = slice(12, 28)  # where a line of lineage has its pair_id
EXAMPLES = 5
Ids = NDArray[np.bytes_]


@dataclass(frozen=True)
class Diff:
    """Rows that only the first or only the second has, with some of their ids; how many both have;
    and by name what they declare differently, first and second.
    """

    removed: int
    added: int
    kept: int
    some_removed: tuple[str, ...]
    some_added: tuple[str, ...]
    declared: dict[str, tuple[Any, Any]]


def diff(first: DatasetVersion, second: DatasetVersion) -> Diff:
    """Raises InvalidInput where a folder is gone."""
    before, after = _ids(first), _ids(second)
    removed, added = np.setdiff1d(before, after), np.setdiff1d(after, before)
    return Diff(
        removed=len(removed),
        added=len(added),
        kept=len(after) - len(added),
        some_removed=_some(removed),
        some_added=_some(added),
        declared=_declared(first.manifest, second.manifest),
    )


def _ids(version: DatasetVersion) -> Ids:
    path = Path(version.folder) / "lineage.jsonl"
    try:
        with open(path, "rb") as file:
            return np.unique(np.fromiter((line[ID] for line in file), "S16"))
    except OSError as error:
        raise InvalidInput(
            f"The rows of {version.name} cannot be read: {error.strerror}.",
            field="version",
            remedy="Restore its folder from a backup.",
        ) from error


def _some(ids: Ids) -> tuple[str, ...]:
    return tuple(one.decode() for one in ids[:EXAMPLES].tolist())


def _declared(first: dict[str, Any], second: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Filters one by one; of the rest, what makes rows differ."""
    found = {
        name: (first.get(name), second.get(name))
        for name in ("format", "guidelines_version", "code_version")
    }
    names = sorted({*first["filters"], *second["filters"]})
    found |= {
        f"filters.{name}": (first["filters"].get(name), second["filters"].get(name))
        for name in names
    }
    return {name: pair for name, pair in found.items() if pair[0] != pair[1]}
