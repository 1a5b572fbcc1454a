"""Strengths: published tables, another's code as oracle, intervals that hold where prompts are
shared, and what must not matter: sides, names, and votes counted twice.
"""

from dataclasses import dataclass, replace

import evalica
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.errors import InvalidInput
from workbench.stats.arrays import Floats
from workbench.stats.ranking import Duels, fit, strengths
from workbench.stats.standings import differences, intervals, rank_ranges, win_rates

# Citations between Biometrika, Communications in Statistics, JASA and JRSS B, rows over columns:
# S. Stigler, "Citation Patterns in the Journals of Statistics and Probability", Statistical
# Science 9, 1994, as in A. Agresti, "Categorical Data Analysis", 2002, section 10.6.
CITATIONS = [[0, 730, 498, 221], [33, 0, 68, 17], [320, 813, 0, 142], [284, 276, 325, 0]]

# The American League East of 1987, who beat whom how often at home and away (Agresti 2002, table
# 10.10): Milwaukee, Detroit, Toronto, New York, Boston, Cleveland, Baltimore.
BASEBALL = [
    [0, 7, 9, 7, 7, 9, 11],
    [6, 0, 7, 5, 11, 9, 9],
    [4, 6, 0, 7, 7, 8, 12],
    [6, 8, 6, 0, 6, 7, 10],
    [6, 2, 6, 7, 0, 7, 12],
    [4, 4, 5, 6, 6, 0, 6],
    [2, 4, 1, 3, 1, 7, 0],
]

# Six chocolate puddings, pair by pair: wins, losses, ties of the first. R. Davidson, "On Extending
# the Bradley-Terry Model to Accommodate Ties in Paired Comparison Experiments", JASA 65, 1970.
PUDDING = {
    (0, 1): (19, 22, 16), (0, 2): (16, 19, 12), (1, 2): (19, 19, 10), (0, 3): (18, 23, 13),
    (1, 3): (23, 19, 9), (2, 3): (19, 20, 15), (0, 4): (13, 19, 18), (1, 4): (16, 20, 12),
    (2, 4): (16, 15, 17), (3, 4): (17, 14, 16), (0, 5): (18, 21, 12), (1, 5): (22, 20, 12),
    (2, 5): (13, 18, 10), (3, 5): (14, 19, 18), (4, 5): (11, 21, 12),
}  # fmt: skip


def duels(rows: list[tuple[int, int, float]], systems: int) -> Duels:
    """Every vote on a prompt of its own."""
    first, second, outcome = (np.array(column) for column in zip(*rows, strict=True))
    return Duels(first, second, outcome.astype(float), np.arange(len(rows)), systems)


def from_wins(wins: list[list[int]]) -> Duels:
    """`wins[i][j]`: how often i beat j."""
    rows = [(i, j, 1.0) for i, row in enumerate(wins) for j, n in enumerate(row) for _ in range(n)]
    return duels(rows, len(wins))


def puddings() -> Duels:
    outcomes = (1.0, 0.0, 0.5)
    rows = [
        (i, j, outcome)
        for (i, j), counts in PUDDING.items()
        for outcome, count in zip(outcomes, counts, strict=True)
        for _ in range(count)
    ]
    return duels(rows, 6)


def test_stiglers_citations() -> None:
    found = fit(from_wins(CITATIONS), ridge=0, clustered=False)
    gaps, errors = differences(found)
    assert gaps[:, 0] == pytest.approx([0, -2.94907, -0.47957, 0.26895], abs=5e-6)
    assert errors[0, 1:] == pytest.approx([0.10255, 0.06059, 0.07083], abs=5e-6)


def test_baseball() -> None:
    theta = strengths(from_wins(BASEBALL), ridge=0)
    known = [1.5814, 1.4364, 1.2945, 1.2476, 1.1077, 0.6839, 0]
    assert theta - theta[6] == pytest.approx(known, abs=5e-5)


def test_davidsons_puddings() -> None:
    found = fit(puddings(), ridge=0)
    worth = np.exp(found.theta)
    known = [0.138803, 0.173002, 0.161747, 0.165373, 0.158685, 0.202389]
    assert worth / worth.sum() == pytest.approx(known, abs=1e-6)
    assert found.nu == pytest.approx(0.746823, abs=1e-6)


@pytest.mark.parametrize(
    ("ties", "of", "model"), [(0, 100, None), (10, 100, None), (11, 100, "ν"), (100, 100, "ν")]
)
def test_ties_get_their_parameter_where_they_are_common(
    ties: int, of: int, model: str | None
) -> None:
    votes = [(0, 1, 0.5)] * ties + [(0, 1, float(k % 2)) for k in range(of - ties)]
    assert (fit(duels(votes, 2)).nu is None) == (model is None)


def test_few_ties_hardly_tell_the_models_apart() -> None:
    drawn = draw(seed=3, noise=0).duels
    some = replace(drawn, outcome=np.where(np.arange(len(drawn.first)) % 20, drawn.outcome, 0.5))
    half, davidson = fit(some, ties="half"), fit(some, ties="davidson")
    assert win_rates(half) == pytest.approx(win_rates(davidson), abs=0.02)


@pytest.mark.parametrize("seed", range(10))
def test_the_strengths_are_evalicas(seed: int) -> None:
    """Dense, and nobody wins all; a twelfth of the votes are ties, half a win each in both."""
    some = draw(seed, systems=4 + seed, prompts=150, noise=0.5).duels
    votes = replace(some, outcome=np.where(np.arange(len(some.first)) % 12, some.outcome, 0.5))
    ties, first = evalica.Winner.Draw, evalica.Winner.X
    winners = [
        ties if outcome == 0.5 else first if outcome else evalica.Winner.Y
        for outcome in votes.outcome
    ]
    theirs = evalica.bradley_terry(
        votes.first, votes.second, winners, index=pd.RangeIndex(votes.systems),
        tolerance=1e-12, limit=10_000,
    )  # fmt: skip
    logs = np.log(theirs.scores.sort_index().to_numpy())
    ours = strengths(votes, ties="half", ridge=0)
    assert ours == pytest.approx(logs - logs.mean(), abs=1e-6)


@pytest.mark.parametrize(
    "votes",
    [
        [(0, 1, 1.0), (0, 2, 1.0), (1, 2, 1.0)],  # a chain, where iterations never end
        [(0, 1, 1.0), (1, 0, 1.0), (0, 2, 1.0)],  # one that lost all it played
    ],
)
def test_who_only_wins_has_no_finite_strength_without_a_ridge(
    votes: list[tuple[int, int, float]],
) -> None:
    with pytest.raises(InvalidInput, match="won all"):
        fit(duels(votes, 3), ridge=0)
    assert np.isfinite(fit(duels(votes, 3)).theta).all()


@pytest.mark.parametrize(("wins", "sure"), [(1, False), (5, False), (20, True), (200, True)])
def test_who_won_all_is_surely_better_only_after_many_votes(wins: int, sure: bool) -> None:
    found = fit(duels([(0, 1, 1.0)] * wins, 2))
    assert rank_ranges(found).tolist() == ([[1, 1], [2, 2]] if sure else [[1, 2], [1, 2]])


def test_one_prompt_is_no_proof_however_many_voted_on_it() -> None:
    votes = duels([(0, 1, 1.0)] * 3 + [(0, 1, 0.0)], 2)
    alone = fit(replace(votes, clusters=np.zeros(4, dtype=int)))
    assert rank_ranges(alone).tolist() == [[1, 2], [1, 2]]


def test_what_no_duel_connects_is_not_compared() -> None:
    found = fit(duels([(0, 1, 1.0), (1, 0, 1.0), (2, 3, 1.0)] * 50, 5))
    assert found.components.tolist() == [0, 0, 1, 1, 2]
    assert found.theta[:2].sum() == pytest.approx(0)
    assert found.theta[2:4].sum() == pytest.approx(0)
    assert rank_ranges(found).tolist() == [[1, 2], [1, 2], [1, 1], [2, 2], [1, 1]]
    assert np.isnan(win_rates(found)[0, 2])
    assert np.isinf(intervals(found)[4]).all()


def test_without_votes_nobody_is_ranked() -> None:
    nobody = np.array([], dtype=int)
    found = fit(Duels(nobody, nobody, nobody.astype(float), nobody, 3))
    assert found.theta.tolist() == [0, 0, 0]
    assert rank_ranges(found).tolist() == [[1, 1]] * 3


def test_win_rates_are_as_observed_where_two_systems_met() -> None:
    found = fit(duels([(0, 1, 1.0)] * 60 + [(0, 1, 0.0)] * 40, 2), ridge=0)
    assert win_rates(found) == pytest.approx(np.array([[0.5, 0.6], [0.4, 0.5]]))


def test_the_many_and_the_few_clusters_are_squared_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    some = draw(seed=1).duels
    dense = fit(some)
    monkeypatch.setattr("workbench.stats.clustered.DENSE", 0)
    assert fit(some).covariance == pytest.approx(dense.covariance, abs=1e-12)


@dataclass(frozen=True)
class Drawn:
    """Votes, and the strengths that an endless number of such prompts would show."""

    duels: Duels
    theta: Floats


def draw(
    seed: int, *, systems: int = 6, prompts: int = 120, votes: int = 10, noise: float = 1.0
) -> Drawn:
    """Every prompt suits each system more or less, for all its votes alike."""
    generator = np.random.default_rng(seed)
    theta = np.linspace(-1, 1, systems)
    prompt = np.repeat(np.arange(prompts), votes)
    first = generator.integers(0, systems, len(prompt))
    second = (first + generator.integers(1, systems, len(prompt))) % systems
    suits = theta + generator.normal(0, noise, (prompts, systems))
    gaps = suits[prompt, first] - suits[prompt, second]
    outcome = (generator.random(len(prompt)) < 1 / (1 + np.exp(-gaps))).astype(float)
    return Drawn(Duels(first, second, outcome, prompt, systems), theta)


def covered(clustered: bool, crowds: int = 250) -> float:
    """The share of all pairs' intervals that hold what many prompts show."""
    truth = strengths(draw(seed=10**6, prompts=40_000).duels)
    true_gaps, hits = truth[:, None] - truth[None, :], []
    for seed in range(crowds):
        gaps, errors = differences(fit(draw(seed).duels, clustered=clustered))
        inside = np.abs(gaps - true_gaps) <= 1.96 * errors
        hits.append(inside[np.triu_indices(len(truth), 1)].mean())
    return float(np.mean(hits))


def test_intervals_hold_where_prompts_are_shared() -> None:
    assert 0.93 <= covered(clustered=True) <= 0.97


def test_taking_votes_for_independent_is_too_sure() -> None:
    assert covered(clustered=False) < 0.92


VOTES = st.lists(
    st.tuples(st.integers(0, 4), st.integers(0, 4), st.sampled_from([0.0, 0.5, 1.0])).filter(
        lambda vote: vote[0] != vote[1]
    ),
    min_size=1,
    max_size=40,
)


@given(VOTES)
def test_sides_do_not_matter(votes: list[tuple[int, int, float]]) -> None:
    one = fit(duels(votes, 5))
    other = fit(duels([(second, first, 1 - won) for first, second, won in votes], 5))
    assert other.theta == pytest.approx(one.theta, abs=1e-6)
    assert other.covariance == pytest.approx(one.covariance, abs=1e-6)


@given(VOTES, st.permutations(range(5)))
def test_names_do_not_matter(votes: list[tuple[int, int, float]], names: list[int]) -> None:
    one = fit(duels(votes, 5))
    other = fit(duels([(names[first], names[second], won) for first, second, won in votes], 5))
    assert other.theta[names] == pytest.approx(one.theta, abs=1e-6)
    assert rank_ranges(other)[names].tolist() == rank_ranges(one).tolist()


@given(VOTES)
def test_votes_counted_twice_on_their_prompts_are_no_news(
    votes: list[tuple[int, int, float]],
) -> None:
    """At twice the ridge the strengths are the same, and no interval grows."""
    once = fit(duels(votes, 5), ridge=0.1)
    doubled = duels(votes * 2, 5)
    again = replace(doubled, clusters=np.tile(np.arange(len(votes)), 2))
    twice = fit(again, ridge=0.2)
    assert twice.theta == pytest.approx(once.theta, abs=1e-6)
    assert (np.diag(twice.covariance) <= np.diag(once.covariance) + 1e-9).all()


@given(VOTES)
def test_ranks_hold_their_system_and_strengths_add_up(votes: list[tuple[int, int, float]]) -> None:
    found = fit(duels(votes, 5))
    low, high = rank_ranges(found).T
    assert ((low >= 1) & (low <= high) & (high <= 5)).all()
    assert np.bincount(found.components, found.theta) == pytest.approx(0, abs=1e-9)
