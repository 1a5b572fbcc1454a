"""Agreement: values from the literature, the library as an oracle, honest intervals."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.stats.agreement import Estimate, Metric, ac1, alpha, percent
from workbench.stats.arrays import Floats, Ints, distinct, table

# Krippendorff's example: 4 reviewers, 12 items, 0 where one did not judge.
REVIEWERS = (
    (1, 2, 3, 3, 2, 1, 4, 1, 2, 0, 0, 0),
    (1, 2, 3, 3, 2, 2, 4, 1, 2, 5, 0, 3),
    (0, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, 0),
    (1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, 0),
)
# K. Gwet's 3 × 3 of two reviewers over 100 items.
GWET = ((13, 0, 0), (0, 20, 7), (0, 4, 56))


def counted(rows: tuple[tuple[int, ...], ...], classes: int) -> Floats:
    """Votes from one row a reviewer, 0 for none."""
    votes = np.array(rows)
    reviewers, items = np.nonzero(votes)
    return table(items, votes[reviewers, items] - 1, (votes.shape[1], classes))


def two_reviewers(cross: tuple[tuple[int, ...], ...]) -> Floats:
    pairs = [(a, b) for a, row in enumerate(cross) for b, n in enumerate(row) for _ in range(n)]
    eye = np.eye(len(cross))
    return np.array([eye[a] + eye[b] for a, b in pairs])


EXAMPLE = counted(REVIEWERS, 5)


@pytest.mark.parametrize(
    ("metric", "expected"),
    [("nominal", 0.743421), ("ordinal", 0.815388), ("interval", 0.849107), ("ratio", 0.797403)],
)
def test_alpha_of_krippendorffs_example(metric: Metric, expected: float) -> None:
    assert alpha(EXAMPLE, metric).value == pytest.approx(expected, abs=1e-6)


def test_ac1_and_percent_of_the_same_example() -> None:
    assert ac1(EXAMPLE).value == pytest.approx(0.77544, abs=1e-5)
    assert percent(EXAMPLE).value == pytest.approx(0.81818, abs=1e-5)


def test_gwets_table() -> None:
    counts = two_reviewers(GWET)
    assert alpha(counts).value == pytest.approx(0.79726, abs=1e-5)
    assert ac1(counts).value == pytest.approx(0.84933, abs=1e-5)


def test_rows_may_stand_for_many() -> None:
    """Spans over 10 characters, A = [0, 4) and B = [2, 6), as runs between their ends."""
    outside_inside = np.array([[1, 1], [0, 2], [1, 1], [2, 0]], dtype=float)
    runs = alpha(outside_inside, weights=np.array([2.0, 2.0, 2.0, 4.0]))
    assert runs.value == pytest.approx(0.208333, abs=1e-6)
    one_by_one = alpha(np.repeat(outside_inside, [2, 2, 2, 4], axis=0))
    assert one_by_one.value == pytest.approx(runs.value)


@pytest.mark.parametrize(
    "counts",
    [
        np.zeros((0, 3)),
        np.array([[1.0, 0.0], [0.0, 1.0]]),  # one reviewer each
        np.array([[2.0, 0.0], [3.0, 0.0]]),  # one category: chance explains all
    ],
)
def test_nothing_is_said_where_nothing_can_be(counts: Floats) -> None:
    assert alpha(counts).value is None
    assert ac1(counts).value is None


VOTES = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2)), min_size=1, max_size=40)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(votes=VOTES)
def test_agreement_never_exceeds_one_and_lies_in_its_interval(votes: list[tuple[int, int]]) -> None:
    items, categories = np.array(votes).T
    counts = table(items, categories, (4, 3))
    for found in (alpha(counts), alpha(counts, "ordinal"), ac1(counts), percent(counts)):
        if found.value is not None and found.low is not None and found.high is not None:
            assert -1 <= found.low <= found.value <= found.high <= 1


def simulated(draw: np.random.Generator, items: int) -> Floats:
    """Three reviewers who are right four times in five among three categories."""
    truth = draw.integers(0, 3, items)
    said = np.where(draw.random((3, items)) < 0.8, truth, draw.integers(0, 3, (3, items)))
    places = np.tile(np.arange(items), 3)
    return table(places, said.ravel(), (items, 3))


@pytest.mark.parametrize("measure", [alpha, ac1, percent, lambda c: alpha(c, "ordinal")])
def test_the_interval_holds_the_truth_nineteen_times_in_twenty(measure: object) -> None:
    assert callable(measure)
    draw = np.random.default_rng(1)
    truth = measure(simulated(draw, 200_000)).value
    found: list[Estimate] = [measure(simulated(draw, 150)) for _ in range(400)]
    held = sum(e.low <= truth <= e.high for e in found if e.low is not None and e.high is not None)
    assert 0.92 <= held / 400 <= 0.98


@pytest.mark.parametrize("groups", [None, np.array([0, 0, 1, 2, 2])])
def test_equal_rows_may_be_told_once_with_their_number(groups: Ints | None) -> None:
    """Value, interval and number of items are those of the whole table."""
    rows = np.array([[3, 0, 0], [2, 1, 0], [1, 1, 1], [0, 2, 0], [0, 1, 0]], dtype=float)
    times = np.array([4, 4, 7, 3, 3], dtype=float) if groups is not None else np.arange(1.0, 6.0)
    often = times.astype(int)
    whole = np.repeat(rows, often, axis=0)
    together = None
    if groups is not None:
        nth = np.concatenate([np.arange(n) for n in often])
        together = np.repeat(groups, often) * 100 + nth
    for measure in (alpha, ac1):
        once = measure(rows, groups=groups, times=times)
        assert vars(once) == pytest.approx(vars(measure(whole, groups=together)))
    if groups is None:
        assert vars(percent(rows, times=times)) == pytest.approx(vars(percent(whole)))


@given(st.lists(st.tuples(*[st.integers(0, 4)] * 3), max_size=30))
def test_the_distinct_rows_of_a_table_are_the_whole_table(rows: list[tuple[int, int, int]]) -> None:
    counts = np.array(rows, float).reshape(-1, 3)
    found, times = distinct(counts)
    again = np.repeat(found, times.astype(int), axis=0)
    assert sorted(map(tuple, again.tolist())) == sorted(map(tuple, counts.tolist()))
    assert len({tuple(row) for row in found.tolist()}) == len(found)
