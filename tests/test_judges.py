"""Judge models: both orders, one verdict of their own, nothing in place of what can't be read."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import Desk, slots_are_sound
from tests.judge_models import Scripted, add_judge, fine, quiet, run_judge, says, verdicts_of
from tests.running import kill_midway
from workbench import jobs, judges
from workbench.adjudication.cases import case
from workbench.demo import starter_model
from workbench.errors import InvalidInput
from workbench.judges.replies import read
from workbench.judges.verdicts import Pair, judgement
from workbench.providers import Failure
from workbench.records import Model, Span
from workbench.settings import Assist
from workbench.store import judges as stored
from workbench.store import votes
from workbench.store.database import Database
from workbench.store.judges import Reading

MakeDesk = Callable[..., Desk]
CRITERIA = [{"key": "faithful", "min": 0, "max": 2}]
ANSWERS = ("The mayor was the mayor.", "Nobody knows.")


# Replies


@pytest.mark.parametrize(
    ("reply", "preference"),
    [
        ('{"preference": -2}', -2),
        ('{"preference": 3.0}', 3),
        ('{"preference": "+1"}', 1),
        ('{"preference": "−3"}', -3),
        ('{"preference": "Tie"}', 0),
        ('```json\n{"preference": 1}\n```', 1),
        ('Let me think {hard}.\n{"a": 1} So: {"preference": 2, "reason": "{x}"} Done.', 2),
        ('At first {"preference": 1}, but then {"preference": -1}', -1),
        ('{"preference": 4}', None),
        ('{"preference": 1.5}', None),
        ('{"preference": true}', None),
        ('{"preference": null}', None),
        ('{"preference": "answer 1"}', None),
        ('{"verdict": 1}', None),
        ('{"preference": 1', None),
        ("Answer 1 is better.", None),
        ("", None),
    ],
)
def test_a_verdict_is_read_or_it_is_not(reply: str, preference: int | None) -> None:
    said = read(reply, ANSWERS, CRITERIA, {"off_topic"})
    assert (said.preference if said else None) == preference


@given(reply=st.text() | st.text(alphabet='{}[]":,preference0123 -'))
def test_any_reply_at_all_is_read_or_refused(reply: str) -> None:
    said = read(reply, ANSWERS, CRITERIA, set())
    assert said is None or -3 <= said.preference <= 3


def test_ratings_off_their_scale_are_left_out() -> None:
    ratings = {"1": {"faithful": 2, "no_such": 1}, "2": {"faithful": 3}, "3": {"faithful": 1}}
    said = read(says(1, ratings=ratings), ANSWERS, CRITERIA, set())
    assert said
    assert said.ratings == {1: {"faithful": 2}}


def test_quotes_become_offsets_and_what_is_not_there_is_counted() -> None:
    spans: list[Any] = [
        {"answer": 1, "quote": "mayor", "occurrence": 2, "category": "off_topic"},
        {"answer": 2, "quote": "Nobody", "category": "off_topic"},
        {"answer": 1, "quote": "mayor", "occurrence": 3, "category": "off_topic"},
        {"answer": 2, "quote": "Somebody", "category": "off_topic"},
        {"answer": 2, "quote": "Nobody", "category": "no_such"},
        {"answer": 3, "quote": "Nobody", "category": "off_topic"},
        "no span",
    ]
    said = read(says(1, spans=spans), ANSWERS, [], {"off_topic"})
    assert said
    assert [(s["answer"], s["start"], s["end"]) for s in said.spans] == [(1, 18, 23), (2, 0, 6)]
    assert said.dropped == 5


# Two orders, one verdict


@pytest.mark.parametrize(
    ("one", "other", "tie", "flips", "strength", "level", "probability"),
    [
        (-2, -2, False, False, 2, 4, 1 / 6),
        (3, 3, False, False, 3, 6, 1.0),
        (1, 2, False, False, 2, 3, 0.75),
        (1, 0, True, False, 0, 0, 7 / 12),
        (0, 0, True, False, 0, 0, 0.5),
        (2, -2, True, True, 0, 0, 0.5),
        (3, -1, True, True, 0, 0, 8 / 12),
    ],
)
def test_a_flip_is_a_tie(
    one: int, other: int, tie: bool, flips: bool, strength: int, level: int, probability: float
) -> None:
    """Of ±1 and ±2 the mean strength is 1.5, which is rounded half to even."""
    pair = Pair(one, other)
    assert (pair.tie, pair.flips, pair.strength, pair.level) == (tie, flips, strength, level)
    assert pair.probability == pytest.approx(probability)


def test_ratings_are_averaged_half_to_even(desk: Desk) -> None:
    straight = Reading(1, False, -1, ratings={1: {"a": 1, "b": 2}, 2: {"a": 5}})
    turned = Reading(1, True, 1, ratings={2: {"a": 2, "b": 3}, 1: {"c": 4}})
    new = judgement(desk.project, 7, (10, 11), (straight, turned))
    assert new.ratings == {1: {"a": 2, "b": 2}, 2: {"a": 5, "c": 4}}
    assert (new.winner_id, new.shown, new.probability) == (10, (10, 11), pytest.approx(1 / 3))


def test_each_item_is_read_in_both_orders_and_judged_once(desk: Desk) -> None:
    desk.add_answers(3)
    desk.open()
    judge, scripted = add_judge(desk), Scripted()
    found = judges.run(desk.store, judge, quiet, provider=scripted)
    assert found == {"readings": 6, "unreadable": 0, "failures": 0, "judged": 3}
    assert len({request.messages[0]["content"] for request in scripted.asked}) == 6
    for row in verdicts_of(desk, judge):
        assert row["winner_id"] == min(json.loads(row["shown"]))  # the answer of variant a
        assert (row["strength"], row["probability"]) == (2, pytest.approx(1 / 6))
        assert row["rationale"] == "So it is."
        assert row["lease_id"] is None


def test_a_judge_takes_no_slot_and_is_no_person(desk: Desk) -> None:
    desk.add_answers(2)
    desk.open()
    run_judge(desk, add_judge(desk))
    with desk.store.read() as db:
        assert slots_are_sound(db)
    assert desk.counted("human") == []
    assert len(desk.counted("judge")) == 2
    assert len(desk.claim(desk.reviewer(), 5)) == 2


def test_a_judges_vote_is_not_among_peoples_when_an_item_is_finished(make_desk: MakeDesk) -> None:
    """Against a judge's verdict, the one person is no dispute."""
    desk = make_desk(overlap=2)
    desk.add_answers(1)
    desk.open()
    run_judge(desk, add_judge(desk))
    for name in ("Ann", "Bo"):
        person = desk.reviewer(name)
        [item] = desk.claim(person)
        desk.submit(person, item, preference=-desk.better(item))
    assert desk.rows("SELECT * FROM reviews") == []


def test_a_lead_sees_a_judges_verdict_marked_and_without_a_vote(desk: Desk) -> None:
    desk.add_answers(1)
    desk.open()
    judge = add_judge(desk)
    run_judge(desk, judge)
    ann = desk.reviewer()
    [item] = desk.claim(ann)
    desk.submit(ann, item, preference=-desk.better(item))
    with desk.store.read() as db:
        found = case(db, desk.project, verdicts_of(desk, judge)[0]["comparison_id"])
    assert [(one.who, one.counts) for one in found.opinions] == [("A", True), ("judge 1", False)]


def test_ratings_of_a_judge_are_in_no_report_on_people(desk: Desk) -> None:
    desk.add_answers(1)
    desk.open()
    run_judge(desk, add_judge(desk), lambda *_: says(-1, ratings={"1": {"faithful": 0}}))
    with desk.store.read() as db:
        assert votes.sampled_ratings(db, desk.project.id, 1.0, ("human",)) == []
        assert len(votes.sampled_ratings(db, desk.project.id, 1.0, ("judge",))) == 2


def test_what_was_read_is_not_asked_again(desk: Desk) -> None:
    desk.add_answers(2)
    desk.open()
    judge = add_judge(desk)
    run_judge(desk, judge)
    assert run_judge(desk, judge)["readings"] == 0
    desk.add_answers(1, word="more")
    desk.open()
    assert run_judge(desk, judge)["readings"] == 2


def test_an_unreadable_reply_is_a_failure_that_stays(desk: Desk) -> None:
    desk.add_answers(1)
    desk.open()
    judge = add_judge(desk)

    def mumbles(first: str, second: str) -> str:
        return "Hm." if first.startswith("A fine") else fine(first, second)

    assert run_judge(desk, judge, mumbles)["unreadable"] == 1
    assert run_judge(desk, judge)["readings"] == 0
    assert verdicts_of(desk, judge) == []
    with desk.store.read() as db:
        [failed] = stored.failures(db, judge.reviewer_id)
    assert (failed["error"], failed["reply"]) == ("unreadable", "Hm.")


@pytest.mark.parametrize(("code", "again"), [("transient", 2), ("permanent", 2), ("refused", 0)])
def test_a_failure_on_the_way_is_asked_again(desk: Desk, code: Any, again: int) -> None:
    desk.add_answers(1)
    desk.open()
    judge = add_judge(desk)
    assert run_judge(desk, judge, lambda *_: Failure(code, "No."))["failures"] == 2
    assert run_judge(desk, judge)["readings"] == again


@pytest.mark.parametrize(("which", "count"), [("judged", 1), ("open", 2), ("all", 3)])
def test_which_items_are_read(desk: Desk, which: Any, count: int) -> None:
    desk.add_answers(3)
    desk.open()
    ann = desk.reviewer()
    desk.submit(ann, desk.claim(ann)[0])
    assert run_judge(desk, add_judge(desk), which=which)["judged"] == count


def test_a_sample_is_drawn_once(desk: Desk) -> None:
    desk.add_answers(9)
    desk.open()
    judge = add_judge(desk)
    assert run_judge(desk, judge, sample=4)["judged"] == 4
    assert run_judge(desk, judge, sample=4)["judged"] == 0
    assert run_judge(desk, judge, sample=6)["judged"] == 2


def test_a_judge_reads_the_rules_and_what_people_see(make_desk: MakeDesk) -> None:
    desk = make_desk()
    said = {"a": "As ChatGPT, I say 1807.", "b": "In 1809."}
    desk.import_rows(
        [{"prompt": "When?", "context": "The source.", "split": "train", "completions": said}]
    )
    desk.open()
    scripted = Scripted(lambda *_: says(0))
    judges.run(desk.store, add_judge(desk), quiet, provider=scripted)
    text = scripted.asked[0].messages[0]["content"]
    for part in ("The source.", "When?", "faithful (0 to 2)", "not_in_source"):
        assert part in text
    assert "ChatGPT" not in text


def test_own_instructions_are_a_template(desk: Desk) -> None:
    desk.add_answers(1)
    desk.open()
    judge = add_judge(desk, instructions="Which?\n# Answer 1\n{{ first }}\n\n# Answer 2\n"
                      "{{ second }}\n\n# Your verdict")  # fmt: skip
    assert run_judge(desk, judge)["judged"] == 1


@pytest.mark.parametrize(
    ("how", "field"),
    [
        ({"instructions": "{{ first }}"}, "instructions"),
        ({"instructions": "{{ first }} {{ second }} {{ third }}"}, "instructions"),
        ({"instructions": "{% if %}"}, "instructions"),
        ({"name": " "}, "name"),
        ({"model": Model("old", "imported", "")}, "model"),
    ],
)
def test_what_is_no_judge_is_refused(desk: Desk, how: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        add_judge(desk, **how)
    assert caught.value.field == field
    assert desk.rows("SELECT * FROM judge_models") == []


def test_a_judge_never_changes(desk: Desk) -> None:
    add_judge(desk)

    def change(db: Database) -> None:
        db.conn.execute("UPDATE judge_models SET instructions = ''")

    with pytest.raises(Exception, match="a changed judge is a new one"):
        desk.store.write(change)


def test_gold_gets_no_judgement(make_desk: MakeDesk) -> None:
    desk = make_desk(assist=Assist("the judge", prelabels=True))
    desk.add_gold(1)
    found = run_judge(desk, add_judge(desk))
    assert (found["readings"], found["judged"]) == (2, 0)


def test_spans_and_ratings_are_the_judges_own(desk: Desk) -> None:
    desk.add_answers(1)
    desk.open()

    def tags(first: str, second: str) -> str:
        slot = 1 if first.startswith("A poor") else 2
        span = {"answer": slot, "quote": "A poor", "category": "off_topic"}
        return says(-1 if slot == 2 else 1, spans=[span], ratings={str(slot): {"faithful": 0}})

    judge = add_judge(desk)
    run_judge(desk, judge, tags)
    [span] = desk.rows("SELECT start, end, quote, completion_id FROM spans")
    [rating] = desk.rows("SELECT completion_id, criterion, score FROM ratings")
    assert (span["start"], span["end"], span["quote"]) == (0, 6, "A poor")
    assert span["completion_id"] == rating["completion_id"] == 2
    assert Span(1, 0, 6, "off_topic").severity is None


# The real model, in a real job


def test_a_killed_job_asks_only_for_what_is_missing(desk: Desk) -> None:
    """The model that ships cannot judge: all of its replies are failures, and shown as such."""
    desk.add_answers(200)
    desk.open()
    judge = add_judge(desk, model=starter_model())
    job = judges.begin(desk.store, desk.project, judge)
    kill_midway(desk.store, job)
    jobs.launch(desk.store)
    assert jobs.wait(desk.store, job.id).status == "done"
    rows = desk.rows("SELECT comparison_id, swapped, error FROM judge_readings")
    assert len(rows) == 400
    assert {row["error"] for row in rows} <= {"unreadable", "prompt_too_long"}
    assert verdicts_of(desk, judge) == []
