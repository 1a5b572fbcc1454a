"""Near-duplicate prompts: 5-character shingles, Jaccard similarity, clusters of the alike.

Knows texts and nothing of splits or stores.
"""

from collections.abc import Sequence

from SetSimilaritySearch import all_pairs

SHINGLE = 5


def shingles(text: str) -> frozenset[str]:
    """The 5-character windows of a text in lower case with single spaces."""
    plain = " ".join(text.lower().split())
    return frozenset(plain[i : i + SHINGLE] for i in range(max(1, len(plain) - SHINGLE + 1)))


def near_pairs(texts: Sequence[str], threshold: float) -> list[tuple[int, int]]:
    """The places (i, j), i < j, of all texts at least `threshold` alike, ordered by j, then i.

    Exact: Bayardo, Ma, Srikant, "Scaling up all pairs similarity search", WWW 2007.
    """
    if not texts:
        return []
    found = all_pairs([shingles(text) for text in texts], "jaccard", threshold)
    return [(int(i), int(j)) for j, i in sorted((j, i) for j, i, _ in found)]


def clusters(count: int, pairs: Sequence[tuple[int, int]]) -> list[int]:
    """For each place the first place of its cluster: the connected components."""
    root = list(range(count))

    def find(i: int) -> int:
        while root[i] != i:
            root[i] = root[root[i]]
            i = root[i]
        return i

    for i, j in pairs:
        a, b = sorted((find(i), find(j)))
        root[b] = a
    return [find(i) for i in range(count)]
