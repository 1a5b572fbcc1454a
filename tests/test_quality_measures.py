"""What is measured of reviewers and of parts of the data, on planted crowds; what judging costs;
and the measures against somebody's judgements, each of which has a way back.
"""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import START, Clock, Desk, slots_are_sound
from workbench import demo
from workbench.quality import costs, measures, report, slices
from workbench.quality.advice import advice, usual_agreement
from workbench.quality.lengths import Lengths
from workbench.quality.reviewers import Measured, measure
from workbench.quality.slices import Slices
from workbench.quality.votes import FIRST, GOLD, SECOND, TIE, WORK, Items, Votes
from workbench.quality.weighing import agree, heard
from workbench.records import Item, Reviewer
from workbench.settings import ProjectSettings, Workspace
from workbench.store import Store, track_records
from workbench.store.reviewers import Pay
from workbench.store.track_records import TrackRecord

MakeDesk = Callable[..., Desk]

# Planted crowds

HONEST, EACH, OVERLAP, RIGHT = 20, 300, 4, 0.85
HABITS = ("first", "longer", "hasty", "tired")  # the last four reviewers, in this order
PEOPLE = HONEST + len(HABITS)
ITEMS = PEOPLE * EACH // OVERLAP


@dataclass(frozen=True)
class Planted:
    votes: Votes
    lengths: Lengths

    @property
    def measured(self) -> dict[int, Measured]:
        found = measure(self.votes, agree(self.votes), self.lengths, {}, [], range(PEOPLE))
        return {one.reviewer_id: one for one in found}


@pytest.fixture(scope="module")
def planted() -> Planted:
    return plant(seed=0)


def plant(seed: int) -> Planted:
    """Twenty honest reviewers, one who always takes the first shown, one who always takes the
    longer, one who is twenty times as fast, and one who guesses from half-way on.
    """
    draw = np.random.default_rng(seed)
    items = np.repeat(np.arange(ITEMS), OVERLAP)
    people = np.argsort(draw.random((ITEMS, PEOPLE)), axis=1)[:, :OVERLAP].ravel()
    truth, first = draw.integers(0, 2, ITEMS), draw.integers(0, 2, len(items))
    longer = draw.integers(0, 2, ITEMS)
    said = np.where(draw.random(len(items)) < RIGHT, truth[items], 1 - truth[items])
    seconds = draw.lognormal(3, 0.4, len(items))
    always, long, hasty, tired = (people == HONEST + at for at in range(len(HABITS)))
    said = np.where(always, first, np.where(long, longer[items], said))
    late = tired & (items >= ITEMS // 2)
    said = np.where(late, draw.integers(0, 2, len(items)), said)
    seconds = np.where(hasty, seconds / 20, seconds)
    sizes = np.where(longer[:, None] == [0, 1], 1_500.0, 900.0)
    votes = votes_of(items, people, said, ITEMS, left=said == first, seconds=seconds)
    return Planted(votes, Lengths(sizes, np.tile([1, 2], (ITEMS, 1))))


def votes_of(items: Any, people: Any, said: Any, count: int, **changes: Any) -> Votes:
    n, ids = len(items), np.arange(1, count + 1)
    about = Items(ids, ids, np.full(count, WORK), np.full(count, -1), [])
    plain = Votes(
        about, np.arange(PEOPLE), np.arange(1, n + 1), items, people, said,
        (said != TIE).astype(int), np.zeros(n, bool), np.full(n, np.nan, np.float32),
    )  # fmt: skip
    return replace(plain, **changes)


@pytest.mark.parametrize(
    ("habit", "words"),
    [
        ("first", "Prefers the answer shown first"),
        ("longer", "Prefers longer answers"),
        ("hasty", "far faster than is usual"),
        ("tired", "Agrees less than at first"),
    ],
)
def test_a_habit_is_named(planted: Planted, habit: str, words: str) -> None:
    one = planted.measured[HONEST + HABITS.index(habit)]
    assert words in " ".join(advice(one, TrackRecord(), usual_agreement(planted.measured.values())))


def test_no_habit_is_seen_in_who_has_none(planted: Planted) -> None:
    usual = usual_agreement(planted.measured.values())
    said = {who: advice(planted.measured[who], TrackRecord(), usual) for who in range(HONEST)}
    assert {who: words for who, words in said.items() if words} == {}


def test_the_figures_are_those_that_were_planted(planted: Planted) -> None:
    found = planted.measured
    assert found[HONEST].left.share.value == 1.0
    assert found[HONEST + 1].longer.share.value == 1.0
    assert found[HONEST + 2].fast.value > 0.9
    drift = found[HONEST + 3].drift
    assert drift.low < 0.5 - RIGHT < drift.high
    assert found[0].judged == found[0].timed == int((planted.votes.reviewers == 0).sum())
    mine = planted.votes.seconds[planted.votes.reviewers == 0]
    assert found[0].median_seconds == pytest.approx(np.median(mine))
    assert found[0].hours == pytest.approx(mine.sum() / 3600)


def test_nobody_is_told_of_sides_that_were_not_drawn(planted: Planted) -> None:
    """A file of pairs has the better answer first in every row."""
    votes, nobody = planted.votes, list[int]()
    found = measure(votes, agree(votes), planted.lengths, {}, [], nobody)
    assert {one.left.share.value for one in found} == {None}


def test_gold_answers_are_no_sign_of_a_habit() -> None:
    """Sides of gold are balanced and its answers planned: it is an exam, not work."""
    items = np.arange(40)
    votes = votes_of(items, items % 2, np.full(40, FIRST), 40, left=np.ones(40, bool))
    exam = replace(votes.about, kinds=np.where(items < 2, WORK, GOLD),
                   truth=np.where(items < 2, -1, FIRST))  # fmt: skip
    votes = replace(votes, about=exam)
    sizes = Lengths(np.tile([500.0, 100.0], (40, 1)), np.zeros((40, 2), int))
    for one in measure(votes, agree(votes), sizes, {}, [], range(PEOPLE)):
        assert (one.judged, one.left.share.items, one.longer.share.items) == (1, 1, 1)


# Parts of the data


def parts(differing: int, won: int, items: int = 100, rest: int = 100) -> dict[str, Any]:
    """A part of which so many items are disputed and so many won by variant 1, beside a rest that
    nobody disputes and in which both variants win alike.
    """
    count = items + rest
    truth = np.where(np.arange(count) < won, FIRST, SECOND)
    truth[items:] = np.arange(rest) % 2
    other = truth.copy()
    other[:differing] = 1 - other[:differing]
    places = np.repeat(np.arange(count), 2)
    said = np.stack([truth, other], axis=1).ravel()
    votes = votes_of(places, np.tile([0, 1], count), said, count)
    of = {
        ("tag", "part"): np.arange(1, items + 1),
        ("tag", "rest"): np.arange(items + 1, count + 1),
    }
    lengths = Lengths(np.ones((count, 2)), np.tile([1, 2], (count, 1)))
    found = slices.measure(Slices(of), votes, agree(votes), lengths, 0.9)
    return next(one for one in found if one["name"] == "part")


@pytest.mark.parametrize(
    ("given", "flag", "expected"),
    [
        ({"differing": 0, "won": 50, "items": 29}, "thin", True),
        ({"differing": 0, "won": 50, "items": 30}, "thin", False),
        ({"differing": 50, "won": 50}, "contested", True),
        ({"differing": 2, "won": 50}, "contested", False),
        ({"differing": 0, "won": 90}, "lopsided", True),
        ({"differing": 0, "won": 70}, "lopsided", False),
        ({"differing": 0, "won": 5, "items": 5}, "lopsided", False),  # five of five prove nothing
    ],
)
def test_a_part_of_the_data_is_flagged(given: dict[str, int], flag: str, expected: bool) -> None:
    assert parts(**given)[flag] is expected


def test_prompts_are_divided_by_tag_language_length_and_file() -> None:
    rows = [(3, '["law","code"]', "en", 150, "a.jsonl"), (1, "[]", None, 5_000, "a.jsonl"),
            (2, '["law","law"]', "en", 200, "b.jsonl")]  # fmt: skip
    found = {key: prompts.tolist() for key, prompts in slices.divide(rows).members.items()}
    assert found == {
        ("tag", "law"): [2, 3], ("tag", "code"): [3], ("tag", "no tag"): [1],
        ("language", "en"): [2, 3], ("language", "unknown"): [1],
        ("length", "up to 200 characters"): [2, 3], ("length", "over 4,000 characters"): [1],
        ("file", "a.jsonl"): [1, 3], ("file", "b.jsonl"): [2],
    }  # fmt: skip
    assert slices.divide([]).members == {}


def test_of_thousands_of_tags_the_largest_are_shown() -> None:
    """However many are of the same size."""
    votes = votes_of(np.arange(4), np.zeros(4, int), np.zeros(4, int), 4)
    many = {("tag", f"t{at:03}"): np.array([1, 2]) for at in range(200)}
    of = many | {("tag", "large"): np.array([1, 2, 3])}
    lengths = Lengths(np.ones((4, 2)), np.tile([1, 2], (4, 1)))
    found = slices.measure(Slices(of), votes, agree(votes), lengths, 0.9)
    assert len(found) == slices.MOST
    assert "large" in {one["name"] for one in found}


# Costs


@pytest.mark.parametrize(
    ("pay", "judged", "timed", "hours", "money"),
    [
        (None, 10, 10, 2.0, None),  # unknown pay is not free
        (Pay(12.0, "hour"), 10, 10, 2.0, 24.0),
        (Pay(12.0, "hour"), 10, 5, 2.0, 48.0),  # the untimed took as long as the others
        (Pay(12.0, "hour"), 10, 0, 0.0, None),
        (Pay(0.5, "item"), 10, 0, 0.0, 5.0),
        (Pay(0.0, "item"), 10, 10, 2.0, 0.0),
    ],
)
def test_what_a_reviewer_cost(
    planted: Planted, pay: Pay | None, judged: int, timed: int, hours: float, money: float | None
) -> None:
    one = replace(planted.measured[0], judged=judged, timed=timed, hours=hours)
    assert costs.of(one, pay).money == money


def test_one_unknown_pay_makes_the_whole_sum_unknown() -> None:
    known, unknown = costs.Cost(10, 1.0, 20.0), costs.Cost(5, 0.5, None)
    assert costs.of_all([known, known]).money == 40.0
    assert costs.of_all([known, unknown]).money is None
    assert costs.of_all([]).money is None
    told = costs.to_json(costs.of_all([known, unknown]), labels=0, pairs=3)
    assert told["per_judgement"] == {"seconds": 360.0, "money": None}
    assert told["per_label"] == {"seconds": None, "money": None}
    assert told["per_pair"]["seconds"] == 1800.0


# Measures and their ways back

NAMES = ("Ann", "Ben", "Cem")
STEPS = st.lists(
    st.tuples(st.sampled_from(("judge", "withdraw", "restore", "discount", "hear")),
              st.integers(0, 2), st.integers(1, 4)), max_size=14,
)  # fmt: skip


@contextmanager
def fresh_desk(empty: Path, **settings: Any) -> Iterator[Desk]:
    with tempfile.TemporaryDirectory() as folder:
        workspace = Workspace(Path(folder)).create()
        shutil.copyfile(empty, workspace.database)
        store = Store(workspace)
        chosen = ProjectSettings(**{"gold_rate": 0.0, "repeat_rate": 0.0, **settings})
        yield Desk(store, demo.create_project(store, START, "small", "Small", chosen), Clock())


def take(desk: Desk, action: measures.Action, person: Reviewer) -> int:
    return desk.store.write(
        lambda db: measures.take(db, desk.project, person, action, None, desk.clock.now)
    )


def counted_by(desk: Desk, person: Reviewer) -> set[int]:
    return {row["id"] for row in desk.counted() if row["reviewer_id"] == person.id}


def weighed_by(desk: Desk, person: Reviewer) -> int:
    with desk.store.read() as db:
        votes = heard(db, desk.project.id, ("human",))
    return int((votes.reviewer_ids[votes.reviewers] == person.id).sum())


@settings(max_examples=25, deadline=None)
@given(STEPS, st.booleans())
def test_every_measure_can_be_taken_back(
    new_database: Path, steps: list[tuple[str, int, int]], sure: bool
) -> None:
    """Whatever the others judge meanwhile: the same judgements count again, all slots are sound."""
    with fresh_desk(new_database, overlap=2, until_sure=sure) as desk:
        desk.add_answers(5)
        desk.open()
        people = [desk.reviewer(name) for name in NAMES]
        said: dict[int, set[int]] = {person.id: set() for person in people}
        withdrawn, discounted = set[int](), set[int]()
        for action, who, count in steps:
            person = people[who]
            before = counted_by(desk, person)
            if action == "judge":
                for item in desk.claim(person, count):
                    desk.submit(person, item, preference=desk.better(item) * (-1) ** who)
                said[person.id] |= counted_by(desk, person) - before
            else:
                take(desk, action, person)
                changed = withdrawn if action in ("withdraw", "restore") else discounted
                (changed.add if action in ("withdraw", "discount") else changed.discard)(person.id)
            if action == "withdraw":
                assert counted_by(desk, person) == set()
            if action == "restore":
                assert counted_by(desk, person) == said[person.id]
            with desk.store.read() as db:
                assert slots_are_sound(db)
        for person in people:
            take(desk, "restore", person)
            assert counted_by(desk, person) == said[person.id]
            heard_now = 0 if person.id in discounted else len(said[person.id])
            assert weighed_by(desk, person) == heard_now
            take(desk, "hear", person)
            assert weighed_by(desk, person) == len(said[person.id])
        with desk.store.read() as db:
            assert slots_are_sound(db)


@pytest.mark.parametrize(("action", "back"), [("withdraw", "restore"), ("discount", "hear")])
def test_taking_a_measure_twice_changes_nothing_more(
    desk: Desk, action: measures.Action, back: measures.Action
) -> None:
    desk.add_answers(4)
    desk.open()
    ann = desk.reviewer("Ann")
    desk.judge_all(ann)
    before = desk.rows("SELECT * FROM comparisons ORDER BY id")
    for step in (action, action, back, back):
        take(desk, step, ann)
    assert desk.rows("SELECT * FROM comparisons ORDER BY id") == before
    assert weighed_by(desk, ann) == 4
    with desk.store.read() as db:
        record = track_records.get(db, desk.project.id, ann.id)
    assert (record.withdrawn_at, record.discounted_at) == (None, None)


# What a measure would change


@pytest.fixture
def disputed(make_desk: MakeDesk) -> Desk:
    """Three reviewers, of whom the last is always wrong but on gold; some items have only one
    of them.
    """
    desk = make_desk(overlap=2, gold_rate=0.3)
    desk.add_answers(24)
    desk.open()
    desk.add_gold(10)
    for name, sign, most in (("Ann", 1, 16), ("Ben", 1, 14), ("Cem", -1, 40)):
        person = desk.reviewer(name)
        for _ in range(most):
            for item in desk.claim(person):
                right = sign if kind_of(desk, item) == "work" else 1
                desk.submit(person, item, preference=right * desk.better(item))
    return desk


def kind_of(desk: Desk, item: Item) -> str:
    sql = "SELECT kind FROM comparisons c JOIN leases l ON l.comparison_id = c.id WHERE l.id = ?"
    return str(desk.rows(sql, item.id)[0]["kind"])


def reckoned(desk: Desk) -> dict[str, Any]:
    with desk.store.read() as db:
        return report.reckon(db, desk.project, ("human",))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("action", ["discount", "withdraw"])
def test_the_effect_foretold_is_the_difference_of_two_reports(
    disputed: Desk, name: str, action: measures.Action
) -> None:
    person = disputed.person(name)
    with disputed.store.read() as db:
        told = measures.effect(db, disputed.project, person, ("human",))
    before = reckoned(disputed)
    take(disputed, action, person)
    after = reckoned(disputed)
    was, will = before["consensus"], after["consensus"]
    assert told.judgements == before["counts"]["judgements"] - after["counts"]["judgements"]
    assert told.judgements == next(
        one["judged"] for one in before["reviewers"] if one["reviewer_id"] == person.id
    )
    assert told.unjudged == was["items"] - will["items"]
    assert told.sure - told.unsure == will["sure"] - was["sure"]
    assert told.pairs == (was["decisive"], will["decisive"])
