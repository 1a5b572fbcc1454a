"""Near-duplicates: every pair that is alike enough is found, and no other."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.importing.near_duplicates import clusters, near_pairs, shingles

WORDS = st.sampled_from("the mayor of ashford was born in founded river station who when".split())
TEXTS = st.lists(st.lists(WORDS, max_size=12).map(" ".join), max_size=12)


def jaccard(a: frozenset[str], b: frozenset[str]) -> float:
    return len(a & b) / len(a | b)


def brute_force(texts: list[str], threshold: float) -> list[tuple[int, int]]:
    sets = [shingles(text) for text in texts]
    places = range(len(texts))
    return [(i, j) for j in places for i in range(j) if jaccard(sets[i], sets[j]) >= threshold]


@settings(max_examples=30, deadline=None, derandomize=True)
@given(texts=TEXTS, threshold=st.sampled_from([0.5, 0.7, 0.9, 1.0]))
def test_all_pairs_are_found_and_no_other(texts: list[str], threshold: float) -> None:
    assert near_pairs(texts, threshold) == brute_force(texts, threshold)


def test_none_is_missed_among_many_small_edits() -> None:
    """The similarities lie close to the threshold."""
    draw = random.Random(1)
    words = ["".join(draw.choices("abcdefghij", k=draw.randint(2, 7))) for _ in range(60)]
    texts = [" ".join(draw.choices(words, k=draw.randint(5, 20))) for _ in range(60)]
    for text in texts[:]:
        for edits in (1, 2, 3):
            changed = text.split()
            for _ in range(edits):
                changed[draw.randrange(len(changed))] = draw.choice(words)
            texts.append(" ".join(changed))
    assert near_pairs(texts, 0.7) == brute_force(texts, 0.7)


@pytest.mark.parametrize(
    ("a", "b", "threshold", "near"),
    [
        ("same text", "same text", 1.0, True),
        ("Same  Text\n", "same text", 1.0, True),  # case and spaces do not count
        ("", "", 1.0, True),
        ("abc", "abc", 1.0, True),  # shorter than a shingle
        ("abcdefg", "abcdefh", 0.5, True),  # two of four shingles
        ("abcdefg", "abcdefh", 0.51, False),
        ("abcde", "fghij", 0.1, False),
    ],
)
def test_similarity_is_jaccard_over_five_character_shingles(
    a: str, b: str, threshold: float, near: bool
) -> None:
    assert near_pairs([a, b], threshold) == ([(0, 1)] if near else [])


@pytest.mark.parametrize(
    ("count", "pairs", "expected"),
    [
        (3, [], [0, 1, 2]),
        (3, [(0, 2)], [0, 1, 0]),
        (4, [(0, 1), (1, 2), (2, 3)], [0, 0, 0, 0]),  # alike in a chain
        (5, [(3, 4), (0, 3), (1, 2)], [0, 1, 1, 0, 0]),
    ],
)
def test_clusters_are_named_by_their_first_place(
    count: int, pairs: list[tuple[int, int]], expected: list[int]
) -> None:
    assert clusters(count, pairs) == expected
