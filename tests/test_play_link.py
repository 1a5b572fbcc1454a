"""The playground's address: what is written is read again, and anything else is nothing."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.records import Sampling
from workbench.ui.play_link import MOST, Choice, from_address, to_address

SAMPLINGS = st.builds(
    Sampling,
    temperature=st.floats(0, 2),
    top_p=st.floats(0.01, 1),
    max_tokens=st.integers(1, 4096),
    top_k=st.integers(0, 1000),
    stop=st.lists(st.text(), max_size=3).map(tuple),
)
CHOICES = st.builds(Choice, st.text(), st.text(), st.integers(1, 99), SAMPLINGS)


@given(st.lists(CHOICES, max_size=MOST))
def test_variants_survive_their_address(chosen: list[Choice]) -> None:
    assert from_address(to_address(chosen)) == chosen


@given(st.lists(st.text()))
def test_any_address_is_read_without_an_error(given_texts: list[str]) -> None:
    from_address(given_texts)


@pytest.mark.parametrize(
    "sampling",
    [{"temperature": 3.0}, {"temperature": "hot"}, {"temperature": None}, {"top_p": 0},
     {"max_tokens": 0}, {"max_tokens": 1.5}, {"max_tokens": True}, {"top_k": -1}, {"stop": [1]},
     {"stop": 7}, {"key": "sk-1"}],
    ids=str,
)  # fmt: skip
def test_a_sampling_that_cannot_be_asked_for_is_left_out(sampling: dict[str, object]) -> None:
    assert from_address([json.dumps(["m", "t", 1, sampling])]) == []


def test_no_more_than_fit_side_by_side() -> None:
    assert len(from_address(to_address([Choice("m")] * 9))) == MOST
