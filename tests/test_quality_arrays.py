"""Votes as arrays: what is stored comes out again, and what is reckoned over them is what a slow
and plain reckoning gives.
"""

import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.conftest import START, Clock, Desk
from workbench import demo
from workbench.clock import iso
from workbench.quality import weighing
from workbench.quality.votes import FIRST, NONE, SECOND, TIE, WORK, Items, Votes, load
from workbench.quality.weighing import agree, others_say
from workbench.settings import ProjectSettings, Workspace
from workbench.store import Store, comparisons, judgements
from workbench.store import votes as rows
from workbench.store.comparisons import NewComparison
from workbench.store.database import Database, connect, many, run
from workbench.store.judgements import NewJudgement

PEOPLE = ("Ann", "Ben", "Cem")
FATES = ("counts", "counts", "counts", "surplus", "withdrawn", "unfinished", "superseded")
HIDDEN = ("surplus", "withdrawn", "unfinished", "superseded")


# What is stored comes out again


@dataclass(frozen=True)
class Said:
    """One judgement: `verdict` a or b better, t a tie, x all bad, y all bad but a the less; of
    three answers `order` is the tier of each.
    """

    verdict: str
    strength: int
    turned: bool
    seconds: float | None
    order: tuple[int, int, int]
    fate: str


SAID = st.builds(
    Said,
    verdict=st.sampled_from("abtxy"),
    strength=st.integers(1, 3),
    turned=st.booleans(),
    seconds=st.none() | st.integers(0, 86_399_000).map(lambda ms: ms / 1000),
    order=st.tuples(*[st.integers(0, 2)] * 3),
    fate=st.sampled_from(FATES),
)
# Items 0 to 2 are pairs, 3 and 4 three answers to rank, 5 a single one, 6 a repeat of the first.
PLACES = st.tuples(st.integers(0, 6), st.integers(0, 2))


@dataclass
class Shelf:
    """A project whose items hold one, two and three answers; each example is rolled back."""

    workspace: Workspace
    project_id: int
    items: list[tuple[int, tuple[int, ...]]]
    people: list[int]

    @contextmanager
    def scratch(self) -> Iterator[Database]:
        db = connect(self.workspace, writes=True)
        with closing(db.conn):
            db.conn.execute("BEGIN")
            yield db
            db.conn.execute("ROLLBACK")


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory, new_database: Path) -> Shelf:
    workspace = Workspace(tmp_path_factory.mktemp("shelf") / "workspace").create()
    shutil.copyfile(new_database, workspace.database)
    store = Store(workspace)
    project = demo.create_project(store, START, "small", "Small", ProjectSettings())
    desk = Desk(store, project, Clock())
    for at in range(6):
        answers = {name: f"{name}{at}" for name in "abc"}
        asked = {"prompt": f"Which {at * 7919}?", "split": "train", "completions": answers}
        desk.import_rows([asked])
    people = [desk.reviewer(name).id for name in PEOPLE[:2]]
    people.append(desk.reviewer(PEOPLE[2], kind="simulated").id)
    given = [
        [row["id"] for row in desk.rows("SELECT id FROM completions WHERE prompt_id = ?", prompt)]
        for prompt in [row["id"] for row in desk.rows("SELECT id FROM prompts ORDER BY id")]
    ]
    made = store.write(lambda db: _items(db, project.id, given))
    return Shelf(workspace, project.id, made, people)


def _items(
    db: Database, project_id: int, answers: list[list[int]]
) -> list[tuple[int, tuple[int, ...]]]:
    made = []
    for at, size in enumerate((2, 2, 2, 3, 3, 1, 2)):
        kind = "repeat" if at == 6 else "heldout" if at == 1 else "work"
        chosen = tuple(sorted(answers[at % 6]))[:size]
        prompt = many(db, "SELECT prompt_id AS id FROM completions WHERE id = ?", (chosen[0],))
        new = NewComparison(project_id, prompt[0]["id"], chosen, wanted=3, kind=kind)
        made.append((comparisons.insert(db, START, new), chosen))
    return made


def store_said(db: Database, shelf: Shelf, item: int, who: int, said: Said) -> int:
    comparison_id, answers = shelf.items[item]
    import_id = _unfinished(db, shelf.project_id) if said.fate == "unfinished" else None
    new = NewJudgement(
        submission_id=f"s{item}-{who}", comparison_id=comparison_id,
        reviewer_id=shelf.people[who], shown=answers[::-1] if said.turned else answers,
        guidelines_version=1, seconds=said.seconds, surplus=said.fate == "surplus",
        import_id=import_id, **_verdict(answers, said),
    )  # fmt: skip
    judgement_id = judgements.insert(db, START, new, None)
    if said.fate == "withdrawn":
        run(db, "UPDATE judgements SET withdrawn_at = 'now' WHERE id = ?", (judgement_id,))
    if said.fate == "superseded":
        run(db, "UPDATE judgements SET current = 0 WHERE id = ?", (judgement_id,))
    return judgement_id


def _unfinished(db: Database, project_id: int) -> int:
    found = db.conn.execute(
        "INSERT INTO imports (project_id, kind, file_name, sha256, started_at)"
        " VALUES (?, 'judgements', 'f', '', ?) RETURNING id", (project_id, iso(START)),
    )  # fmt: skip
    return int(found.fetchone()[0])


def _verdict(answers: tuple[int, ...], said: Said) -> dict[str, Any]:
    bad = said.verdict in "xy"
    if len(answers) == 1:
        return {"all_bad": bad}
    if len(answers) == 3:
        tiers = [[i for i, tier in zip(answers, said.order, strict=True) if tier == t]
                 for t in range(3)]  # fmt: skip
        ranking = tuple(tuple(tier) for tier in tiers if tier)
        return {"ranking": None if said.verdict == "x" else ranking, "all_bad": bad}
    if said.verdict in "aby":
        winner = answers["aby".index(said.verdict) % 2]
        return {"winner_id": winner, "strength": said.strength, "all_bad": bad}
    return {"strength": 0 if said.verdict == "t" else None, "all_bad": bad}


Vote = tuple[int, int, tuple[int, ...] | None, int, int, int, bool, float | None]


def expected(
    shelf: Shelf, stored: dict[tuple[int, int], tuple[int, Said]], kinds: tuple[str, ...]
) -> set[Vote]:
    """(judgement, comparison, pair of a ranking, reviewer, verdict, strength, left, seconds)."""
    found: set[Vote] = set()
    for (item, who), (number, said) in stored.items():
        kind = "simulated" if who == 2 else "human"
        if said.fate in HIDDEN or item == 6 or kind not in kinds:
            continue
        comparison_id, answers = shelf.items[item]
        rest = shelf.people[who]
        verdict, strength, left = _plain(answers, said)
        found.add((number, comparison_id, None, rest, verdict, strength, left, said.seconds))
        for pair, better in _implied(answers, said) if len(answers) == 3 else ():
            found.add((number, comparison_id, pair, rest, better, int(better != TIE), False, None))
    return found


def _plain(answers: tuple[int, ...], said: Said) -> tuple[int, int, bool]:
    if len(answers) != 2:
        return NONE, 0, False
    if said.verdict in "tx":
        return TIE, 0, False
    better = {"a": FIRST, "b": SECOND, "y": TIE}[said.verdict]
    return better, said.strength, said.turned == (said.verdict == "b")


def _implied(answers: tuple[int, ...], said: Said) -> Iterator[tuple[tuple[int, int], int]]:
    for (a, low), (b, high) in combinations(zip(answers, said.order, strict=True), 2):
        same = low == high or said.verdict in "xy"
        yield (a, b), TIE if same else FIRST if low < high else SECOND


def unpacked(votes: Votes) -> set[Vote]:
    pairs = votes.about.pairs(votes.items)
    seconds = [None if np.isnan(s) else round(float(s), 3) for s in votes.seconds]
    return set(
        zip(
            votes.judgements.tolist(), votes.about.ids[votes.items].tolist(), pairs,
            votes.reviewer_ids[votes.reviewers].tolist(), votes.verdicts.tolist(),
            votes.strengths.tolist(), votes.left.tolist(), seconds, strict=True,
        )
    )  # fmt: skip


def rounded(votes: set[Vote]) -> set[Vote]:
    """The seconds as arrays hold them: whole milliseconds in 32 bits."""

    def kept(seconds: float | None) -> float | None:
        whole = None if seconds is None else np.float32(int(seconds * 1000)) / np.float32(1000)
        return None if whole is None else round(float(whole), 3)

    return {(*vote[:-1], kept(vote[-1])) for vote in votes}


@settings(max_examples=60, deadline=None)
@given(
    said=st.dictionaries(PLACES, SAID, max_size=21),
    kinds=st.sampled_from([("human",), ("simulated",), ("human", "simulated"), ()]),
)
def test_what_was_stored_is_unpacked(
    shelf: Shelf, said: dict[tuple[int, int], Said], kinds: Any
) -> None:
    """Verdict, strength, side and time of all that counts, by reviewers of these kinds."""
    with shelf.scratch() as db:
        stored = {
            (item, who): (store_said(db, shelf, item, who, one), one)
            for (item, who), one in said.items()
        }
        found = load(db, shelf.project_id, kinds)
    assert unpacked(found) == rounded(expected(shelf, stored, kinds))
    assert len(found) == len(unpacked(found))


def test_another_projects_judgements_are_not_loaded(shelf: Shelf) -> None:
    one = Said("a", 1, False, 1.0, (0, 0, 0), "counts")
    with shelf.scratch() as db:
        store_said(db, shelf, 0, 0, one)
        assert len(load(db, shelf.project_id, ("human",))) == 1
        assert len(load(db, shelf.project_id + 1, ("human",))) == 0


def test_large_ids_do_not_run_into_each_other(shelf: Shelf) -> None:
    """Ids and milliseconds are packed into one number; each keeps its own digits."""
    one = Said("b", 3, True, 86_399.999, (0, 0, 0), "counts")
    with shelf.scratch() as db:
        number = store_said(db, shelf, 0, 1, one)
        large = 3_000_000_000
        run(db, "UPDATE judgements SET id = ? WHERE id = ?", (large, number))
        found = load(db, shelf.project_id, ("human",))
    assert unpacked(found) == rounded(expected(shelf, {(0, 1): (large, one)}, ("human",)))


# Weeks


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 4)), max_size=12))
def test_the_first_of_each_week_is_what_grouping_gives(
    shelf: Shelf, gaps: list[tuple[int, int]]
) -> None:
    """`gaps`: days since the judgement before, and how many ids further it is."""
    day, number = datetime(2026, 1, 1, 23, 30, tzinfo=UTC), 0
    with shelf.scratch() as db:
        for days, ids in gaps:
            day, number = day + timedelta(days=days), number + ids
            db.conn.execute(
                "INSERT INTO judgements (id, submission_id, comparison_id, reviewer_id, shown,"
                " guidelines_version, created_at, current) VALUES (?, ?, ?, ?, '[1,2]', 1, ?, 0)",
                (number, f"w{number}", shelf.items[0][0], shelf.people[0], iso(day)),
            )
        plain = db.conn.execute(
            "SELECT min(id), date(created_at, 'weekday 0', '-6 days') FROM judgements"
            " GROUP BY 2 ORDER BY 1"
        ).fetchall()
        assert rows.first_of_weeks(db) == [tuple(row) for row in plain]


# Weighing


def votes_of(said: list[tuple[int, int, int]], items: int) -> Votes:
    """(item, reviewer, verdict) of each judgement, of pairs of work."""
    places, people, verdicts = np.array(said, np.int64).reshape(-1, 3).T
    ids = np.arange(1, items + 1)
    about = Items(ids, ids, np.full(items, WORK), np.full(items, -1), [])
    n = len(said)
    return Votes(
        about, np.arange(10), np.arange(1, n + 1), places, people, verdicts,
        (verdicts != TIE).astype(int), np.zeros(n, bool), np.full(n, np.nan, np.float32),
    )  # fmt: skip


VERDICTS = st.dictionaries(
    st.tuples(st.integers(0, 5), st.integers(0, 3)), st.integers(0, 2), min_size=2, max_size=20
).map(lambda said: [(item, who, verdict) for (item, who), verdict in said.items()])


@settings(max_examples=80, deadline=None)
@given(VERDICTS)
def test_what_the_others_say_is_the_consensus_without_ones_own_vote(
    said: list[tuple[int, int, int]],
) -> None:
    """By the same error rates, summed up anew for each vote from those of all the others."""
    agreed = agree(votes_of(said, 6))
    found = others_say(agreed)
    for at, (item, who, _) in enumerate(said):
        others = [(w, v) for i, w, v in said if i == item and w != who]
        if not others:
            assert found[at] == NONE
            continue
        chances = np.sort(by_hand(agreed, item, others))
        assume(chances[-1] - chances[-2] > 0.02 or chances[-1] - chances[-2] < 1e-9)
        if chances[-1] - chances[-2] > 0.02:
            assert found[at] == by_hand(agreed, item, others).argmax()


def by_hand(agreed: Any, item: int, others: list[tuple[int, int]]) -> Any:
    """The posterior of an item from how common verdicts are and what these reviewers said."""
    turned = weighing._turned(agreed.votes.about, agreed.items)
    order = [1, 0, 2] if turned[np.searchsorted(agreed.items, item)] else [0, 1, 2]
    common = np.where(turned[:, None], agreed.posterior[:, [1, 0, 2]], agreed.posterior).mean(0)
    chances = common.copy()
    for who, verdict in others:
        chances *= agreed.errors[who][:, order[verdict]]
    return (chances / chances.sum())[order]


@settings(max_examples=60, deadline=None)
@given(VERDICTS, st.permutations(range(4)), st.randoms(use_true_random=False))
def test_the_consensus_does_not_depend_on_any_order(
    said: list[tuple[int, int, int]], names: list[int], draw: Any
) -> None:
    shuffled = [(item, names[who], verdict) for item, who, verdict in said]
    draw.shuffle(shuffled)
    one, other = agree(votes_of(said, 6)), agree(votes_of(shuffled, 6))
    assert one.items.tolist() == other.items.tolist()
    assert one.posterior == pytest.approx(other.posterior, abs=1e-6)
    assert one.verdicts.tolist() == other.verdicts.tolist()
    for who in {who for _, who, _ in said}:
        assert one.errors[who] == pytest.approx(other.errors[names[who]], abs=1e-6)
