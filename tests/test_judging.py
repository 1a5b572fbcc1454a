"""Claims, leases and submissions: exact overlap, blind items, nothing lost or counted twice."""

import random
import subprocess
import sys
import uuid
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from tests.conftest import START, Desk, answered, slots_are_sound
from workbench import judging
from workbench.errors import InvalidInput, NeverHeld
from workbench.records import Span
from workbench.settings import Asks
from workbench.store import comparisons, completions, leases
from workbench.store.database import value

ROOT = Path(__file__).resolve().parent.parent
MakeDesk = Callable[..., Desk]


@pytest.fixture
def one_pair(desk: Desk) -> Desk:
    desk.add_answers(1)
    desk.open()
    return desk


def progress(desk: Desk) -> dict[str, int]:
    with desk.store.read() as db:
        assert slots_are_sound(db)
        return comparisons.progress(db, desk.project.id)


# Overlap


def judge_as(desk: Desk, name: str) -> None:
    desk.judge_all(desk.reviewer(name))


@pytest.mark.parametrize("with_thread", [False, True])
def test_overlap_is_exact_under_many_threads(make_desk: MakeDesk, with_thread: bool) -> None:
    desk = make_desk(overlap=2)
    desk.add_answers(20)
    desk.open()
    if with_thread:
        desk.store.start_writer()
    threads = [Thread(target=judge_as, args=(desk, f"reviewer {i}")) for i in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    desk.store.stop_writer()
    assert progress(desk) == {"comparisons": 20, "wanted": 40, "counted": 40, "open": 0}
    assert len(desk.counted()) == 40


JUDGE_ALL = """
import sys, uuid
from pathlib import Path
from workbench import judging
from workbench.clock import utc_now
from workbench.records import Submission
from workbench.settings import Asks, Workspace
from workbench.store import Store, projects, reviewers

store = Store(Workspace(Path(sys.argv[1])))
with store.read() as db:
    project, person = projects.get(db, "small"), reviewers.named(db, sys.argv[2])
sys.stdin.readline()
while True:
    items = store.write(lambda db: judging.claim(db, project, person, "tab", 3, utc_now()))
    if not items:
        break
    for item in items:
        verdict = Submission(str(uuid.uuid4()), item.id, preference=1)
        store.write(lambda db: judging.submit(db, person, verdict, utc_now()))
"""


def test_overlap_is_exact_under_several_processes(make_desk: MakeDesk) -> None:
    desk = make_desk(overlap=2)
    desk.add_answers(20)
    desk.open()
    people = [desk.reviewer(f"reviewer {i}").public_id for i in range(3)]
    home = str(desk.store.workspace.home)
    started = [
        subprocess.Popen(
            [sys.executable, "-c", JUDGE_ALL, home, person],
            stdin=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=ROOT,
        )
        for person in people
    ]
    ended = [process.communicate(b"go\n", timeout=60) for process in started]
    assert [process.returncode for process in started] == [0, 0, 0], ended
    assert progress(desk) == {"comparisons": 20, "wanted": 40, "counted": 40, "open": 0}
    assert len(desk.counted()) == 40


@pytest.mark.parametrize("seed", range(6))
def test_whatever_happens_leased_and_counted_never_exceed_what_is_wanted(
    make_desk: MakeDesk, seed: int
) -> None:
    """Random claims, releases, expiries, submissions, late and repeated ones, by three people."""
    draw = random.Random(seed)
    desk = make_desk(overlap=2, prefetch=3)
    desk.add_answers(4)
    desk.open()
    people = [desk.reviewer(name) for name in ("Ann", "Ben", "Cem")]
    known: dict[int, list[str]] = {person.id: [] for person in people}
    sent: list[tuple[Any, dict[str, Any]]] = []
    for _ in range(90):
        person = draw.choice(people)
        mine = known[person.id]
        step = draw.choice(["claim", "claim", "submit", "submit", "release", "wait", "resend"])
        if step == "claim":
            mine += [i.id for i in desk.claim(person, draw.randint(1, 3), draw.choice("xy"))]
        elif step == "submit" and mine:
            verdict = {"item": draw.choice(mine), "submission_id": str(uuid.UUID(int=len(sent)))}
            desk.submit(person, **verdict)
            sent.append((person, verdict))
        elif step == "release" and mine:
            ids = draw.sample(mine, k=min(2, len(mine)))
            desk.store.write(lambda db, p=person, ids=ids: judging.release(db, p, ids))
        elif step == "wait":
            desk.clock.pass_by(minutes=draw.choice([0.5, 2, 40]))
        elif step == "resend" and sent:
            again, verdict = draw.choice(sent)
            assert desk.submit(again, **verdict).duplicate
        with desk.store.read() as db:
            assert slots_are_sound(db)
    by_comparison = desk.rows(
        "SELECT c.wanted, c.counted, (SELECT count(*) FROM judgements j WHERE j.current = 1"
        " AND j.surplus = 0 AND j.comparison_id = c.id) AS stored FROM comparisons c"
    )
    assert all(row["stored"] == row["counted"] <= row["wanted"] for row in by_comparison)


def test_a_reviewer_gets_no_comparison_twice(make_desk: MakeDesk) -> None:
    desk = make_desk(overlap=3)
    desk.add_answers(4)
    desk.open()
    assert desk.judge_all(desk.reviewer()) == 4
    assert progress(desk)["open"] == 8


# Leases


def test_items_that_a_tab_holds_come_again_instead_of_new_ones(desk: Desk) -> None:
    desk.add_answers(5)
    desk.open()
    ann = desk.reviewer()
    first = [item.id for item in desk.claim(ann, 2)]
    assert [item.id for item in desk.claim(ann, 2)] == first


def test_a_lease_that_ran_out_gives_its_slot_to_another(one_pair: Desk) -> None:
    ann, ben = one_pair.reviewer("Ann"), one_pair.reviewer("Ben")
    one_pair.claim(ann)
    assert one_pair.claim(ben) == []
    one_pair.clock.pass_by(minutes=30)
    assert len(one_pair.claim(ben)) == 1


def test_a_released_item_goes_to_another(one_pair: Desk) -> None:
    ann, ben = one_pair.reviewer("Ann"), one_pair.reviewer("Ben")
    [item] = one_pair.claim(ann)
    assert one_pair.store.write(lambda db: judging.release(db, ann, [item.id])) == 1
    assert one_pair.store.write(lambda db: judging.release(db, ann, [item.id])) == 0
    assert len(one_pair.claim(ben)) == 1


def test_a_draft_renews_its_lease(one_pair: Desk) -> None:
    ann, ben = one_pair.reviewer("Ann"), one_pair.reviewer("Ben")
    [item] = one_pair.claim(ann)
    now = one_pair.clock.pass_by(minutes=20)
    one_pair.store.write(lambda db: judging.save_draft(db, ann, item.id, {"rationale": "so"}, now))
    one_pair.clock.pass_by(minutes=20)
    assert one_pair.claim(ben) == []


def test_a_new_tab_takes_over_a_silent_one_with_its_drafts(one_pair: Desk) -> None:
    ann = one_pair.reviewer()
    [item] = one_pair.claim(ann, tab="old")
    one_pair.store.write(lambda db: judging.save_draft(db, ann, item.id, {"preference": 2}, START))
    one_pair.clock.pass_by(seconds=59)
    assert one_pair.claim(ann, tab="new") == []
    one_pair.clock.pass_by(seconds=1)
    [again] = one_pair.claim(ann, tab="new")
    assert (again.id, again.draft) == (item.id, {"preference": 2})


def test_a_tab_takes_over_a_living_one_when_asked(one_pair: Desk) -> None:
    ann = one_pair.reviewer()
    [item] = one_pair.claim(ann, tab="old")
    assert one_pair.claim(ann, tab="new") == []
    [here] = one_pair.claim(ann, tab="new", take_over=True)
    assert here.id == item.id
    assert one_pair.claim(ann, tab="old") == []


def test_what_one_was_at_comes_first_after_older_items_are_taken_over(make_desk: MakeDesk) -> None:
    desk = make_desk()
    desk.add_answers(3)
    desk.open()
    ann = desk.reviewer()
    [older] = desk.claim(ann, tab="old")
    [current] = desk.claim(ann, tab="this")
    now = desk.clock.pass_by(seconds=61)
    desk.store.write(lambda db: judging.save_draft(db, ann, current.id, {"preference": 2}, now))
    again = desk.claim(ann, 2, tab="this")
    assert [item.id for item in again] == [current.id, older.id]


def test_a_draft_survives_the_lease(one_pair: Desk) -> None:
    ann = one_pair.reviewer()
    [item] = one_pair.claim(ann)
    one_pair.store.write(lambda db: judging.save_draft(db, ann, item.id, {"preference": 2}, START))
    one_pair.clock.pass_by(minutes=31)
    [again] = one_pair.claim(ann)
    assert again.id != item.id
    assert again.draft == {"preference": 2}


def test_a_submission_ends_its_draft(make_desk: MakeDesk) -> None:
    desk = make_desk()
    desk.add_answers(1)
    desk.open()
    ann = desk.reviewer()
    [item] = desk.claim(ann)
    desk.store.write(lambda db: judging.save_draft(db, ann, item.id, {"preference": 2}, START))
    desk.submit(ann, item)
    assert desk.rows("SELECT * FROM drafts") == []


@pytest.mark.parametrize(
    ("open_items", "holders_before", "asked", "given"),
    [
        (20, 0, 4, 4),  # what is asked for
        (20, 0, 30, 10),  # never more than the prefetch
        (5, 1, 10, 2),  # half of the four that are left
        (1, 0, 10, 1),
    ],
)
def test_nobody_hoards_the_last_items(
    desk: Desk, open_items: int, holders_before: int, asked: int, given: int
) -> None:
    desk.add_answers(open_items)
    desk.open()
    for i in range(holders_before):
        desk.claim(desk.reviewer(f"before {i}"), 1)
    assert len(desk.claim(desk.reviewer(), asked)) == given


# Submissions


def test_a_submission_sent_again_changes_nothing(one_pair: Desk) -> None:
    ann = one_pair.reviewer()
    [item] = one_pair.claim(ann)
    first = one_pair.submit(ann, item, preference=-2)
    again = one_pair.submit(ann, item, preference=3)
    assert (first.duplicate, again.duplicate, again.accepted) == (False, True, True)
    assert [v["strength"] for v in one_pair.counted()] == [2]


def test_a_revision_supersedes_and_keeps_what_was(one_pair: Desk) -> None:
    ann = one_pair.reviewer()
    [item] = one_pair.claim(ann)
    one_pair.submit(ann, item, submission_id="first", preference=-2)
    one_pair.submit(ann, item, submission_id="second", preference=3)
    assert [v["strength"] for v in one_pair.counted()] == [3]
    rows = one_pair.rows("SELECT submission_id, current, supersedes_id FROM judgements ORDER BY id")
    assert rows == [
        {"submission_id": "first", "current": 0, "supersedes_id": None},
        {"submission_id": "second", "current": 1, "supersedes_id": 1},
    ]
    assert progress(one_pair)["counted"] == 1


def test_a_late_submission_takes_the_slot_that_is_free(one_pair: Desk) -> None:
    ann = one_pair.reviewer()
    [item] = one_pair.claim(ann)
    one_pair.clock.pass_by(hours=3)
    assert not one_pair.submit(ann, item).surplus
    assert progress(one_pair)["counted"] == 1


def test_a_late_submission_without_a_slot_is_kept_as_surplus(one_pair: Desk) -> None:
    ann, ben = one_pair.reviewer("Ann"), one_pair.reviewer("Ben")
    [late] = one_pair.claim(ann)
    one_pair.clock.pass_by(minutes=31)
    [item] = one_pair.claim(ben)
    assert one_pair.submit(ann, late).surplus
    assert not one_pair.submit(ben, item).surplus
    assert [v["reviewer_id"] for v in one_pair.counted()] == [ben.id]
    assert len(one_pair.rows("SELECT * FROM judgements")) == 2


def test_a_revised_surplus_stays_surplus(one_pair: Desk) -> None:
    ann, ben = one_pair.reviewer("Ann"), one_pair.reviewer("Ben")
    [late] = one_pair.claim(ann)
    one_pair.clock.pass_by(minutes=31)
    one_pair.judge_all(ben)
    one_pair.submit(ann, late, submission_id="first")
    assert one_pair.submit(ann, late, submission_id="second").surplus


@pytest.mark.parametrize("whose", ["nobody's", "another's"])
def test_an_item_never_held_is_refused(one_pair: Desk, whose: str) -> None:
    ann, ben = one_pair.reviewer("Ann"), one_pair.reviewer("Ben")
    [item] = one_pair.claim(ann)
    with pytest.raises(NeverHeld):
        one_pair.submit(ben, "made-up" if whose == "nobody's" else item)
    with pytest.raises(NeverHeld):
        one_pair.store.write(lambda db: judging.save_draft(db, ben, item.id, {}, START))


# Blind, by slot and by completion


def test_sides_are_drawn_for_each_reviewer_and_stay_for_them(one_pair: Desk) -> None:
    orders = set()
    for i in range(12):
        person = one_pair.reviewer(f"reviewer {i}", seed=i)
        seen = []
        for _ in range(2):
            [item] = one_pair.claim(person)
            seen.append(item.answers)
            one_pair.store.write(lambda db, p=person, i=item: judging.release(db, p, [i.id]))
        assert seen[0] == seen[1]
        orders.add(seen[0])
    assert len(orders) == 2


@pytest.mark.parametrize(("preference", "better_slot"), [(-3, 1), (-1, 1), (1, 2), (3, 2)])
@pytest.mark.parametrize("seed", [0, 1, 2, 3])
def test_a_verdict_is_spoken_by_side_and_stored_by_completion(
    one_pair: Desk, preference: int, better_slot: int, seed: int
) -> None:
    ann = one_pair.reviewer(seed=seed)
    [item] = one_pair.claim(ann)
    one_pair.submit(ann, item, preference=preference)
    [verdict] = one_pair.counted()
    with one_pair.store.read() as db:
        texts = {i: c.text for i, c in completions.by_ids(db, verdict["shown"]).items()}
    assert texts[verdict["winner_id"]] == item.answers[better_slot - 1]
    assert [texts[i] for i in verdict["shown"]] == list(item.answers)
    assert verdict["strength"] == abs(preference)


def test_an_item_names_no_model_nor_kind(desk: Desk) -> None:
    row = answered(0) | {"completions": {"secret-model-1": "One answer", "secret-model-2": "Two"}}
    desk.import_rows([row])
    desk.open()
    [item] = desk.claim(desk.reviewer())
    shown = repr(item)
    assert not [word for word in ("secret", "variant", "model", "work", "gold") if word in shown]


@pytest.mark.parametrize(("shows", "expected"), [(False, None), (True, "the reference")])
def test_the_reference_is_shown_only_if_the_project_says_so(
    make_desk: MakeDesk, shows: bool, expected: str | None
) -> None:
    desk = make_desk(show_reference=shows)
    desk.import_rows([answered(0) | {"reference": "the reference"}])
    desk.open()
    [item] = desk.claim(desk.reviewer())
    assert item.reference == expected


def test_a_later_turn_is_shown_with_what_went_before(desk: Desk) -> None:
    turns = [{"role": "user", "content": "First?"}, {"role": "user", "content": "Second?"}]
    same, one, two = ({"role": "assistant", "content": t} for t in ("Same.", "One.", "Two."))
    desk.import_rows(
        [{"prompt": turns, "split": "train", "completions": {"a": [same, one], "b": [same, two]}}]
    )
    assert desk.open() == 1
    [item] = desk.claim(desk.reviewer())
    assert [m["content"] for m in item.prompt_messages] == ["First?", "Same.", "Second?"]
    assert sorted(item.answers) == ["One.", "Two."]


# What is refused


SPAN = Span(slot=1, start=0, end=1, category="not_in_source")


@pytest.mark.parametrize(
    ("verdict", "field"),
    [
        ({"preference": None}, "preference"),
        ({"preference": 4}, "preference"),
        ({"preference": -4}, "preference"),
        ({"ranking": ((1,), (2,))}, "ranking"),  # two answers are compared by preference
        ({"probability": 1.1}, "probability"),
        ({"probability": float("nan")}, "probability"),
        ({"seconds": -1.0}, "seconds"),
        ({"seconds": float("nan")}, "seconds"),
        ({"seconds": 1e9}, "seconds"),
        ({"ratings": {3: {"faithful": 1}}}, "ratings"),
        ({"ratings": {1: {"style": 1}}}, "ratings"),
        ({"ratings": {1: {"faithful": 3}}}, "ratings"),
        ({"ratings": {1: {"faithful": -1}}}, "ratings"),
        ({"correction": {0: "better"}}, "correction"),
        ({"correction": {1: "x" * 200_001}}, "correction"),
        ({"rationale": "x" * 20_001}, "rationale"),
        ({"spans": (Span(slot=3, start=0, end=1, category="not_in_source"),)}, "spans[0]"),
        ({"spans": (SPAN, Span(1, 2, 2, "not_in_source"))}, "spans[1]"),
        ({"spans": (Span(1, -1, 2, "not_in_source"),)}, "spans[0]"),
        ({"spans": (Span(1, 0, 10_000, "not_in_source"),)}, "spans[0]"),
        ({"spans": (Span(1, 0, 1, "made_up_category"),)}, "spans[0]"),
        ({"spans": (Span(1, 0, 1, "not_in_source", quote="wrong"),)}, "spans[0]"),
        ({"spans": (Span(1, 0, 1, "not_in_source", subtype="subtle"),)}, "spans[0]"),
        ({"spans": (Span(1, 0, 1, "not_in_source", severity="awful"),)}, "spans[0]"),
        ({"spans": (Span(1, 0, 1, "not_in_source", message=1),)}, "spans[0]"),
        ({"spans": (replace(SPAN, evidence_start=0, evidence_end=1),)}, "spans[0]"),  # no source
        ({"reasons": ("facts",)}, "reasons"),
    ],
)
def test_a_verdict_that_does_not_fit_is_refused_by_field(
    one_pair: Desk, verdict: dict[str, Any], field: str
) -> None:
    ann = one_pair.reviewer()
    [item] = one_pair.claim(ann)
    with pytest.raises(InvalidInput) as refused:
        one_pair.submit(ann, item, **verdict)
    assert refused.value.field == field
    assert one_pair.rows("SELECT * FROM judgements") == []
    with one_pair.store.read() as db:
        assert value(db, "SELECT status FROM leases") == "held"


def test_all_bad_needs_no_preference(one_pair: Desk) -> None:
    ann = one_pair.reviewer()
    [item] = one_pair.claim(ann)
    one_pair.submit(ann, item, preference=None, all_bad=True)
    [verdict] = one_pair.counted()
    assert (verdict["all_bad"], verdict["winner_id"]) == (1, None)


def test_a_required_criterion_must_be_rated_for_each_answer(
    tmp_path: Path, make_desk: MakeDesk
) -> None:
    path = tmp_path / "strict.yaml"
    path.write_text("criteria: [{key: k, question: How, min: 0, max: 2, required: true}]")
    desk = make_desk(rubric=str(path), asks=Asks(ratings=True))
    desk.add_answers(1)
    desk.open()
    ann = desk.reviewer()
    [item] = desk.claim(ann)
    with pytest.raises(InvalidInput, match="answer 2"):
        desk.submit(ann, item, ratings={1: {"k": 1}})
    assert desk.submit(ann, item, ratings={1: {"k": 1}, 2: {"k": 0}}).accepted


def test_spans_count_code_points(desk: Desk) -> None:
    text = "A 🙂 family 👩‍👩‍👧 in Zürich"
    desk.import_rows([answered(0) | {"completions": {"a": text, "b": "Other"}}])
    desk.open()
    ann = desk.reviewer()
    [item] = desk.claim(ann)
    slot, start = item.answers.index(text) + 1, text.index("Zürich")
    span = Span(slot, start, start + 6, "not_in_source", quote="Zürich")
    desk.submit(ann, item, spans=(span,))
    [row] = desk.rows("SELECT start, end, quote FROM spans")
    assert (row["start"], row["end"]) == (start, start + 6)
    assert text[row["start"] : row["end"]] == row["quote"] == "Zürich"


def test_everything_that_was_said_is_stored(one_pair: Desk) -> None:
    ann = one_pair.reviewer()
    [item] = one_pair.claim(ann)
    one_pair.submit(
        ann,
        item,
        preference=2,
        ratings={1: {"faithful": 0}, 2: {"faithful": 2}},
        correction={1: "Better so."},
        rationale="It says so.",
        seconds=12.5,
    )
    [row] = one_pair.rows("SELECT rationale, reasons, seconds, rubric_version FROM judgements")
    assert row == {
        "rationale": "It says so.", "reasons": "[]", "seconds": 12.5, "rubric_version": 1,
    }  # fmt: skip
    assert [r["score"] for r in one_pair.rows("SELECT score FROM ratings ORDER BY score")] == [0, 2]
    assert one_pair.rows("SELECT text FROM corrections") == [{"text": "Better so."}]


def test_claims_of_different_projects_do_not_mix(make_desk: MakeDesk) -> None:
    one, two = make_desk("one"), make_desk("two")
    one.add_answers(1)
    one.open()
    ann = one.reviewer()
    assert two.claim(ann) == []
    with one.store.read() as db:
        assert leases.holders(db, one.project.id) == set()
