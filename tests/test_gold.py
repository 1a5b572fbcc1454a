"""Gold and repeats: mixed in unseen, measured as they are judged, and who fails is paused."""

import json
from collections.abc import Callable

import pytest

from tests.conftest import Desk
from workbench import judging
from workbench.errors import Paused
from workbench.judging import trust
from workbench.records import Item, Reviewer
from workbench.store import gold, track_records
from workbench.store.track_records import TrackRecord

MakeDesk = Callable[..., Desk]


def record(desk: Desk, reviewer: Reviewer) -> TrackRecord:
    with desk.store.read() as db:
        return track_records.get(db, desk.project.id, reviewer.id)


def judge(desk: Desk, reviewer: Reviewer, count: int, *, right: bool = True) -> list[Item]:
    """Up to `count` items, all judged rightly or all wrongly."""
    judged: list[Item] = []
    while len(judged) < count and (items := desk.claim(reviewer, 1)):
        sign = 1 if right else -1
        desk.submit(reviewer, items[0], preference=sign * desk.better(items[0]))
        judged += items
    return judged


@pytest.fixture
def all_gold(make_desk: MakeDesk) -> Desk:
    desk = make_desk(gold_rate=1.0)
    desk.add_gold(30)
    return desk


# Mixing


def test_gold_is_drawn_by_its_rate_and_takes_no_slot(make_desk: MakeDesk) -> None:
    desk = make_desk(gold_rate=0.25)
    desk.add_answers(40)
    desk.open()
    desk.add_gold(25)
    judged = len(judge(desk, desk.reviewer(seed=5), 1000))
    met = len(desk.counted(comparison_kinds=("gold",)))
    assert judged == 40 + met
    assert 0.1 < met / judged < 0.4


def test_a_reviewer_meets_a_gold_item_once(all_gold: Desk) -> None:
    assert len(judge(all_gold, all_gold.reviewer(), 100)) == 30
    assert len(all_gold.counted(comparison_kinds=("gold",))) == 30


def test_gold_is_the_same_for_everyone_who_meets_it(make_desk: MakeDesk) -> None:
    desk = make_desk(gold_rate=1.0)
    desk.add_gold(1)
    for name in ("Ann", "Ben", "Cem"):
        assert len(judge(desk, desk.reviewer(name), 10)) == 1


def test_reviewers_meet_gold_in_different_orders(all_gold: Desk) -> None:
    for name in ("Ann", "Ben"):
        judge(all_gold, all_gold.reviewer(name), 30)
    orders = [
        [row["comparison_id"] for row in all_gold.rows(
            "SELECT comparison_id FROM judgements WHERE reviewer_id = ? ORDER BY id",
            all_gold.person(name).id,
        )]
        for name in ("Ann", "Ben")
    ]  # fmt: skip
    assert sorted(orders[0]) == sorted(orders[1])
    assert orders[0] != orders[1]


def test_who_judged_a_pair_as_work_does_not_meet_it_as_gold(make_desk: MakeDesk) -> None:
    desk = make_desk(gold_rate=0.0)
    desk.add_answers(2, word="gold")
    desk.open()
    ann, ben = desk.reviewer("Ann"), desk.reviewer("Ben")
    desk.judge_all(ann)
    desk.add_gold(0)
    with desk.store.read() as db:
        assert gold.next_for(db, desk.project.id, ann.id) is None
        assert gold.next_for(db, desk.project.id, ben.id) is not None


def test_who_met_a_pair_as_gold_does_not_get_it_as_work(make_desk: MakeDesk) -> None:
    desk = make_desk(gold_rate=1.0)
    desk.add_gold(3)
    ann = desk.reviewer()
    assert len(judge(desk, ann, 3)) == 3
    desk.open()
    assert desk.claim(ann, 5) == []


def test_nobody_meets_gold_of_their_own_making(make_desk: MakeDesk) -> None:
    desk = make_desk(gold_rate=1.0)
    lead = desk.reviewer("Lea", role="lead")
    desk.add_gold(2, made_by=lead.id)
    assert desk.claim(lead) == []
    assert desk.claim(desk.reviewer("Ann")) != []


@pytest.mark.parametrize("seed", range(4))
def test_the_sides_of_gold_are_balanced(make_desk: MakeDesk, seed: int) -> None:
    desk = make_desk(gold_rate=1.0)
    desk.add_gold(20)
    items = judge(desk, desk.reviewer(seed=seed), 20)
    first = [item.answers[0].startswith("A fine") for item in items]
    assert all(sum(first[at : at + 2]) == 1 for at in range(0, 20, 2))
    assert len({tuple(first[at : at + 2]) for at in range(0, 20, 2)}) == 2


def test_whoever_always_presses_the_same_key_passes_half_and_is_paused(all_gold: Desk) -> None:
    ann = all_gold.reviewer()
    while not record(all_gold, ann).paused_at:
        all_gold.submit(ann, all_gold.claim(ann)[0], preference=-3)
    assert record(all_gold, ann).passed / record(all_gold, ann).failed == pytest.approx(1, abs=0.3)


def test_a_check_is_never_the_only_thing_that_is_left(make_desk: MakeDesk) -> None:
    """An item that comes after all is judged would give itself away."""
    desk = make_desk(gold_rate=0.5)
    desk.add_gold(20)
    assert [desk.claim(desk.reviewer(name)) for name in ("Ann", "Ben", "Cem", "Dan")] == [[]] * 4


# What passes


@pytest.mark.parametrize(
    ("verdict", "tie", "passed"),
    [
        ("better", False, 1),
        ("worse", False, 0),
        ({"preference": 0}, False, 0),
        ({"preference": None, "all_bad": True}, False, 0),
        ({"preference": 0}, True, 1),
        ({"preference": None, "all_bad": True}, True, 1),
        ("better", True, 0),
    ],
)
def test_the_right_sign_passes_and_a_tie_only_where_it_is_known(
    make_desk: MakeDesk, verdict: object, tie: bool, passed: int
) -> None:
    desk = make_desk(gold_rate=1.0)
    desk.add_gold(1, **({"winner_id": None, "loser_id": None} if tie else {}))
    ann = desk.reviewer()
    [item] = desk.claim(ann)
    said = verdict if isinstance(verdict, dict) else {
        "preference": desk.better(item) * (1 if verdict == "better" else -1)
    }  # fmt: skip
    desk.submit(ann, item, **said)
    assert (record(desk, ann).passed, record(desk, ann).failed) == (passed, 1 - passed)


def test_work_changes_no_record(desk: Desk) -> None:
    desk.add_answers(3)
    desk.open()
    ann = desk.reviewer()
    judge(desk, ann, 3, right=False)
    assert record(desk, ann) == TrackRecord()


def test_a_revised_gold_answer_counts_as_it_stands_now(all_gold: Desk) -> None:
    ann = all_gold.reviewer()
    items = judge(all_gold, ann, 4, right=False)
    assert record(all_gold, ann).failed == 4
    all_gold.submit(
        ann, items[0], preference=all_gold.better(items[0]), submission_id="a second thought"
    )
    now = record(all_gold, ann)
    assert (now.passed, now.failed) == (1, 3)
    assert now.suspicion < 4 * 0.981


def test_a_retired_gold_item_counts_for_nobody(all_gold: Desk) -> None:
    ann = all_gold.reviewer()
    judge(all_gold, ann, 1, right=False)
    [wrong] = all_gold.rows("SELECT comparison_id FROM judgements")
    all_gold.store.write(
        lambda db: trust.retire_gold(db, wrong["comparison_id"], all_gold.clock.now)
    )
    assert (record(all_gold, ann).passed, record(all_gold, ann).failed) == (0, 0)


# The pause


def test_seven_failures_do_pause_and_five_do_not(all_gold: Desk) -> None:
    ann = all_gold.reviewer()
    judge(all_gold, ann, 5, right=False)
    assert record(all_gold, ann).paused_at is None
    judge(all_gold, ann, 1, right=False)
    assert record(all_gold, ann).paused_at is not None


def paused(desk: Desk) -> Reviewer:
    ann = desk.reviewer()
    judge(desk, ann, 6, right=False)
    return ann


def test_a_paused_reviewer_is_told_kindly_and_gets_nothing(all_gold: Desk) -> None:
    ann = paused(all_gold)
    with pytest.raises(Paused) as told:
        all_gold.claim(ann)
    assert told.value.code == "paused"
    assert "Nothing that you did is lost" in told.value.message


def test_the_pause_leaves_its_evidence_in_the_log(all_gold: Desk) -> None:
    ann = paused(all_gold)
    [event] = all_gold.rows("SELECT * FROM events WHERE kind = 'reviewer.paused'")
    assert event["subject_id"] == ann.id
    assert '"failed":6' in event["data"]


def test_what_a_paused_reviewer_held_goes_to_others_at_once(make_desk: MakeDesk) -> None:
    desk = make_desk(gold_rate=1.0)
    desk.add_gold(10)
    ann = desk.reviewer()
    assert desk.claim(ann, 1, "other tab")
    judge(desk, ann, 6, right=False)
    assert record(desk, ann).paused_at
    assert desk.rows("SELECT * FROM leases WHERE status = 'held'") == []


def test_a_late_judgement_of_a_paused_reviewer_is_kept_and_counts_nowhere(
    make_desk: MakeDesk,
) -> None:
    desk = make_desk(gold_rate=0.0)
    desk.add_answers(1)
    desk.open()
    ann = desk.reviewer()
    [item] = desk.claim(ann)
    desk.store.write(lambda db: track_records.pause(db, desk.clock.now, desk.project.id, ann.id))
    assert desk.submit(ann, item).surplus
    assert desk.counted() == []


def test_a_resumed_reviewer_goes_on_with_a_clean_slate(all_gold: Desk) -> None:
    ann = paused(all_gold)
    all_gold.clock.pass_by(minutes=1)
    all_gold.store.write(
        lambda db: trust.resume(db, all_gold.project.id, ann.id, None, all_gold.clock.now)
    )
    now = record(all_gold, ann)
    assert (now.paused_at, now.suspicion, now.failed) == (None, 0, 6)
    assert len(judge(all_gold, ann, 3)) == 3


def test_a_pause_in_one_project_does_not_stop_work_in_another(make_desk: MakeDesk) -> None:
    strict, other = make_desk("strict", gold_rate=1.0), make_desk("other")
    strict.add_gold(10)
    ann = paused(strict)
    other.add_answers(1)
    other.open()
    assert len(other.claim(ann)) == 1


# Repeats


@pytest.fixture
def with_repeats(make_desk: MakeDesk) -> Desk:
    desk = make_desk(repeat_rate=0.5)
    desk.add_answers(60)
    desk.open()
    return desk


def test_a_repeat_comes_after_a_while_with_its_sides_swapped(with_repeats: Desk) -> None:
    judge(with_repeats, with_repeats.reviewer(), 1000)
    pairs = with_repeats.rows(
        "SELECT j.id AS first, k.id AS again, j.shown AS one, k.shown AS other FROM judgements k"
        " JOIN comparisons r ON r.id = k.comparison_id AND r.kind = 'repeat'"
        " JOIN judgements j ON j.comparison_id = r.repeat_of"
    )
    assert 10 < len(pairs) <= 60
    assert all(pair["again"] - pair["first"] >= 20 for pair in pairs)
    assert all(json.loads(pair["one"]) == json.loads(pair["other"])[::-1] for pair in pairs)


def test_nothing_is_repeated_twice_for_the_same_reviewer(with_repeats: Desk) -> None:
    judge(with_repeats, with_repeats.reviewer(), 1000)
    repeats = with_repeats.rows("SELECT repeat_of FROM comparisons WHERE kind = 'repeat'")
    assert len(repeats) == len({row["repeat_of"] for row in repeats})


def test_a_repeat_passes_with_the_same_verdict_and_counts_for_no_consensus(
    with_repeats: Desk,
) -> None:
    ann = with_repeats.reviewer()
    for at in range(1000):
        items = with_repeats.claim(ann)
        if not items:
            break
        with_repeats.submit(ann, items[0], preference=-1 if at % 2 else 1)
    rows = with_repeats.rows(
        "SELECT k.passed, j.winner_id = k.winner_id AS same FROM judgements k"
        " JOIN comparisons r ON r.id = k.comparison_id AND r.kind = 'repeat'"
        " JOIN judgements j ON j.comparison_id = r.repeat_of"
    )
    assert all(row["passed"] == row["same"] for row in rows)
    assert {row["passed"] for row in rows} == {0, 1}
    assert len(with_repeats.counted()) == 60


# Training


@pytest.fixture
def school(make_desk: MakeDesk) -> Desk:
    desk = make_desk(training=4, pass_mark=0.75)
    desk.add_gold(6, training=True, explanation="The card says so.")
    desk.add_answers(2)
    desk.open(2)
    return desk


def test_training_comes_first_one_by_one_with_feedback_after_each(school: Desk) -> None:
    ann = school.reviewer()
    [item] = school.claim(ann, 5)
    assert item.training
    said = school.submit(ann, item, preference=-school.better(item)).feedback
    assert said
    assert (said.right, said.done, said.of, said.qualified) == (False, 1, 4, None)
    assert item.answers[said.better - 1].startswith("A fine")
    assert said.explanation == "The card says so."


def test_a_training_verdict_sent_twice_counts_once_and_brings_the_same_feedback(
    school: Desk,
) -> None:
    ann = school.reviewer()
    [item] = school.claim(ann)
    first, again = (school.submit(ann, item, preference=school.better(item)) for _ in range(2))
    assert again.duplicate
    assert first.feedback == again.feedback
    assert record(school, ann).trained == 1


def test_who_reaches_the_pass_mark_goes_on_to_work(school: Desk) -> None:
    ann = school.reviewer()
    judge(school, ann, 1, right=False)
    judge(school, ann, 3)
    assert record(school, ann).qualified_at
    [item, *_] = school.claim(ann)
    assert not item.training
    assert school.submit(ann, item).feedback is None


def test_who_misses_it_waits_for_the_lead_and_may_try_again(school: Desk) -> None:
    ann = school.reviewer()
    judge(school, ann, 2, right=False)
    judge(school, ann, 2)
    with pytest.raises(Paused):
        school.claim(ann)
    school.store.write(
        lambda db: trust.resume(db, school.project.id, ann.id, None, school.clock.now)
    )
    school.clock.pass_by(minutes=1)
    items = school.claim(ann)
    assert items[0].training


def test_a_lead_sees_who_did_not_pass_until_they_try_again(school: Desk) -> None:
    ann = school.reviewer()
    judge(school, ann, 4, right=False)

    def failed() -> list[int]:
        with school.store.read() as db:
            return list(trust.failed_training(db, school.project))

    assert failed() == [ann.id]
    school.store.write(
        lambda db: trust.resume(db, school.project.id, ann.id, None, school.clock.now)
    )
    assert failed() == []


def test_leads_need_no_training(school: Desk) -> None:
    [item, *_] = school.claim(school.reviewer("Lea", role="lead"))
    assert not item.training


def test_no_more_training_is_asked_for_than_there_is(make_desk: MakeDesk) -> None:
    desk = make_desk(training=10)
    desk.add_gold(1, training=True)
    ann = desk.reviewer()
    judge(desk, ann, 1)
    assert record(desk, ann).qualified_at


def test_training_items_are_never_mixed_into_work(school: Desk) -> None:
    with school.store.read() as db:
        assert gold.next_for(db, school.project.id, school.reviewer().id) is None


def test_a_training_verdict_is_no_part_of_the_record(school: Desk) -> None:
    ann = school.reviewer()
    judge(school, ann, 4)
    assert (record(school, ann).passed, record(school, ann).failed) == (0, 0)


def test_releasing_and_claiming_again_loses_no_gold(all_gold: Desk) -> None:
    ann = all_gold.reviewer()
    for _ in range(5):
        held = [item.id for item in all_gold.claim(ann, 5)]
        all_gold.store.write(lambda db, held=held: judging.release(db, ann, held))
    assert len(judge(all_gold, ann, 100)) == 30
