"""Leaderboard: one verdict a prompt, by the kinds of reviewers that it names."""

from collections.abc import Callable

import pytest

from tests.conftest import Desk
from workbench.leaderboard import Duel, duels
from workbench.records import Item, Reviewer, ReviewerKind


def prefer(desk: Desk, reviewer: Reviewer, start: str, **verdict: object) -> None:
    """Judge all that is open for the answer that begins so."""
    while items := desk.claim(reviewer, 5):
        for item in items:
            desk.submit(reviewer, item, **{"preference": side(item, start)} | verdict)


def side(item: Item, start: str) -> int:
    return -1 if item.answers[0].startswith(start) else 1


def table(desk: Desk, *kinds: ReviewerKind) -> list[Duel]:
    with desk.store.read() as db:
        return duels(db, desk.project.id, kinds or ("human",))


@pytest.fixture
def ten(desk: Desk) -> Desk:
    desk.add_answers(10)
    desk.open()
    return desk


def test_a_duel_names_both_and_counts_each_prompt_once(ten: Desk) -> None:
    prefer(ten, ten.reviewer(), "A fine")
    [duel] = table(ten)
    assert (duel.first.name, duel.second.name) == ("a", "b")
    assert (duel.result.wins, duel.result.ties, duel.result.losses) == (10, 0, 0)
    assert duel.result.rate == 1.0


def test_several_votes_on_one_prompt_are_one_verdict(make_desk: Callable[..., Desk]) -> None:
    desk = make_desk(overlap=3)
    desk.add_answers(4)
    desk.open()
    for name, start in (("Ann", "A fine"), ("Ben", "A fine"), ("Cem", "A poor")):
        prefer(desk, desk.reviewer(name), start)
    [duel] = table(desk)
    assert (duel.result.wins, duel.result.n) == (4, 4)


def test_all_bad_is_a_tie(ten: Desk) -> None:
    prefer(ten, ten.reviewer(), "A fine", all_bad=True)
    [duel] = table(ten)
    assert (duel.result.ties, duel.result.rate) == (10, 0.5)


def test_only_the_named_kinds_count(ten: Desk) -> None:
    prefer(ten, ten.reviewer("robot", kind="simulated"), "A poor")
    assert table(ten) == []
    [duel] = table(ten, "simulated")
    assert duel.result.losses == 10


def test_surplus_judgements_count_nowhere(desk: Desk) -> None:
    desk.add_answers(1)
    desk.open()
    ann, ben = desk.reviewer("Ann"), desk.reviewer("Ben")
    [late] = desk.claim(ann)
    desk.clock.pass_by(minutes=31)
    prefer(desk, ben, "A fine")
    assert desk.submit(ann, late, preference=side(late, "A poor")).surplus
    [duel] = table(desk)
    assert (duel.result.wins, duel.result.n) == (1, 1)
