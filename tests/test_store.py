"""One file, one way to write: what was acknowledged is on disk, and what is frozen stays so."""

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest

from tests.conftest import START, Desk
from workbench.settings import Workspace
from workbench.store import Store, events
from workbench.store.database import Database, connect, many, run, value
from workbench.store.migrations import schema

ROOT = Path(__file__).resolve().parent.parent


def note(db: Database, kind: str = "noted") -> str:
    events.append(db, START, kind)
    return kind


def notes(store: Store) -> list[str]:
    with store.read() as db:
        return [row["kind"] for row in many(db, "SELECT kind FROM events ORDER BY id")]


@pytest.fixture
def served(store: Store) -> Iterator[Store]:
    """The store as the app has it, with its writer thread."""
    store.start_writer()
    yield store
    store.stop_writer()


def test_two_processes_may_start_at_once_on_a_new_file(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from workbench.settings import Workspace;"
        "from workbench.store import Store; import sys; sys.stdin.readline();"
        f"Store(Workspace(Path({str(tmp_path)!r})))"
    )
    started = [
        subprocess.Popen(
            [sys.executable, "-c", program], stdin=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT
        )
        for _ in range(3)
    ]
    for process in started:
        assert process.stdin
        process.stdin.write(b"go\n")
        process.stdin.flush()
    ended = [process.communicate(timeout=60) for process in started]
    assert [process.returncode for process in started] == [0, 0, 0], ended
    with Store(Workspace(tmp_path)).read() as db:
        assert value(db, "SELECT count(*) FROM projects") == 0


def test_ratings_outlive_the_change_of_their_table(tmp_path: Path) -> None:
    db = Database(sqlite3.connect(tmp_path / "old.db", isolation_level=None), strict=True)
    schema.apply(db, stop_before="lighter_judging")
    run(db, "INSERT INTO ratings VALUES (1, 2, 'faithful', 3)")
    schema.apply(db)
    assert db.execute("SELECT * FROM ratings").fetchall() == [(1, 2, "faithful", 3)]


def test_migrating_again_changes_nothing(store: Store) -> None:
    with store.read() as db:
        before = many(db, "SELECT name, sql FROM sqlite_master ORDER BY name")
    with Store(store.workspace).read() as db:
        assert many(db, "SELECT name, sql FROM sqlite_master ORDER BY name") == before


def test_every_table_is_strict(store: Store) -> None:
    ours = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '%sqlite%'"
    with store.read() as db:
        loose = many(
            db, f"SELECT name FROM pragma_table_list WHERE name IN ({ours}) AND NOT strict"
        )
    assert [row["name"] for row in loose] == []


@pytest.mark.parametrize(
    ("pragma", "writes", "expected"),
    [
        ("synchronous", True, 2),  # FULL: an acknowledged write survives a power cut
        ("journal_mode", True, "wal"),
        ("foreign_keys", True, 1),
        ("foreign_keys", False, 1),
        ("query_only", False, 1),
    ],
)
def test_every_connection_is_set_up(
    store: Store, pragma: str, writes: bool, expected: int | str
) -> None:
    db = connect(store.workspace, writes=writes)
    assert value(db, f"PRAGMA {pragma}") == expected
    db.conn.close()


def test_the_writer_thread_writes_with_full_durability(served: Store) -> None:
    assert served.write(lambda db: value(db, "PRAGMA synchronous")) == 2


def test_a_reader_cannot_write(store: Store) -> None:
    with store.read() as db, pytest.raises(sqlite3.OperationalError, match="readonly"):
        note(db)


def test_a_reader_sees_one_snapshot(store: Store) -> None:
    with store.read() as db:
        before = value(db, "SELECT count(*) FROM events")
        store.write(note)
        assert value(db, "SELECT count(*) FROM events") == before


def fail_halfway(db: Database) -> None:
    note(db, "half")
    raise RuntimeError("midway")


@pytest.mark.parametrize("with_thread", [False, True])
def test_a_write_that_fails_leaves_nothing(store: Store, with_thread: bool) -> None:
    if with_thread:
        store.start_writer()
    with pytest.raises(RuntimeError, match="midway"):
        store.write(fail_halfway)
    assert store.write(note) == "noted"
    store.stop_writer()
    assert notes(store) == ["noted"]


def held_up(store: Store, writes: list[Any]) -> list["Future[Any]"]:
    """Queue `writes` behind one that is under way, so that they form one group."""
    begun, go = Event(), Event()

    def first(db: Database) -> None:
        begun.set()
        go.wait(10)

    waiting = [store.submit(first)]
    begun.wait(10)
    waiting += [store.submit(write) for write in writes]
    go.set()
    return waiting[1:]


def test_one_failing_write_does_not_harm_the_others_of_its_group(served: Store) -> None:
    good, bad, after = held_up(
        served, [lambda db: note(db, "good"), fail_halfway, lambda db: note(db, "after")]
    )
    assert good.result(10) == "good"
    assert after.result(10) == "after"
    with pytest.raises(RuntimeError, match="midway"):
        bad.result(10)
    assert notes(served) == ["good", "after"]


def test_a_write_that_its_caller_gave_up_does_not_stop_the_writer(served: Store) -> None:
    begun, go = Event(), Event()

    def slow(db: Database) -> None:
        begun.set()
        go.wait(10)

    served.submit(slow)
    begun.wait(10)
    given_up = served.submit(note)
    assert given_up.cancel()
    go.set()
    assert served.submit(lambda db: note(db, "later")).result(10) == "later"
    assert notes(served) == ["later"]


def test_a_future_is_done_only_once_another_connection_sees_the_row(served: Store) -> None:
    for _ in range(20):
        served.submit(note).result(10)
        with served.read() as db:
            seen = value(db, "SELECT count(*) FROM events")
        assert seen == len(notes(served))


def test_many_threads_write_through_one(served: Store) -> None:
    threads = [Thread(target=lambda: [served.write(note) for _ in range(25)]) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(notes(served)) == 200


def test_stopping_finishes_what_is_queued(store: Store) -> None:
    store.start_writer()
    waiting = [store.submit(note) for _ in range(50)]
    store.stop_writer()
    assert all(future.done() for future in waiting)
    assert len(notes(store)) == 50


def test_submit_without_a_writer_is_an_error(store: Store) -> None:
    with pytest.raises(RuntimeError, match="start_writer"):
        store.submit(note)


@pytest.fixture
def judged(desk: Desk) -> Desk:
    desk.add_answers(1)
    desk.open()
    desk.judge_all(desk.reviewer())
    return desk


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE completions SET messages = '[]'", "completions are never changed"),
        ("UPDATE events SET kind = 'x'", "events are never changed"),
        ("DELETE FROM events", "events are never removed"),
        ("UPDATE snapshots SET body = 'x'", "snapshots are never changed"),
    ],
)
def test_history_is_not_rewritten(judged: Desk, statement: str, said: str) -> None:
    with pytest.raises(sqlite3.IntegrityError, match=said):
        judged.store.write(lambda db: run(db, statement))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE comparisons SET open_slots = -1",
        "UPDATE comparisons SET kind = 'other'",
        "UPDATE prompts SET split = 'dev'",
        "UPDATE prompts SET messages = 'no json'",
        "UPDATE judgements SET strength = 4",
        "UPDATE judgements SET winner_id = NULL",  # a strength without a winner
        "UPDATE judgements SET winner_id = 999",
        "UPDATE judgements SET probability = 1.5",
        "UPDATE leases SET status = 'lost'",
        "UPDATE reviewers SET role = 'king'",
        "INSERT INTO ratings VALUES (1, 1, 'faithful', 'high')",
        "INSERT INTO gold (comparison_id, project_id, source) VALUES (77, 1, 'x')",
        "INSERT INTO judgements (submission_id, comparison_id, reviewer_id, shown,"
        " guidelines_version, created_at) SELECT 'again', comparison_id, reviewer_id, shown, 1, ''"
        " FROM judgements",  # a second current judgement of one reviewer
    ],
)
def test_the_tables_refuse_what_cannot_be(judged: Desk, statement: str) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        judged.store.write(lambda db: run(db, statement))
