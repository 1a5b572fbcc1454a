"""Covariances that stay honest where votes share a prompt.

Votes on one prompt are not independent: a prompt that suits a system suits it in each of them. The
sandwich adds up each cluster's pull before it squares: K.-Y. Liang and S. Zeger, "Longitudinal data
analysis using generalized linear models", Biometrika 73, 1986.
"""

from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_array

from workbench.stats.arrays import Floats, Ints

DENSE = 2**23  # a table of so many cells, 64 MiB, is faster than a sparse one and still small


def meat(pulls: Sequence[tuple[Floats, Ints]], clusters: Ints, size: int) -> Floats:
    """The sum over clusters of each one's total pull, squared: `size` × `size`.

    Vote k, of cluster `clusters[k]` (a code from 0), pulls with `scores[k]` at the parameter
    `at[k]`, for each (scores, at) of `pulls`.
    """
    counts = np.bincount(clusters)
    base, cells = clusters * size, len(counts) * size
    if cells <= DENSE:
        flat = np.zeros(cells)
        for scores, at in pulls:
            flat += np.bincount(base + at, scores, minlength=cells)
        squared = flat.reshape(-1, size).T @ flat.reshape(-1, size)
    else:
        every, places = (np.concatenate(column) for column in zip(*pulls, strict=True))
        rows = np.tile(clusters, len(pulls))
        sparse = csr_array((every, (rows, places)), shape=(len(counts), size))
        squared = (sparse.T @ sparse).toarray()
    seen = int(np.count_nonzero(counts))
    whole: Floats = squared * (seen / max(1, seen - 1))
    return whole


def sandwich(bread: Floats, filling: Floats) -> Floats:
    """bread · filling · bread, but in no direction surer than `bread`, the covariance of
    independent votes: few clusters, or a system that only wins, leave no residuals to learn from.
    """
    root = np.linalg.cholesky(bread)
    spreads, directions = np.linalg.eigh(root.T @ filling @ root)
    half = root @ directions
    covariance: Floats = (half * np.maximum(spreads, 1.0)) @ half.T
    return covariance
