"""How long answers are, for a sample of the work: what length bias and pace are measured by.

A sample is enough, and reading every text of a million judgements would take longer than all
else. It knows sizes and variants, no texts.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from workbench.quality.votes import FIRST, NONE, SECOND, Items, Votes
from workbench.stats.arrays import Floats, Ints

CLEARLY = 1.1  # so many times as long is clearly longer


@dataclass(frozen=True)
class Lengths:
    """By place in a project's items, for those of the sample: bytes and variant of the answer of
    the lower id and of the higher one; 0 elsewhere.
    """

    sizes: Floats
    variants: Ints

    def longer(self, votes: Votes) -> Ints:
        """For each vote which answer is clearly longer; NONE where neither is, or unknown."""
        low, high = self.sizes[votes.items].T
        longer = np.where(high > CLEARLY * low, SECOND, np.where(low > CLEARLY * high, FIRST, NONE))
        return np.where((low > 0) & (high > 0), longer, NONE)

    def read(self, votes: Votes) -> Floats:
        """How much there was to read for each vote, in bytes; 0 where unknown."""
        read: Floats = self.sizes[votes.items].sum(axis=1)
        return read


def load(about: Items, flat: Iterator[int]) -> Lengths:
    """`flat`: comparison, completion, variant and size of each sampled answer, on end."""
    rows = np.fromiter(flat, np.int64).reshape(-1, 4)
    rows = rows[np.lexsort((rows[:, 1], rows[:, 0]))]
    comparisons, first, count = np.unique(rows[:, 0], return_index=True, return_counts=True)
    pairs = first[count == 2]
    plain = about.ids[: len(about.ids) - len(about.ranked)]
    places = np.searchsorted(plain, comparisons[count == 2])
    sizes = np.zeros((len(about), 2))
    variants = np.zeros((len(about), 2), np.int64)
    for side in (0, 1):
        sizes[places, side] = rows[pairs + side, 3]
        variants[places, side] = rows[pairs + side, 2]
    return Lengths(sizes, variants)
