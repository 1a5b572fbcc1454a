"""Reviewers while they judge: who is paused, what a vote weighs, when an item is settled."""

from math import log

import numpy as np
import pytest

from workbench.stats.reliability import GoldRecord, is_settled, likeliest


def after(*outcomes: bool) -> GoldRecord:
    record = GoldRecord()
    for passed in outcomes:
        record = record.after(passed)
    return record


def paused_at(accuracy: float, draw: np.random.Generator, items: int) -> int | None:
    """After how many gold items a reviewer of this accuracy is paused."""
    record = GoldRecord()
    for at, chance in enumerate(draw.random(items), start=1):
        record = record.after(bool(chance < accuracy))
        if record.pauses:
            return at
    return None


def test_a_pass_takes_suspicion_away_and_a_failure_adds_more() -> None:
    failed = after(False)
    assert failed.suspicion == pytest.approx(0.981, abs=5e-4)
    assert failed.suspicion - failed.after(True).suspicion == pytest.approx(0.348, abs=5e-4)
    assert after(True, True).suspicion == 0


def test_fewer_than_one_careful_reviewer_in_a_hundred_is_paused_within_100_gold_items() -> None:
    draw = np.random.default_rng(1)
    assert sum(paused_at(0.90, draw, 100) is not None for _ in range(3_000)) < 30


@pytest.mark.parametrize(("accuracy", "median"), [(0.5, 15), (0.15, 7)])
def test_who_flips_coins_or_means_ill_is_paused_soon(accuracy: float, median: int) -> None:
    draw = np.random.default_rng(2)
    found = [paused_at(accuracy, draw, 60) for _ in range(2_000)]
    times = [at for at in found if at is not None]
    assert len(times) >= 0.99 * len(found)
    assert np.median(times) == pytest.approx(median, abs=1)


def test_a_new_reviewer_counts_as_eight_right_of_ten() -> None:
    new = GoldRecord()
    assert new.accuracy == 0.8
    assert new.weight == pytest.approx(log(4))
    low, high = new.interval()
    assert low < 0.8 < high


def test_more_gold_narrows_the_interval() -> None:
    few, many = after(*[True] * 9, False), GoldRecord(passed=90, failed=10)
    assert few.interval()[1] - few.interval()[0] > many.interval()[1] - many.interval()[0]


def test_an_adversary_speaks_for_the_other_side() -> None:
    adversary = GoldRecord(passed=2, failed=48)
    assert adversary.weight < 0
    assert likeliest([("a", adversary.weight)], EVEN)[0] == "b"


EVEN = {"a": 0.5, "b": 0.5}
WITH_TIES = {"a": 0.45, "b": 0.45, "tie": 0.1}
KEEN = log(4)


@pytest.mark.parametrize(
    ("votes", "priors", "verdict", "chance"),
    [
        ("a", EVEN, "a", 4 / 5),
        ("aa", EVEN, "a", 16 / 17),
        ("aab", EVEN, "a", 4 / 5),
        ("aa", WITH_TIES, "a", 7.2 / 7.75),
        (["tie"] * 4, WITH_TIES, "tie", 25.6 / 26.5),
    ],
)
def test_votes_of_equal_weight_add_up_by_bayes(
    votes: str, priors: dict[str, float], verdict: str, chance: float
) -> None:
    found = likeliest([(vote, KEEN) for vote in votes], priors)
    assert found == (verdict, pytest.approx(chance))


def test_a_trusted_vote_outweighs_two_of_strangers() -> None:
    trusted = GoldRecord(passed=90, failed=0).weight
    assert likeliest([("a", trusted), ("b", KEEN), ("b", KEEN)], EVEN)[0] == "a"


@pytest.mark.parametrize(
    ("votes", "chance", "settled"),
    [(1, 0.99, False), (2, 0.93, True), (2, 0.9, False), (7, 0.5, True)],
)
def test_an_item_is_settled_by_certainty_or_by_seven_votes(
    votes: int, chance: float, settled: bool
) -> None:
    assert is_settled(votes, chance, 0.92) is settled


def good_and_bad(draw: np.random.Generator) -> np.ndarray:
    """The accuracies of fifteen good reviewers, three who flip coins, two adversaries."""
    return np.r_[draw.uniform(0.85, 0.97, 15), np.full(3, 0.5), np.full(2, 0.15)]


def judged_until_sure(
    rights: np.ndarray, weights: list[float], order: np.ndarray
) -> tuple[int, bool]:
    """How many votes one item took, and whether its likelier side is the right one."""
    given: list[tuple[bool, float]] = []
    for votes, reviewer in enumerate(order, start=1):
        given.append((bool(rights[reviewer]), weights[reviewer]))
        verdict, chance = likeliest(given, {True: 0.5, False: 0.5})
        if is_settled(votes, chance, 0.92):
            return votes, verdict
    raise AssertionError("more votes than the most")


@pytest.mark.parametrize("seed", range(5))
def test_votes_until_sure_equal_a_majority_of_nine_with_two_fifths_of_its_votes(seed: int) -> None:
    draw = np.random.default_rng(seed)
    accuracy, items = good_and_bad(draw), 4_000
    weights = [after(*(draw.random(20) < p)).weight for p in accuracy]
    hard = np.where(draw.random(items) < 0.15, 0.2, 0.0)[:, None] * (np.arange(20) < 15)
    rights = draw.random((items, 20)) < accuracy - hard
    orders = [draw.permutation(20) for _ in range(items)]
    nine = np.mean([r[o[:9]].sum() > 4 for r, o in zip(rights, orders, strict=True)])
    ours = [judged_until_sure(r, weights, o) for r, o in zip(rights, orders, strict=True)]
    assert np.mean([votes for votes, _ in ours]) <= 0.4 * 9
    assert np.mean([correct for _, correct in ours]) >= nine
