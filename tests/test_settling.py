"""Overlap that adapts, the order of the queue, and what goes to a lead for a second look."""

import random
from collections import Counter
from collections.abc import Callable

import pytest

from tests.conftest import Desk, slots_are_sound
from workbench.queueing import reorder
from workbench.records import Reviewer
from workbench.settings import SecondLook
from workbench.store import projects, queue, reviews, track_records

MakeDesk = Callable[..., Desk]


def vote(desk: Desk, verdicts: str, *, name: str = "r", **settings: object) -> None:
    """One reviewer after another judges the next item: “a” is better, “b”, or a “t”ie."""
    for at, verdict in enumerate(verdicts):
        reviewer = desk.reviewer(f"{name}{at}")
        [item] = desk.claim(reviewer)
        fine = desk.better(item)
        desk.submit(reviewer, item, preference={"a": fine, "b": -fine, "t": 0}[verdict])


def slots(desk: Desk) -> tuple[int, int, int]:
    [row] = desk.rows("SELECT wanted, counted, open_slots FROM comparisons")
    return row["wanted"], row["counted"], row["open_slots"]


def waiting(desk: Desk) -> dict[str, int]:
    with desk.store.read() as db:
        return reviews.count_waiting(db, desk.project.id)


@pytest.fixture
def until_sure(make_desk: MakeDesk) -> Desk:
    desk = make_desk(until_sure=True)
    desk.add_answers(1)
    desk.open()
    return desk


# Until sure


@pytest.mark.parametrize(
    ("verdicts", "wanted"),
    [
        ("", 2),
        ("a", 2),
        ("aa", 2),  # two of unknown reviewers agree: .93
        ("ab", 3),
        ("aba", 4),
        ("abaa", 4),
        ("at", 3),
        ("tt", 3),
        ("tttt", 4),  # ties are rarer to begin with, so they take longer
        ("ababab", 7),
        ("abababa", 7),  # never more than seven
    ],
)
def test_one_more_vote_is_asked_for_until_the_verdict_is_sure(
    until_sure: Desk, verdicts: str, wanted: int
) -> None:
    vote(until_sure, verdicts)
    assert slots(until_sure) == (wanted, len(verdicts), wanted - len(verdicts))
    with until_sure.store.read() as db:
        assert slots_are_sound(db)


def trust(desk: Desk, reviewer: Reviewer, passed: int, failed: int) -> None:
    desk.store.write(
        lambda db: track_records.change(
            db, desk.project.id, reviewer.id, passed=passed, failed=failed
        )
    )


@pytest.mark.parametrize(("passed", "failed", "wanted"), [(40, 0, 2), (10, 30, 3)])
def test_a_vote_weighs_what_the_reviewers_gold_says(
    until_sure: Desk, passed: int, failed: int, wanted: int
) -> None:
    """Two equal votes are enough from the proven, not from those who fail gold."""
    for name in ("Ann", "Ben"):
        reviewer = until_sure.reviewer(name)
        trust(until_sure, reviewer, passed, failed)
        [item] = until_sure.claim(reviewer)
        until_sure.submit(reviewer, item, preference=until_sure.better(item))
    assert slots(until_sure)[0] == wanted


def test_a_discounted_reviewers_vote_weighs_nothing(until_sure: Desk) -> None:
    ann = until_sure.reviewer("Ann")
    until_sure.store.write(
        lambda db: track_records.change(db, until_sure.project.id, ann.id, discounted_at="now")
    )
    [item] = until_sure.claim(ann)
    until_sure.submit(ann, item, preference=until_sure.better(item))
    vote(until_sure, "a")
    assert slots(until_sure)[0] == 3


def test_a_ranking_is_sure_when_its_first_place_is(make_desk: MakeDesk) -> None:
    desk = make_desk(until_sure=True, judging="ranking", ranking_size=3)
    desk.import_rows([{"prompt": "Which?", "split": "train",
                       "completions": {n: f"answer {n}" for n in "abc"}}])  # fmt: skip
    desk.open()
    for name in ("Ann", "Ben", "Cem"):
        reviewer = desk.reviewer(name)
        [item] = desk.claim(reviewer)
        best = next(s for s, text in enumerate(item.answers, 1) if text == "answer a")
        rest = [s for s in (1, 2, 3) if s != best]
        desk.submit(reviewer, item, preference=None, ranking=((best,), tuple(rest)))
    assert slots(desk) == (3, 3, 0)


def test_the_simulated_votes_of_good_reviewers_settle_most_items_with_two(
    make_desk: MakeDesk,
) -> None:
    desk = make_desk(until_sure=True)
    desk.add_answers(40)
    desk.open()
    draw = random.Random(1)
    people = [desk.reviewer(f"r{i}") for i in range(8)]
    while sum(_judge_one(desk, person, draw) for person in people):
        pass
    votes = Counter(row["counted"] for row in desk.rows("SELECT counted FROM comparisons"))
    assert votes[2] > 20
    assert min(votes) == 2
    assert sum(votes.values()) == 40


def _judge_one(desk: Desk, person: Reviewer, draw: random.Random) -> bool:
    items = desk.claim(person)
    for item in items:
        sign = 1 if draw.random() < 0.9 else -1
        desk.submit(person, item, preference=sign * desk.better(item))
    return bool(items)


# The order of the queue


def test_disputed_items_come_before_uncertain_ones_and_these_before_new_ones(
    make_desk: MakeDesk,
) -> None:
    desk = make_desk(overlap=3)
    desk.add_answers(5)
    desk.open()
    ann, ben = desk.reviewer("Ann"), desk.reviewer("Ben")
    judged = desk.claim(ann, 2)
    for item in judged:
        desk.submit(ann, item, preference=desk.better(item))
    [first] = desk.claim(ben)
    assert first.answers[0].split()[-4:] in [i.answers[0].split()[-4:] for i in judged]
    desk.submit(ben, first, preference=-desk.better(first))  # now one is disputed, one uncertain
    cem = desk.claim(desk.reviewer("Cem"), 3)
    texts = [item.answers[0].split()[-4:] for item in cem]
    assert texts[0] == first.answers[0].split()[-4:]
    assert texts[1] in [item.answers[0].split()[-4:] for item in judged]
    assert texts[2] not in [item.answers[0].split()[-4:] for item in judged]


def test_what_is_sure_and_still_wants_a_vote_waits_till_the_end(make_desk: MakeDesk) -> None:
    desk = make_desk(overlap=3)
    desk.add_answers(2)
    desk.open()
    for name in ("Ann", "Ben"):
        reviewer = desk.reviewer(name)
        [item] = desk.claim(reviewer)
        desk.submit(reviewer, item, preference=desk.better(item))
    first, last = (i.answers[0].split()[-4:] for i in desk.claim(desk.reviewer("Cem"), 2))
    assert first != item.answers[0].split()[-4:]
    assert last == item.answers[0].split()[-4:]


def test_nobody_is_led_back_past_what_they_have_judged(make_desk: MakeDesk) -> None:
    """Each vote moves its item to the front; for those who gave one it must not be walked past
    again, or a claim would take longer with each judgement.
    """
    desk = make_desk(overlap=3)
    desk.add_answers(6)
    desk.open()
    ann = desk.reviewer()
    for _ in range(4):
        [item] = desk.claim(ann)
        desk.submit(ann, item)
    [place] = desk.rows("SELECT priority FROM queue_places WHERE reviewer_id = ?", ann.id)
    assert place["priority"] >= 0


def claimed(desk: Desk, reviewer: Reviewer) -> list[int]:
    """The order in which everything comes."""
    while items := desk.claim(reviewer):
        desk.submit(reviewer, items[0])
    rows = desk.rows(
        "SELECT comparison_id FROM judgements WHERE reviewer_id = ? ORDER BY id", reviewer.id
    )
    return [row["comparison_id"] for row in rows]


def test_oldest_first_goes_by_age(make_desk: MakeDesk) -> None:
    desk = make_desk(queue="oldest")
    desk.add_answers(12)
    desk.open()
    order = claimed(desk, desk.reviewer())
    assert order == sorted(order)
    assert len(order) == 12


def test_random_is_an_order_of_each_reviewers_own(make_desk: MakeDesk) -> None:
    desk = make_desk(queue="random", overlap=2)
    desk.add_answers(20)
    desk.open()
    ann, ben = (claimed(desk, desk.reviewer(name)) for name in ("Ann", "Ben"))
    assert sorted(ann) == sorted(ben)
    assert len(ann) == 20
    assert ann != ben
    assert ann != sorted(ann)


def test_the_logged_chances_of_a_random_pick_are_how_often_it_is_picked(
    make_desk: MakeDesk,
) -> None:
    """Drawn over a fine grid of points, each item comes as often as the chance that is logged."""
    desk = make_desk(queue="random")
    desk.add_answers(6)
    desk.open()
    ann = desk.reviewer()
    picks = desk.store.write(
        lambda db: [
            queue.pick_anywhere(db, desk.project.id, ann.id, at / 2000) for at in range(2000)
        ]
    )
    seen = Counter(pick for pick in picks if pick)
    assert len(seen) == 6
    for (_, chance), times in seen.items():
        assert times / 2000 == pytest.approx(chance, abs=0.001)
    assert sum(chance for _, chance in seen) == pytest.approx(1)


@pytest.mark.parametrize(("policy", "likely"), [("disputed", 1.0), ("oldest", 1.0)])
def test_every_pick_is_logged_with_its_chance(
    make_desk: MakeDesk, policy: str, likely: float
) -> None:
    desk = make_desk(queue=policy, gold_rate=0.3)
    desk.add_answers(10)
    desk.open()
    desk.add_gold(8)
    claimed(desk, desk.reviewer(seed=4))
    picks = desk.rows("SELECT picked_by, pick_probability FROM leases")
    chances = {row["picked_by"]: row["pick_probability"] for row in picks}
    assert chances[policy] == likely
    gold = [row["pick_probability"] for row in picks if row["picked_by"] == "gold"]
    assert gold == [pytest.approx(1 / left) for left in range(8, 8 - len(gold), -1)]


def test_a_changed_policy_puts_what_waits_into_its_order(make_desk: MakeDesk) -> None:
    desk = make_desk(queue="disputed")
    desk.add_answers(12)
    desk.open()
    settings = type(desk.project.settings)(queue="oldest", gold_rate=0.0, repeat_rate=0.0)
    desk.store.write(
        lambda db: projects.change_settings(db, desk.clock.now, desk.project.id, settings)
    )
    with desk.store.read() as db:
        desk.project = projects.by_id(db, desk.project.id)
    reorder(desk.store, desk.project)
    order = claimed(desk, desk.reviewer())
    assert order == sorted(order)


# Second looks


@pytest.mark.parametrize(
    ("look", "verdicts", "expected"),
    [
        (SecondLook(), "aaa", {}),
        (SecondLook(), "aab", {"dispute": 1}),
        (SecondLook(), "ttt", {}),
        (SecondLook(disputes=False), "aab", {}),
        (SecondLook(share=1.0), "aaa", {"sample": 1}),
        (SecondLook(newcomers=5), "aaa", {"newcomer": 1}),
        (SecondLook(newcomers=5), "aab", {"dispute": 1}),
        (SecondLook(share=1.0), "aa", {}),  # not judged to the end yet
    ],
)
def test_what_a_project_asks_for_goes_to_a_lead(
    make_desk: MakeDesk, look: SecondLook, verdicts: str, expected: dict[str, int]
) -> None:
    desk = make_desk(overlap=3, second_look=look)
    desk.add_answers(1)
    desk.open()
    vote(desk, verdicts)
    assert waiting(desk) == expected


def test_a_share_of_the_others_is_that_share(make_desk: MakeDesk) -> None:
    desk = make_desk(second_look=SecondLook(share=0.25))
    desk.add_answers(80)
    desk.open()
    desk.judge_all(desk.reviewer())
    assert 10 < waiting(desk)["sample"] < 30


def test_only_what_newcomers_judge_is_looked_at(make_desk: MakeDesk) -> None:
    desk = make_desk(second_look=SecondLook(newcomers=3))
    desk.add_answers(8)
    desk.open()
    desk.judge_all(desk.reviewer())
    assert waiting(desk) == {"newcomer": 3}


def test_a_majority_that_is_sure_enough_is_no_dispute(make_desk: MakeDesk) -> None:
    desk = make_desk(overlap=4)
    desk.add_answers(1)
    desk.open()
    vote(desk, "aaab")
    assert waiting(desk) == {}


@pytest.mark.parametrize(("scores", "expected"), [((0, 2), {"dispute": 1}), ((1, 2), {})])
def test_single_answers_are_disputed_by_ratings_far_apart(
    make_desk: MakeDesk, scores: tuple[int, int], expected: dict[str, int]
) -> None:
    desk = make_desk(overlap=2, judging="single")
    desk.import_rows([{"prompt": "What?", "variant": "a", "completion": "This.", "split": "train"}])
    desk.open()
    for name, score in zip(("Ann", "Ben"), scores, strict=True):
        reviewer = desk.reviewer(name)
        [item] = desk.claim(reviewer)
        desk.submit(
            reviewer, item, preference=None, ratings={1: {"faithful": score, "to_the_point": 1}}
        )
    assert waiting(desk) == expected
