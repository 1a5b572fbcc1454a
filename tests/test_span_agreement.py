"""Agreement on spans: by runs it is what it is by characters, overlapping spans and all."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.stats.agreement import alpha
from workbench.stats.spans import Document, span_alpha, span_f1

# Ten characters: A tags [0, 4), B tags [2, 6).
BY_HAND = Document(10, ([(0, 4)], [(2, 6)]))
SPAN = st.tuples(st.integers(0, 11), st.integers(1, 12)).filter(lambda s: s[0] < s[1])
DOCUMENT = st.builds(
    Document,
    st.just(12),
    st.lists(st.lists(SPAN, max_size=3), min_size=1, max_size=4),
)


def by_characters(documents: list[Document]) -> float | None:
    rows = []
    for document in documents:
        for place in range(document.length):
            tagged = sum(any(s <= place < e for s, e in spans) for spans in document.tagged)
            rows.append([len(document.tagged) - tagged, tagged])
    return alpha(np.array(rows, dtype=float)).value


def test_the_example_by_hand() -> None:
    assert span_alpha([BY_HAND]).value == pytest.approx(0.208333, abs=1e-6)
    assert span_f1([BY_HAND]) == pytest.approx(0.5)


@settings(max_examples=80, deadline=None, derandomize=True)
@given(documents=st.lists(DOCUMENT, min_size=1, max_size=5))
def test_runs_say_what_characters_say(documents: list[Document]) -> None:
    expected = by_characters(documents)
    found = span_alpha(documents).value
    assert found == (None if expected is None else pytest.approx(expected, abs=1e-9))


def test_documents_are_the_items_of_the_interval() -> None:
    found = span_alpha([BY_HAND, Document(10, ([(0, 4)], [(0, 4)])), Document(10, ([], []))])
    assert found.items == 3


@pytest.mark.parametrize("documents", [[], [Document(5, ([], []))], [Document(5, ([(0, 2)],))]])
def test_without_two_reviewers_and_a_span_there_is_nothing_to_say(
    documents: list[Document],
) -> None:
    assert span_alpha(documents).value is None
    assert span_f1(documents) is None
