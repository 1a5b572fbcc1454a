"""Consensus: Dawid and Skene's own table, what gold does, and how far it beats a majority."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.stats import consensus
from workbench.stats.arrays import Floats, Ints
from workbench.stats.consensus import Labels, Prior, dawid_skene

# A. Dawid, A. Skene 1979, table 1: 45 patients, each a word: observer 1's three labels, then
# those of observers 2 to 5.
PATIENTS = """
1111111 3334334 1122122 2223121 2223222 2223322 1222111 3333433 2222223 2322223 4444444 2223343
1111111 2223212 1211111 1112111 1111111 1111111 2222221 2221322 2222222 2222221 2223222 2212222
1111111 1111111 2322222 1111111 1111111 1121121 1111111 3333233 1111111 2222222 2223232 4334343
2212232 2323233 3333432 1111111 1111111 1212111 2322222 1211111 2222222
""".split()
OBSERVERS = (0, 0, 0, 1, 2, 3, 4)


def printed() -> Labels:
    rows = [
        (patient, observer, int(label) - 1)
        for patient, labels in enumerate(PATIENTS)
        for observer, label in zip(OBSERVERS, labels, strict=True)
    ]
    items, reviewers, labels = np.array(rows).T
    return Labels(items, reviewers, labels, 4, np.full(len(PATIENTS), -1))


def test_the_table_of_dawid_and_skene_to_its_printed_digits() -> None:
    found = dawid_skene(printed(), Prior(votes=0))
    assert found.prevalence.round(2).tolist() == [0.40, 0.42, 0.11, 0.07]
    first = [[0.89, 0.11, 0, 0], [0.07, 0.88, 0.05, 0], [0, 0.34, 0.66, 0], [0, 0, 0.56, 0.44]]
    assert found.errors[0].round(2).tolist() == first


def test_blocks_of_any_size_give_the_same_posteriors(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = dawid_skene(printed())
    monkeypatch.setattr(consensus, "BLOCK", 7)
    assert np.array_equal(dawid_skene(printed()).posterior, whole.posterior)


def test_a_known_item_keeps_its_truth_whatever_is_said() -> None:
    given = printed()
    truth = given.truth.copy()
    truth[0] = 3  # seven observers say 0
    found = dawid_skene(Labels(given.items, given.reviewers, given.labels, 4, truth))
    assert found.posterior[0].tolist() == [0, 0, 0, 1]


def test_an_item_without_labels_has_the_prevalence() -> None:
    given = Labels(np.array([0, 0]), np.array([0, 1]), np.array([1, 1]), 2, np.array([-1, -1]))
    found = dawid_skene(given)
    assert found.posterior[1] == pytest.approx(found.prevalence, abs=1e-4)


def test_reviewers_who_share_no_item_are_taken_as_the_prior_has_them() -> None:
    """The first never says the third class, the second mostly: not all is of the third class."""
    said = np.r_[np.arange(300) % 2, np.arange(60) % 2, np.full(140, 2)]
    reviewers = np.repeat([0, 1], [300, 200])
    found = dawid_skene(Labels(np.arange(500), reviewers, said, 3, np.full(500, -1)))
    assert found.errors[1] == pytest.approx(found.errors[0])
    assert found.errors[0].diagonal() == pytest.approx([0.7] * 3)
    assert (found.posterior.argmax(axis=1) == said).all()


LABELS = st.lists(
    st.tuples(st.integers(0, 5), st.integers(0, 3), st.integers(0, 2)), min_size=1, max_size=40
)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(rows=LABELS, seed=st.integers(0, 9))
def test_the_order_of_rows_does_not_matter_and_chances_add_up(
    rows: list[tuple[int, int, int]], seed: int
) -> None:
    table = np.array(rows)
    mixed = np.random.default_rng(seed).permutation(table)
    truth = np.full(6, -1)
    one, other = (dawid_skene(Labels(*t.T, 3, truth)) for t in (table, mixed))
    assert one.posterior == pytest.approx(other.posterior, abs=1e-4)
    assert one.posterior.sum(axis=1) == pytest.approx(1)


def simulated(seed: int, items: int = 2_000, overlap: int = 3, gold: int = 20) -> Labels:
    """Twenty reviewers, 15 good (.85–.97), 3 who flip coins, 2 adversaries (.15); of the items
    15 % are hard: good reviewers err there by .20 more. Each answers `gold` known items first.
    """
    draw = np.random.default_rng(seed)
    accuracy = np.r_[draw.uniform(0.85, 0.97, 15), np.full(3, 0.5), np.full(2, 0.15)]
    truth, hard = draw.integers(0, 2, items), draw.random(items) < 0.15
    who = np.stack([draw.permutation(20)[:overlap] for _ in range(items)]).ravel()
    what = np.repeat(np.arange(items), overlap)
    known = draw.integers(0, 2, gold)
    reviewers = np.r_[who, np.tile(np.arange(20), gold)]
    places = np.r_[what, items + np.repeat(np.arange(gold), 20)]
    right = np.r_[truth, known][places]
    chance = accuracy[reviewers] - 0.2 * (
        np.r_[hard, np.zeros(gold, bool)][places] & (reviewers < 15)
    )
    labels = np.where(draw.random(len(places)) < chance, right, 1 - right)
    return Labels(places, reviewers, labels, 2, np.r_[truth, known])


def hidden(given: Labels, items: int) -> Labels:
    """The same labels, the truth known of the gold items alone."""
    truth: Ints = given.truth.copy()
    truth[:items] = -1
    return Labels(given.items, given.reviewers, given.labels, given.classes, truth)


def majority(given: Labels, items: int) -> Floats:
    votes = np.bincount(given.items, weights=2 * given.labels - 1)[:items]
    return (votes > 0).astype(float)


@pytest.mark.parametrize("seed", range(5))
def test_consensus_beats_the_majority_by_five_points(seed: int) -> None:
    given = simulated(seed)
    found = dawid_skene(hidden(given, 2_000))
    truth = given.truth[:2_000]
    ours = (found.posterior[:2_000].argmax(axis=1) == truth).mean()
    plain = (majority(given, 2_000) == truth).mean()
    assert ours >= plain + 0.05


def test_bad_reviewers_are_told_from_good_ones() -> None:
    found = dawid_skene(hidden(simulated(0), 2_000))
    accuracy = found.errors.diagonal(axis1=1, axis2=2).mean(axis=1)
    assert accuracy[:15].min() > 0.75
    assert accuracy[15:18] == pytest.approx(0.5, abs=0.08)
    assert accuracy[18:].max() < 0.25


def crawling(seed: int) -> Labels:
    """Nothing is truly of the third class, though reviewers say so now and then: it dies slowly."""
    draw = np.random.default_rng(seed)
    items, reviewers = np.repeat(np.arange(600), 3), draw.integers(0, 12, 1_800)
    truth = draw.integers(0, 2, 600)[items]
    right = draw.random(1_800) < draw.uniform(0.65, 0.95, 12)[reviewers]
    said = np.where(draw.random(1_800) < 0.05, 2, np.where(right, truth, 1 - truth))
    return Labels(items, reviewers, said, 3, np.full(600, -1))


@pytest.mark.parametrize("seed", range(6))
def test_leaping_ends_where_plain_steps_end(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    given = crawling(seed)
    leapt = dawid_skene(given, tolerance=1e-9, rounds=2_000)
    monkeypatch.setattr(consensus, "PLAIN", 20_000)
    plain = dawid_skene(given, tolerance=1e-9, rounds=20_000)
    assert leapt.posterior == pytest.approx(plain.posterior, abs=1e-5)
