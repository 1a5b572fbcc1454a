"""What judgements add up to: one verdict for each pair, as sure as its reviewers are together."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from tests.conftest import Desk
from workbench.quality import Consensus, consensus
from workbench.records import Item, Project
from workbench.store import adjudications, comparisons, track_records
from workbench.store.adjudications import Ruling

MakeDesk = Callable[..., Desk]
VERDICTS = {"A": {"preference": 2}, "a": {"preference": 1}, "b": {"preference": -1},
            "t": {"preference": 0}, "x": {"preference": None, "all_bad": True},
            "y": {"preference": 3, "all_bad": True}}  # fmt: skip


def judged(desk: Desk, *items: str) -> Desk:
    """A pair for each word, whose letters are the verdicts of reviewers 1, 2, …: `a`, or strongly
    `A`, for the answer of variant a; `b`; `t` for a tie; `x`, and `y` with a preference, all bad.
    """
    desk.add_answers(len(items))
    desk.open()
    prompts = [row["prompt_id"] for row in desk.rows("SELECT prompt_id FROM comparisons")]
    words = dict(zip(sorted(prompts), items, strict=True))
    for nth in range(max(map(len, items))):
        reviewer = desk.reviewer(f"reviewer {nth}")
        while found := desk.claim(reviewer, 10):
            for item in found:
                desk.submit(reviewer, item, **_said(desk, item, words, nth))
    return desk


def _said(desk: Desk, item: Item, words: dict[int, str], nth: int) -> dict[str, Any]:
    [row] = desk.rows(
        "SELECT c.prompt_id FROM leases l JOIN comparisons c ON c.id = l.comparison_id"
        " WHERE l.id = ?", item.id,
    )  # fmt: skip
    said = dict(VERDICTS[words[row["prompt_id"]][nth]])
    if said["preference"] and item.answers[0].startswith("A fine"):
        said["preference"] = -said["preference"]
    return said


def found_in(desk: Desk) -> list[Consensus]:
    with desk.store.read() as db:
        return sorted(consensus(db, desk.project.id, ("human",)), key=lambda c: c.prompt_id)


def words_of(found: Consensus) -> str:
    """The lower completion id is that of variant a."""
    return "t" if found.winner_id is None else "a" if found.winner_id == found.pair[0] else "b"


@pytest.mark.parametrize(
    ("votes", "verdict"),
    [("a", "a"), ("b", "b"), ("aa", "a"), ("aab", "a"), ("bab", "b"), ("t", "t"), ("ttb", "t"),
     ("x", "t"), ("y", "t"), ("xxa", "t"), ("ab", "t")],
)  # fmt: skip
def test_votes_add_up_to_one_verdict(make_desk: MakeDesk, votes: str, verdict: str) -> None:
    desk = judged(make_desk(overlap=len(votes)), votes)
    [found] = found_in(desk)
    assert words_of(found) == verdict
    assert {found.winner_id, found.loser_id} in ({None}, set(found.pair))


def test_two_of_the_same_mind_are_surer_than_two_against_one(make_desk: MakeDesk) -> None:
    desk = judged(make_desk(overlap=3), "aaa", "aab", "bbb", "aaa", "bbb", "aaa")
    sure, torn = found_in(desk)[:2]
    assert sure.posterior > torn.posterior > 0.5


def test_who_is_often_alone_weighs_less(make_desk: MakeDesk) -> None:
    """The third reviewer contradicts the others throughout; on the last pair the first is missed,
    and the second, who is reliable, outweighs the third.
    """
    desk = judged(make_desk(overlap=3), *["aab", "bba"] * 8, "tab")
    assert words_of(found_in(desk)[-1]) in "at"
    assert found_in(desk)[0].posterior > 0.9


def test_who_contradicts_everybody_on_gold_is_read_the_other_way_round(
    make_desk: MakeDesk,
) -> None:
    desk = make_desk(gold_rate=1.0)
    desk.add_gold(6)
    liar = desk.reviewer("liar")
    for _ in range(5):
        [item] = desk.claim(liar)
        desk.submit(liar, item, preference=-desk.better(item))
    desk.add_answers(2)
    desk.project = without_gold(desk)
    desk.open()
    [item] = desk.claim(liar)
    desk.submit(liar, item, preference=-desk.better(item))
    [found] = found_in(desk)
    assert found.posterior < 0.5


def without_gold(desk: Desk) -> Project:
    return replace(desk.project, settings=replace(desk.project.settings, gold_rate=0.0))


def test_a_verdict_is_always_one_that_somebody_gave(make_desk: MakeDesk) -> None:
    """However rare ties are, an item on which all say “about the same” is a tie."""
    desk = judged(make_desk(overlap=2), *["aa"] * 20, "tt")
    assert words_of(found_in(desk)[-1]) == "t"


def test_the_strength_is_the_mean_of_those_who_back_the_winner(make_desk: MakeDesk) -> None:
    [found] = found_in(judged(make_desk(overlap=3), "Aab"))
    assert found.strength == 1.5


@pytest.mark.parametrize(("votes", "expected"), [("x", True), ("xa", False), ("xxa", True)])
def test_all_bad_takes_a_majority(make_desk: MakeDesk, votes: str, expected: bool) -> None:
    [found] = found_in(judged(make_desk(overlap=len(votes)), votes))
    assert found.all_bad == expected


def test_a_discounted_reviewers_votes_are_not_heard(make_desk: MakeDesk) -> None:
    desk = judged(make_desk(overlap=2), "ab")
    second = desk.person("reviewer 1")
    desk.store.write(
        lambda db: track_records.change(db, desk.project.id, second.id, discounted_at="now")
    )
    [found] = found_in(desk)
    assert (words_of(found), len(found.judgement_ids)) == ("a", 1)


def test_a_ruling_is_the_last_word(make_desk: MakeDesk) -> None:
    desk = judged(make_desk(overlap=3), "aaa")
    [item] = found_in(desk)
    lead = desk.reviewer("Lea", role="lead")
    ruling = Ruling(winner_id=item.pair[1], strength=2)
    desk.store.write(
        lambda db: adjudications.rule(db, desk.clock.now, item.comparison_id, lead.id, ruling, "")
    )
    [found] = found_in(desk)
    assert (words_of(found), found.strength, found.posterior) == ("b", 2, 1.0)


# Rankings


def rank(desk: Desk, *orders: str) -> list[Consensus]:
    """Each word ranks the answers a, b and c; `=` ties a letter to the one before it."""
    desk.import_rows([{"prompt": "Which?", "split": "train",
                       "completions": {n: f"answer {n}" for n in "abc"}}])  # fmt: skip
    desk.open()
    for nth, order in enumerate(orders):
        reviewer = desk.reviewer(f"reviewer {nth}")
        [item] = desk.claim(reviewer)
        slot = {text[-1]: at for at, text in enumerate(item.answers, start=1)}
        tiers: list[list[int]] = []
        for at, letter in enumerate(order):
            if letter == "=":
                continue
            if order[at - 1 : at] == "=":
                tiers[-1].append(slot[letter])
            else:
                tiers.append([slot[letter]])
        desk.submit(reviewer, item, preference=None, ranking=tuple(map(tuple, tiers)))
    return found_in(desk)


@pytest.mark.parametrize(
    ("order", "winners"),
    [("abc", {"ab": "a", "ac": "a", "bc": "b"}), ("ca=b", {"ab": "", "ac": "c", "bc": "c"}),
     ("a=b=c", {"ab": "", "ac": "", "bc": ""})],
)  # fmt: skip
def test_a_ranking_counts_as_the_pairs_that_it_implies(
    make_desk: MakeDesk, order: str, winners: dict[str, str]
) -> None:
    desk = make_desk(judging="ranking", ranking_size=3)
    found = rank(desk, order)
    name = {
        row["id"]: row["name"]
        for row in desk.rows(
            "SELECT c.id, v.name FROM completions c JOIN variants v ON v.id = c.variant_id"
        )
    }
    said = {name[c.pair[0]] + name[c.pair[1]]: name.get(c.winner_id or 0, "") for c in found}
    assert said == winners


def test_rankings_of_two_people_add_up_pair_by_pair(make_desk: MakeDesk) -> None:
    desk = make_desk(judging="ranking", ranking_size=3, overlap=2)
    by_pair = {c.pair: c for c in rank(desk, "abc", "bac")}
    first, *_, last = sorted(by_pair)
    assert by_pair[first].winner_id is None
    assert by_pair[last].winner_id == last[0]
    assert by_pair[last].posterior > by_pair[first].posterior


def test_a_single_answer_has_no_pairwise_verdict(make_desk: MakeDesk) -> None:
    desk = make_desk(judging="single")
    desk.import_rows([{"prompt": "What?", "variant": "a", "completion": "This.", "split": "train"}])
    desk.open()
    reviewer = desk.reviewer()
    [item] = desk.claim(reviewer)
    desk.submit(reviewer, item, preference=None, ratings={1: {"faithful": 2, "to_the_point": 1}})
    assert found_in(desk) == []
    with desk.store.read() as db:
        assert comparisons.progress(db, desk.project.id)["counted"] == 1
