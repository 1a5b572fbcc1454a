"""What the tests of the core share: a real store in a temporary workspace, a small project, a
clock that moves when told to, and short ways to get answers and open comparisons into it.
"""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from tests.faulty_server import FaultyServer, faulty_server
from tests.serving_model import serving_model
from workbench import demo, importing, judging, queueing
from workbench.exporting import FORMATS, Filters, preview
from workbench.importing.shapes import parse
from workbench.records import Item, Model, Project, Receipt, Reviewer, Submission
from workbench.settings import ProjectSettings, Workspace
from workbench.store import Store, gold, judgements, reviewers
from workbench.store.comparisons import NewComparison
from workbench.store.database import Database, many

pytest_plugins = ["tests.tuning", "tests.trained_model"]  # fixtures of several modules

# One thread a process: on two cores, torch's threads and Chromium's would wait for each other.
os.environ.setdefault("OMP_NUM_THREADS", "1")

# No deadlines: how long an example takes says how busy the machine is.
settings.register_profile("workbench", deadline=None)
settings.load_profile("workbench")

START = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.now = START

    def pass_by(self, **duration: float) -> datetime:
        self.now += timedelta(**duration)
        return self.now


@dataclass
class Desk:
    """A project with the people and the clock around it; each method is one service call."""

    store: Store
    project: Project
    clock: Clock

    def add_answers(self, count: int, *, split: str | None = "train", word: str = "topic") -> None:
        """Import `count` prompts with two answers each, from the variants a and b."""
        self.import_rows([answered(i, split=split, word=word) for i in range(count)])

    def import_rows(self, rows: list[dict[str, Any]], kind: str = "completions") -> Any:
        parsed = [parse(row) for row in rows]
        return importing.add(self.store, self.project, parsed, self.clock.now, kind=kind)

    def add_gold(self, count: int, **known: Any) -> list[int]:
        """So many gold items, of which the answer of variant a is the better one."""
        self.add_answers(count, word="gold")
        pairs = self.rows(
            "SELECT prompt_id, min(id) AS a, max(id) AS b FROM completions WHERE prompt_id IN"
            " (SELECT id FROM prompts WHERE messages LIKE '%gold%') GROUP BY prompt_id"
        )
        made = []
        for pair in pairs:
            answer = gold.Answer(**{"winner_id": pair["a"], "loser_id": pair["b"],
                                    "source": "test", **known})  # fmt: skip
            new = NewComparison(
                self.project.id, pair["prompt_id"], (pair["a"], pair["b"]), wanted=0, kind="gold"
            )
            made.append(
                self.store.write(
                    lambda db, new=new, answer=answer: gold.make(db, self.clock.now, new, answer)
                )
            )
        return [comparison_id for comparison_id in made if comparison_id]

    def better(self, item: Item) -> int:
        """The preference of somebody who always knows: the answer of variant a is the fine one."""
        return -2 if item.answers[0].startswith("A fine") else 2

    def open(self, count: int | None = None) -> int:
        return queueing.fill(self.store, self.project, self.clock.now, count=count)

    def reviewer(self, name: str = "Ann", **how: Any) -> Reviewer:
        seed = how.pop("seed", sum(map(ord, name)))
        now = self.clock.now
        return self.store.write(lambda db: reviewers.add(db, now, name, seed=seed, **how))

    def person(self, name: str) -> Reviewer:
        """One who is there already."""
        with self.store.read() as db:
            found = reviewers.named(db, name)
        assert found
        return found

    def claim(
        self, reviewer: Reviewer, count: int = 1, tab: str = "tab", *, take_over: bool = False
    ) -> list[Item]:
        now = self.clock.now
        return self.store.write(
            lambda db: judging.claim(
                db, self.project, reviewer, tab, count, now, take_over=take_over
            )
        )

    def submit(self, reviewer: Reviewer, item: Item | str, **verdict: Any) -> Receipt:
        item_id = item if isinstance(item, str) else item.id
        verdict = {"submission_id": f"s-{reviewer.id}-{item_id}", "preference": -1} | verdict
        submission = Submission(item_id=item_id, **verdict)
        now = self.clock.now
        return self.store.write(lambda db: judging.submit(db, reviewer, submission, now))

    def judge_all(self, reviewer: Reviewer, **verdict: Any) -> int:
        judged = 0
        while items := self.claim(reviewer, 10):
            for item in items:
                self.submit(reviewer, item, **verdict)
                judged += 1
        return judged

    def counted(self, *kinds: str, **where: Any) -> list[dict[str, Any]]:
        with self.store.read() as db:
            return judgements.counted(db, self.project.id, kinds or ("human",), **where)

    def exportable(self, **filters: Any) -> tuple[list[dict[str, Any]], dict[str, int]]:
        """The rows that a preference export would have, and how many each rule leaves out."""
        chosen = Filters(**{"test_share": 0.0, **filters})
        with self.store.read() as db:
            found = preview(db, self.project, chosen, most=10_000)
        rows = [json.loads(FORMATS["preference"].line(pair)) for pair in found.first]
        return rows, {reason: cost.rows for reason, cost in found.left_out.items()}

    def rows(self, sql: str, *parameters: Any) -> list[dict[str, Any]]:
        with self.store.read() as db:
            return many(db, sql, parameters)


def answered(i: int, *, split: str | None = "train", word: str = "topic") -> dict[str, Any]:
    """A row of the workbench's own shape; no two are near-duplicates."""
    subject = f"{word} " + " ".join(f"{word}{i * 7919 + k * 104729:x}" for k in range(4))
    return {
        "prompt": f"Tell me about {subject}",
        "split": split,
        "completions": {"a": f"A fine answer on {subject}", "b": f"A poor answer on {subject}"},
    }


@pytest.fixture(scope="session")
def new_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty database, made once: migrating costs more than most tests."""
    return Store(Workspace(tmp_path_factory.mktemp("new"))).workspace.database


@pytest.fixture(scope="session")
def served_model() -> Iterator[Model]:
    """The starter model behind a real endpoint; it takes some 14 s to start."""
    with serving_model() as model:
        yield model


@pytest.fixture
def store(tmp_path: Path, new_database: Path) -> Store:
    workspace = Workspace(tmp_path / "workspace").create()
    shutil.copyfile(new_database, workspace.database)
    return Store(workspace)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def make_desk(store: Store, clock: Clock) -> Callable[..., Desk]:
    """A project named `slug` with these settings; no gold and no repeats unless told so."""

    def make(slug: str = "small", rubric: str | None = "grounded-qa", **settings: Any) -> Desk:
        chosen = ProjectSettings(**{"gold_rate": 0.0, "repeat_rate": 0.0, **settings})
        project = demo.create_project(store, clock.now, slug, slug.title(), chosen, rubric=rubric)
        return Desk(store, project, clock)

    return make


@pytest.fixture
def desk(make_desk: Callable[..., Desk]) -> Desk:
    return make_desk()


@pytest.fixture(scope="session")
def running() -> Iterator[FaultyServer]:
    with faulty_server() as server:
        yield server


@pytest.fixture
def server(running: FaultyServer) -> FaultyServer:
    """An endpoint that answers, or fails as the test tells it to."""
    running.plays()
    running.asked.clear()
    running.keys.clear()
    return running


def slots_are_sound(db: Database) -> bool:
    """The invariant of overlap: open = wanted − counted − held, and none of them negative."""
    held = "(SELECT count(*) FROM leases l WHERE l.comparison_id = c.id AND l.status = 'held')"
    wrong = many(
        db,
        f"SELECT c.id FROM comparisons c WHERE c.kind IN ('work', 'heldout')"
        f" AND (c.open_slots <> c.wanted - c.counted - {held} OR c.open_slots < 0)",
    )
    return not wrong
