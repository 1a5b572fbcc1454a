"""Near-duplicate prompts: 5-character shingles, Jaccard similarity, clusters of the alike.

MinHash only proposes (datasketch); every proposal is checked by the exact similarity. Knows
texts and nothing of splits or stores.
"""

from collections.abc import Sequence

from datasketch import MinHash, MinHashLSH

SHINGLE = 5
PERMUTATIONS = 256
HARDLY_EVER_MISS = (0.02, 0.98)  # what a false and a missed proposal cost, in datasketch's terms


def shingles(text: str) -> frozenset[str]:
    """The 5-character windows of a text in lower case with single spaces."""
    plain = " ".join(text.lower().split())
    return frozenset(plain[i : i + SHINGLE] for i in range(max(1, len(plain) - SHINGLE + 1)))


def jaccard(a: frozenset[str], b: frozenset[str]) -> float:
    union = len(a | b)
    return len(a & b) / union if union else 1.0


def near_pairs(texts: Sequence[str], threshold: float) -> list[tuple[int, int]]:
    """The places (i, j), i < j, of all texts at least `threshold` alike, in order.

    Proposals are drawn at a lower similarity and with many bands: of pairs at a threshold of .7
    one in ten million is missed.
    """
    sets = [shingles(text) for text in texts]
    sketches = MinHash.bulk(
        [{shingle.encode() for shingle in s} for s in sets], num_perm=PERMUTATIONS
    )
    index = MinHashLSH(
        threshold=max(0.1, threshold - 0.2), num_perm=PERMUTATIONS, weights=HARDLY_EVER_MISS
    )
    found: list[tuple[int, int]] = []
    for j, sketch in enumerate(sketches):
        proposed = sorted(index.query(sketch))
        found += [(i, j) for i in proposed if jaccard(sets[i], sets[j]) >= threshold]
        index.insert(j, sketch)
    return found


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
