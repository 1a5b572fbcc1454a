"""Beside the verdict: skip, flag, go back, one's own progress, and a place in the queue."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.conftest import START, Desk
from workbench import judging
from workbench.errors import InvalidInput, NeverHeld
from workbench.records import Item, Reviewer, Span

MakeDesk = Callable[..., Desk]


@pytest.fixture
def five(desk: Desk) -> Desk:
    """Five open comparisons."""
    desk.add_answers(5)
    desk.open()
    return desk


def skip(desk: Desk, person: Reviewer, item: Item, reason: str = "not my field") -> None:
    now = desk.clock.now
    desk.store.write(lambda db: judging.skip(db, person, item.id, reason, now))


def flag(desk: Desk, person: Reviewer, item: Item, text: str = "Both are cut off") -> None:
    now = desk.clock.now
    desk.store.write(lambda db: judging.flag(db, person, item.id, text, now))


def undo(
    desk: Desk, person: Reviewer, before: str | None = None
) -> tuple[Item, dict[str, Any]] | None:
    with desk.store.read() as db:
        return judging.undo(db, desk.project, person, before)


# Skip


def test_what_was_skipped_goes_to_others_and_never_comes_back(five: Desk) -> None:
    ann, ben = five.reviewer("Ann"), five.reviewer("Ben")
    [item] = five.claim(ann)
    skip(five, ann, item)
    assert item.answers not in [i.answers for i in five.claim(ann, 10)]
    five.clock.pass_by(hours=1)  # Ann's leases run out
    found = [tuple(sorted(i.answers)) for i in five.claim(ben, 10)]
    assert tuple(sorted(item.answers)) in found


def test_skipping_twice_changes_nothing(five: Desk) -> None:
    ann = five.reviewer()
    [item] = five.claim(ann)
    skip(five, ann, item, "no idea")
    skip(five, ann, item, "another reason")
    assert five.rows("SELECT reason FROM skips") == [{"reason": "no idea"}]


@pytest.mark.parametrize("reason", ["", "   ", "x" * 2_001])
def test_a_skip_says_why(five: Desk, reason: str) -> None:
    ann = five.reviewer()
    [item] = five.claim(ann)
    with pytest.raises(InvalidInput) as refused:
        skip(five, ann, item, reason)
    assert refused.value.field == "reason"


def test_what_was_judged_is_not_skipped(five: Desk) -> None:
    ann = five.reviewer()
    [item] = five.claim(ann)
    five.submit(ann, item)
    with pytest.raises(InvalidInput, match="judged"):
        skip(five, ann, item)


# Flag


def test_a_flag_opens_one_thread_and_keeps_the_item(five: Desk) -> None:
    ann, ben = five.reviewer("Ann"), five.reviewer("Ben")
    [item] = five.claim(ann)
    flag(five, ann, item)
    flag(five, ann, item, "And the prompt is too")
    assert [i.id for i in five.claim(ann)] == [item.id]
    assert five.rows("SELECT status FROM threads") == [{"status": "open"}]
    said = five.rows("SELECT text FROM thread_messages ORDER BY id")
    assert [row["text"] for row in said] == ["Both are cut off", "And the prompt is too"]
    with pytest.raises(NeverHeld):
        flag(five, ben, item)


def test_the_log_of_asides_has_no_words(five: Desk) -> None:
    ann = five.reviewer()
    one, two = five.claim(ann, 2)
    skip(five, ann, one, "secret words")
    flag(five, ann, two, "secret words")
    events = five.rows("SELECT kind, data FROM events WHERE kind LIKE 'item.%'")
    assert [e["kind"] for e in events] == ["item.skipped", "item.flagged"]
    assert "secret" not in repr(events)


# Back


def test_undo_goes_back_judgement_by_judgement(five: Desk) -> None:
    ann = five.reviewer()
    first, second = five.claim(ann, 2)
    five.submit(ann, first, preference=-3)
    five.submit(ann, second, preference=2)
    back = undo(five, ann)
    assert back is not None
    assert (back[0].answers, back[1]["preference"]) == (second.answers, 2)
    earlier = undo(five, ann, back[0].id)
    assert earlier is not None
    assert (earlier[0].answers, earlier[1]["preference"]) == (first.answers, -3)
    assert undo(five, ann, earlier[0].id) is None


def test_undo_returns_what_was_said_in_the_words_of_the_api(make_desk: MakeDesk) -> None:
    desk = make_desk(reasons=("facts",))
    desk.import_rows([{
        "prompt": "Who?", "context": "It was Ada.", "split": "train",
        "completions": {"a": "Ada did it", "b": "Bob did it"},
    }])  # fmt: skip
    desk.open()
    ann = desk.reviewer()
    [item] = desk.claim(ann)
    span = Span(2, 0, 3, "not_in_source", severity="major", note="no", view="markdown",
                evidence_start=7, evidence_end=10)  # fmt: skip
    said = {
        "preference": -2, "ratings": {1: {"faithful": 2}}, "spans": (span,),
        "correction": {2: "Ada"}, "rationale": "So it is", "reasons": ("facts",), "seconds": 4.0,
    }  # fmt: skip
    desk.submit(ann, item, **said)
    back = undo(desk, ann)
    assert back is not None
    _, judgement = back
    assert judgement["spans"] == [vars(span) | {"quote": item.answers[1][:3]}]
    for key in ("preference", "ratings", "correction", "rationale", "seconds"):
        assert judgement[key] == said[key], key
    assert judgement["reasons"] == ["facts"]


def test_undo_counts_until_it_is_revised(five: Desk) -> None:
    ann = five.reviewer()
    [item] = five.claim(ann)
    five.submit(ann, item, preference=-3)
    back = undo(five, ann)
    assert back is not None
    assert len(five.counted()) == 1
    five.submit(ann, back[0], submission_id="revision", preference=3)
    [counted] = five.counted()
    assert counted["strength"] == 3
    assert item.answers[1] in repr(
        five.rows("SELECT messages FROM completions WHERE id = ?", counted["winner_id"])
    )


# Progress


def test_progress_counts_ones_own_and_the_pace(five: Desk) -> None:
    ann, ben = five.reviewer("Ann"), five.reviewer("Ben")
    for seconds in (2.0, 4.0, 30.0):
        [item] = five.claim(ann)
        five.submit(ann, item, seconds=seconds)
        five.clock.pass_by(hours=1)
    [item] = five.claim(ben)
    five.submit(ben, item)
    with five.store.read() as db:
        found = judging.progress(db, five.project, ann, START + timedelta(minutes=30))
    assert found == judging.Progress(judged=3, since=2, goal=None, median_seconds=4.0)


# The queue


def test_a_place_in_the_queue_goes_back_for_what_opens_before_it(five: Desk) -> None:
    ann, ben = five.reviewer("Ann"), five.reviewer("Ben")
    [held] = five.claim(ben, tab="ben")
    five.judge_all(ann)  # Ann's place is at the end now
    assert five.claim(ann) == []
    five.clock.pass_by(hours=1)  # Ben's lease runs out
    [item] = five.claim(ann)
    assert sorted(item.answers) == sorted(held.answers)


def test_new_comparisons_before_ones_place_are_found(desk: Desk) -> None:
    ann = desk.reviewer()
    seen = 0
    for word in ("one", "two", "three", "four"):
        desk.add_answers(4, word=word)
        desk.open()
        seen += desk.judge_all(ann)
    assert seen == 16


def test_at_a_higher_overlap_each_person_judges_each_item_once(make_desk: MakeDesk) -> None:
    desk = make_desk(overlap=3)
    desk.add_answers(6)
    desk.open()
    people = [desk.reviewer(name) for name in ("Ann", "Ben", "Cem", "Dan")]
    assert [desk.judge_all(person) for person in people] == [6, 6, 6, 0]


def test_others_hold_what_may_come_back(five: Desk) -> None:
    ann, ben = five.reviewer("Ann"), five.reviewer("Ben")
    with five.store.read() as db:
        assert judging.holders(db, five.project, ann) is None
    five.claim(ben, 2)
    with five.store.read() as db:
        assert judging.holders(db, five.project, ann) == "others"
        assert judging.holders(db, five.project, ben) == "own_tabs"
