"""Agreement on tagged spans by character, reckoned over the runs between their ends.

Between two neighbouring ends all characters are alike, so a run stands for all of its characters;
texts of any length cost as much as they have spans. Offsets are code points.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from workbench.stats.agreement import NOTHING, Estimate, alpha
from workbench.stats.arrays import Floats

Span = tuple[int, int]


@dataclass(frozen=True)
class Document:
    """A text of `length` characters, and what each of its reviewers tagged: [start, end)."""

    length: int
    tagged: Sequence[Sequence[Span]]


def span_alpha(documents: Sequence[Document]) -> Estimate:
    """Krippendorff's nominal α of tagged or not, every character an item, a document a group."""
    runs = [_runs(document) for document in documents]
    if not runs:
        return NOTHING
    counts = np.concatenate([_votes(inside) for _, inside in runs])
    weights = np.concatenate([lengths for lengths, _ in runs])
    groups = np.repeat(np.arange(len(runs)), [len(lengths) for lengths, _ in runs])
    return alpha(counts, weights=weights, groups=groups)


def span_f1(documents: Sequence[Document]) -> float | None:
    """The F1 of two reviewers' tagged characters, averaged over all pairs of reviewers of a
    document of which at least one tagged something; None where there is no such pair.
    """
    found = [f1 for document in documents for f1 in _pairwise(document)]
    return sum(found) / len(found) if found else None


def _runs(document: Document) -> tuple[Floats, Floats]:
    """Lengths of the runs, and reviewers × runs: 1 where the reviewer tagged the run."""
    ends = {end for spans in document.tagged for span in spans for end in span}
    edges = np.array(sorted({0, document.length} | ends))
    steps = np.zeros((len(document.tagged), len(edges)))
    for reviewer, spans in enumerate(document.tagged):
        for start, end in spans:
            steps[reviewer, np.searchsorted(edges, start)] += 1
            steps[reviewer, np.searchsorted(edges, end)] -= 1
    inside = (steps.cumsum(axis=1)[:, :-1] > 0).astype(float)
    return np.diff(edges).astype(float), inside


def _votes(inside: Floats) -> Floats:
    """Runs × (untagged, tagged)."""
    tagged = inside.sum(axis=0)
    votes: Floats = np.stack([len(inside) - tagged, tagged], axis=1)
    return votes


def _pairwise(document: Document) -> list[float]:
    lengths, inside = _runs(document)
    sizes, shared = inside @ lengths, (inside * lengths) @ inside.T
    return [
        float(2 * shared[a, b] / (sizes[a] + sizes[b]))
        for a, b in combinations(range(len(sizes)), 2)
        if sizes[a] + sizes[b] > 0
    ]
