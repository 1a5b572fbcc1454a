"""The arrays that statistics are reckoned over, and the table that most of them begin with."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating[Any]]
Ints = NDArray[np.integer[Any]]
Truths = NDArray[np.bool_]


def table(items: Ints, categories: Ints, shape: tuple[int, int]) -> Floats:
    """The table of votes: `items[i]` got `categories[i]`; both are codes from 0."""
    flat = np.bincount(
        items.astype(np.int64) * shape[1] + categories, minlength=shape[0] * shape[1]
    )
    return flat.reshape(shape).astype(float)
