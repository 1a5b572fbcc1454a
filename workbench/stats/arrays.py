"""The arrays that statistics are reckoned over, and the table that most of them begin with."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating[Any]]
Ints = NDArray[np.integer[Any]]
Truths = NDArray[np.bool_]
EXACT = 2**53  # below it a float holds every whole number


def table(items: Ints, categories: Ints, shape: tuple[int, int]) -> Floats:
    """The table of votes: `items[i]` got `categories[i]`; both are codes from 0."""
    flat = np.bincount(
        items.astype(np.int64) * shape[1] + categories, minlength=shape[0] * shape[1]
    )
    return flat.reshape(shape).astype(float)


def by_id(flat: Iterable[int]) -> Ints:
    """Of (id, number) on end: each number at the place of its id, -1 elsewhere and at the end."""
    pairs = np.fromiter(flat, np.int32).reshape(-1, 2)
    found = np.full(int(pairs[:, 0].max(initial=0)) + 2, -1, np.int32)
    found[pairs[:, 0]] = pairs[:, 1]
    return found


def distinct(counts: Floats) -> tuple[Floats, Floats]:
    """The different rows of a table of votes, and how often each is there: of a million items
    few differ.
    """
    base, columns = int(counts.max(initial=0)) + 1, counts.shape[1]
    if base**columns >= EXACT:
        rows, times = np.unique(counts, axis=0, return_counts=True)
        return rows, times.astype(float)
    keys = counts @ float(base) ** np.arange(columns)
    _, first, times = np.unique(keys, return_index=True, return_counts=True)
    return counts[first], times.astype(float)
