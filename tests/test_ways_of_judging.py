"""The ways of judging that a project chooses: pairs, rankings, single answers, forced choice."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.conftest import Desk
from workbench.errors import InvalidInput
from workbench.leaderboard import duels

MakeDesk = Callable[..., Desk]


def answers(count: int, **more: str) -> dict[str, Any]:
    texts = {f"v{i}": f"Answer number {i}, and nothing else" for i in range(count)}
    return {"prompt": "Which is best?", "split": "train", "completions": texts | more}


@pytest.fixture
def ranking(make_desk: MakeDesk) -> Desk:
    """One comparison of four answers."""
    desk = make_desk(judging="ranking")
    desk.import_rows([answers(4)])
    desk.open()
    return desk


@pytest.mark.parametrize(
    ("texts", "size", "shown"),
    [(4, 4, [4]), (8, 8, [8]), (9, 4, [4, 4]), (6, 4, [4, 2]), (2, 4, [2]), (1, 4, [])],
)
def test_a_ranking_lays_up_to_so_many_answers_together(
    make_desk: MakeDesk, texts: int, size: int, shown: list[int]
) -> None:
    desk = make_desk(judging="ranking", ranking_size=size)
    desk.import_rows([answers(texts)])
    desk.open(count=10)
    items = desk.claim(desk.reviewer(), 10)
    assert sorted((len(item.answers) for item in items), reverse=True) == shown


def test_equal_texts_are_ranked_once(make_desk: MakeDesk) -> None:
    desk = make_desk(judging="ranking")
    desk.import_rows([answers(3, again="Answer number 0, and nothing else")])
    desk.open()
    [item] = desk.claim(desk.reviewer())
    assert len(item.answers) == 3


def test_a_ranking_is_stored_by_completion(ranking: Desk) -> None:
    ann = ranking.reviewer(seed=1)
    [item] = ranking.claim(ann)
    ranking.submit(ann, item, preference=None, ranking=((2,), (1, 4), (3,)))
    [row] = ranking.rows("SELECT ranking, shown FROM judgements")
    shown = json.loads(row["shown"])
    assert json.loads(row["ranking"]) == [[shown[1]], [shown[0], shown[3]], [shown[2]]]


def test_a_ranking_exports_the_pairs_that_it_implies(ranking: Desk) -> None:
    ann = ranking.reviewer()
    [item] = ranking.claim(ann)
    ranking.submit(ann, item, preference=None, ranking=((1,), (2, 3), (4,)))
    rows, _ = ranking.exportable()
    made = {(row["chosen"][0]["content"], row["rejected"][0]["content"]) for row in rows}
    a = item.answers
    assert made == {(a[0], a[1]), (a[0], a[2]), (a[0], a[3]), (a[1], a[3]), (a[2], a[3])}
    assert len({row["pair_id"] for row in rows}) == 5


def test_a_ranking_counts_on_the_leaderboard(ranking: Desk) -> None:
    ann = ranking.reviewer()
    [item] = ranking.claim(ann)
    order = sorted(range(1, 5), key=lambda slot: item.answers[slot - 1])
    ranking.submit(ann, item, preference=None, ranking=tuple((slot,) for slot in order))
    with ranking.store.read() as db:
        table = duels(db, ranking.project.id)
    assert {(d.first.name, d.second.name): d.result.wins for d in table} == {
        (f"v{i}", f"v{k}"): 1 for i in range(4) for k in range(i + 1, 4)
    }


@pytest.mark.parametrize(
    ("verdict", "field"),
    [
        ({"preference": 1}, "preference"),
        ({}, "ranking"),
        ({"ranking": ((1,), (2,))}, "ranking"),
        ({"ranking": ((1, 2), (2,), (3,), (4,))}, "ranking"),
        ({"ranking": ((1,), (2,), (3,), (5,))}, "ranking"),
        ({"ranking": ((1,), (), (2, 3, 4))}, "ranking"),
    ],
)
def test_a_ranking_holds_each_answer_once(
    ranking: Desk, verdict: dict[str, Any], field: str
) -> None:
    ann = ranking.reviewer()
    [item] = ranking.claim(ann)
    with pytest.raises(InvalidInput) as refused:
        ranking.submit(ann, item, **({"preference": None} | verdict))
    assert refused.value.field == field


@pytest.mark.parametrize("preference", [None, 0])
def test_a_forced_choice_takes_neither_a_tie_nor_all_bad(
    make_desk: MakeDesk, preference: int | None
) -> None:
    desk = make_desk(forced_choice=True)
    desk.add_answers(1)
    desk.open()
    ann = desk.reviewer()
    [item] = desk.claim(ann)
    with pytest.raises(InvalidInput, match="wants a choice"):
        desk.submit(ann, item, preference=preference, all_bad=True)
    assert desk.submit(ann, item, preference=-1).accepted


def test_a_forced_ranking_takes_no_ties(make_desk: MakeDesk) -> None:
    desk = make_desk(judging="ranking", forced_choice=True)
    desk.import_rows([answers(3)])
    desk.open()
    ann = desk.reviewer()
    [item] = desk.claim(ann)
    with pytest.raises(InvalidInput, match="without ties"):
        desk.submit(ann, item, preference=None, ranking=((1, 2), (3,)))


def test_single_answers_are_rated_and_corrected_one_by_one(make_desk: MakeDesk) -> None:
    desk = make_desk(judging="single")
    desk.import_rows([answers(3)])
    desk.open(count=10)
    ann = desk.reviewer()
    items = desk.claim(ann, 10)
    assert [len(item.answers) for item in items] == [1, 1, 1]
    receipt = desk.submit(
        ann, items[0], preference=None, ratings={1: {"faithful": 2}}, correction={1: "Better."}
    )
    assert receipt.accepted
    assert desk.rows("SELECT text FROM corrections") == [{"text": "Better."}]
    assert desk.rows("SELECT score FROM ratings") == [{"score": 2}]


def test_a_single_answer_takes_no_preference(make_desk: MakeDesk) -> None:
    desk = make_desk(judging="single")
    desk.import_rows([answers(1)])
    desk.open()
    ann = desk.reviewer()
    [item] = desk.claim(ann)
    with pytest.raises(InvalidInput) as refused:
        desk.submit(ann, item, preference=1)
    assert refused.value.field == "preference"
