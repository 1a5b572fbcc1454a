"""Strengths at equal style: what was put into drawn votes is found again."""

from dataclasses import dataclass, replace

import numpy as np
import pytest

from workbench.stats.arrays import Floats
from workbench.stats.ranking import Duels, strengths
from workbench.stats.style import Controlled, Features, features, fit

SYSTEMS, VOTES, PROMPTS = 6, 6_000, 400
THETA = np.linspace(-1, 1, SYSTEMS)
LEFT, LENGTH, BOLD = 0.3, 0.8, -0.4


@pytest.mark.parametrize(
    ("text", "headers", "lists", "bold"),
    [
        ("", 0, 0, 0),
        ("plain", 0, 0, 0),
        ("# One\n\n## Two\ntext # not one\n#nor this", 2, 0, 0),
        ("- a\n* b\n+ c\n  1. d\n2) e\n-not", 0, 5, 0),
        ("**a** and __b c__ and ** not ** and *no*", 0, 0, 2),
        ("```\n# code\n- code\n**code**\n```\n# One", 1, 0, 0),
    ],
)
def test_what_counts_as_style(text: str, headers: int, lists: int, bold: int) -> None:
    assert features(text) == Features(len(text), headers, lists, bold)


SHOWN = np.ones(VOTES)  # the first was shown left


@dataclass(frozen=True)
class Drawn:
    duels: Duels
    first: Floats
    second: Floats


def drawn(seed: int) -> Drawn:
    """Length pulls, and every second system writes twice as long; bold repels; left is liked."""
    generator = np.random.default_rng(seed)
    first = generator.integers(0, SYSTEMS, VOTES)
    second = (first + generator.integers(1, SYSTEMS, VOTES)) % SYSTEMS
    means = np.array([300, 2, 4, 3])
    one, other = (generator.poisson(means, (VOTES, 4)).astype(float) for _ in range(2))
    for counts, systems in ((one, first), (other, second)):
        counts[:, 0] *= generator.lognormal(0, 0.4, VOTES) * (1 + systems % 2)
    apart = (one - other) / (one + other + 1)
    typical = apart / np.sqrt((apart**2).mean(axis=0))
    odds = THETA[first] - THETA[second] + LEFT + typical @ [LENGTH, 0, 0, BOLD]
    outcome = (generator.random(VOTES) < 1 / (1 + np.exp(-odds))).astype(float)
    prompts = generator.integers(0, PROMPTS, VOTES)
    return Drawn(Duels(first, second, outcome, prompts, SYSTEMS), one, other)


def controlled(seed: int) -> Controlled:
    some = drawn(seed)
    return fit(some.duels, some.first, some.second, SHOWN)


def test_style_no_longer_counts_for_strength() -> None:
    some = drawn(0)
    assert np.abs(strengths(some.duels) - THETA).max() > 0.4
    found = fit(some.duels, some.first, some.second, SHOWN)
    assert found.strengths.theta == pytest.approx(THETA, abs=0.15)


def test_the_intervals_hold_what_was_put_in() -> None:
    hits = []
    for seed in range(60):
        found = controlled(seed)
        low, high = found.intervals.T
        hits += ((low <= [LENGTH, 0, 0, BOLD]) & (high >= [LENGTH, 0, 0, BOLD])).tolist()
        hits.append(found.left_interval[0] <= LEFT <= found.left_interval[1])
    assert 0.92 <= np.mean(hits) <= 0.98


def test_swapping_the_sides_turns_the_left_side_round_and_nothing_else() -> None:
    some = drawn(1)
    swapped = replace(
        some.duels, first=some.duels.second, second=some.duels.first,
        outcome=1 - some.duels.outcome,
    )  # fmt: skip
    one, other = controlled(1), fit(swapped, some.second, some.first, SHOWN)
    assert other.left == pytest.approx(-one.left, abs=1e-6)
    assert other.coefficients == pytest.approx(one.coefficients, abs=1e-6)
    assert other.strengths.theta == pytest.approx(one.strengths.theta, abs=1e-6)


def test_it_does_not_matter_which_of_the_two_is_called_the_first() -> None:
    some = drawn(1)
    swapped = replace(
        some.duels, first=some.duels.second, second=some.duels.first,
        outcome=1 - some.duels.outcome,
    )  # fmt: skip
    one, other = controlled(1), fit(swapped, some.second, some.first, -SHOWN)
    assert other.left == pytest.approx(one.left, abs=1e-6)
    assert other.coefficients == pytest.approx(one.coefficients, abs=1e-6)


def test_where_the_sides_are_unknown_the_left_one_takes_nothing_from_a_lead() -> None:
    """The stronger system always comes first; nobody saw it on the left."""
    first, second = np.zeros(300, int), np.ones(300, int)
    duels = Duels(first, second, np.repeat([1.0, 0.0], [240, 60]), np.arange(300), 2)
    same = np.ones((300, 4))
    found = fit(duels, same, same, np.zeros(300))
    assert found.left == pytest.approx(0)
    assert found.strengths.theta == pytest.approx(strengths(duels), abs=1e-4)


def test_answers_of_one_style_are_ranked_as_without() -> None:
    some = drawn(2)
    same = np.full((VOTES, 4), 7.0)
    found = fit(some.duels, same, same, SHOWN)
    assert found.coefficients == pytest.approx(0)
    assert (np.abs(found.intervals) > 5).all()
    assert found.strengths.theta == pytest.approx(strengths(some.duels), abs=0.05)
