"""What judgements add up to: one verdict a comparison."""

from typing import Any

import pytest

from workbench.quality import consensus

A, B = 11, 12


def vote(
    winner: int | None, *, comparison: int = 1, strength: int = 1, all_bad: bool = False,
    shown: tuple[int, ...] = (A, B), ranking: list[list[int]] | None = None,
) -> dict[str, Any]:  # fmt: skip
    return {
        "id": 100 * comparison, "comparison_id": comparison, "prompt_id": 5, "winner_id": winner,
        "strength": None if winner is None else strength, "all_bad": int(all_bad),
        "shown": list(shown), "ranking": ranking,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("votes", "winner", "posterior"),
    [
        ([vote(A)], A, 0.8),
        ([vote(B)], B, 0.8),
        ([vote(A), vote(A)], A, 16 / 17),
        ([vote(A), vote(A), vote(B)], A, 0.8),
        ([vote(A), vote(B)], None, 0.5),
        ([vote(None)], None, 0.5),
        ([vote(None), vote(B)], B, 0.8),
        ([vote(A, all_bad=True)], None, 0.5),  # a tie for ranking
        ([vote(A, all_bad=True), vote(B)], B, 0.8),
    ],
)
def test_votes_add_up_to_one_verdict(
    votes: list[dict[str, Any]], winner: int | None, posterior: float
) -> None:
    [found] = consensus(votes)
    assert found.winner_id == winner
    assert found.loser_id == {A: B, B: A, None: None}[winner]
    assert found.posterior == pytest.approx(posterior)


def test_the_side_on_which_an_answer_was_shown_does_not_matter() -> None:
    [found] = consensus([vote(A, shown=(A, B)), vote(A, shown=(B, A))])
    assert found.winner_id == A


def test_the_strength_is_the_mean_of_those_who_back_the_winner() -> None:
    [found] = consensus([vote(A, strength=3), vote(A, strength=2), vote(B, strength=1)])
    assert found.strength == 2.5


@pytest.mark.parametrize(("bad", "votes", "expected"), [(1, 1, True), (1, 2, False), (2, 3, True)])
def test_all_bad_takes_a_majority(bad: int, votes: int, expected: bool) -> None:
    [found] = consensus([vote(A, all_bad=i < bad) for i in range(votes)])
    assert found.all_bad == expected


def test_each_comparison_has_its_own_verdict() -> None:
    found = consensus([vote(A, comparison=1), vote(B, comparison=2)])
    assert [(c.comparison_id, c.winner_id) for c in found] == [(1, A), (2, B)]


@pytest.mark.parametrize(
    ("ranking", "winners"),
    [
        ([[A], [B], [13]], {(A, B): A, (A, 13): A, (B, 13): B}),
        ([[13], [A, B]], {(A, B): None, (A, 13): 13, (B, 13): 13}),
        ([[A, B, 13]], {(A, B): None, (A, 13): None, (B, 13): None}),
    ],
)
def test_a_ranking_counts_as_the_pairs_that_it_implies(
    ranking: list[list[int]], winners: dict[tuple[int, int], int | None]
) -> None:
    found = consensus([vote(None, shown=(13, A, B), ranking=ranking)])
    assert {c.pair: c.winner_id for c in found} == winners


def test_rankings_of_two_people_add_up_pair_by_pair() -> None:
    votes = [
        vote(None, shown=(A, B, 13), ranking=[[A], [B], [13]]),
        vote(None, shown=(A, B, 13), ranking=[[B], [A], [13]]),
    ]
    found = {c.pair: c for c in consensus(votes)}
    assert found[A, B].winner_id is None
    assert (found[A, 13].winner_id, found[A, 13].posterior) == (A, pytest.approx(16 / 17))


def test_a_single_answer_has_no_pairwise_verdict() -> None:
    assert consensus([vote(None, shown=(A,))]) == []
