"""Connections and the one write path: `Store.write(fn)` runs `fn(db)` inside BEGIN IMMEDIATE.

In the app the writes of all threads queue to one writer thread, which groups commits (a savepoint
per write); in jobs and the shell they run at once. Either way a write that returned is on disk:
WAL with synchronous=FULL. Only this file knows what SQLite alone can do.
"""

import json
import queue
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import AbstractContextManager, closing, contextmanager
from itertools import chain
from typing import Any, TypeVar

from workbench.locks import Turn, turns
from workbench.settings import Workspace
from workbench.store.migrations import schema
from workbench.store.sqlite import Database

T = TypeVar("T")
BUSY_SECONDS = 30
GROUP_SECONDS = 0.050
GROUP_WRITES = 500

__all__ = ["Database", "Store", "dumps", "many", "numbers", "one", "run", "tuples", "value"]


def connect(workspace: Workspace, *, writes: bool) -> Database:
    """A connection bound to the calling thread; readers can't write."""
    connection = sqlite3.connect(workspace.database, timeout=BUSY_SECONDS, isolation_level=None)
    connection.row_factory = sqlite3.Row
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA synchronous = FULL" if writes else "PRAGMA query_only = ON")
    return Database(connection, strict=True)


def migrate(workspace: Workspace) -> None:
    """Bring the file up to date; several processes may start at once on a new one."""
    connection = sqlite3.connect(workspace.database, timeout=BUSY_SECONDS, isolation_level=None)
    with closing(connection):
        _enable_wal(connection)
        db = Database(connection, strict=True)
        connection.execute("BEGIN IMMEDIATE")
        try:
            schema.apply(db)
            connection.execute("COMMIT")
        except BaseException:
            connection.execute("ROLLBACK")
            raise


def _enable_wal(connection: sqlite3.Connection) -> None:
    """Changing the journal mode ignores the busy timeout, so a second first start asks again."""
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)


class Store:
    """One workspace's database. Safe to share between threads."""

    def __init__(self, workspace: Workspace):
        self.workspace = workspace.create()
        migrate(workspace)
        self._queue: queue.SimpleQueue[_Write | None] | None = None
        self._thread: threading.Thread | None = None

    @contextmanager
    def read(self) -> Iterator[Database]:
        """A short-lived connection on one consistent snapshot."""
        db = connect(self.workspace, writes=False)
        with closing(db.conn):
            db.conn.execute("BEGIN")
            yield db

    def write(self, fn: Callable[[Database], T]) -> T:
        """Run `fn(db)` in one transaction and return its result once it is on disk."""
        if self._queue is not None:
            return self.submit(fn).result()
        db = connect(self.workspace, writes=True)
        with closing(db.conn):
            return _immediately(self.workspace, db, fn)

    def submit(self, fn: Callable[[Database], T]) -> "Future[T]":
        """Like `write`, from an event loop: needs `start_writer`."""
        if self._queue is None:
            raise RuntimeError("submit needs start_writer")
        future: Future[T] = Future()
        self._queue.put(_Write(fn, future))
        return future

    def start_writer(self) -> None:
        """From now on one thread of this process writes for all the others."""
        if self._queue is None:
            self._queue = queue.SimpleQueue()
            self._thread = threading.Thread(
                target=_serve_writes, args=(self.workspace, self._queue), daemon=True
            )
            self._thread.start()

    def stop_writer(self) -> None:
        """Finish what is queued, then stop."""
        if self._queue is not None and self._thread is not None:
            self._queue.put(None)
            self._thread.join()
            self._queue = self._thread = None


class _Write:
    """A function waiting for its turn, and where its result or error goes."""

    def __init__(self, fn: Callable[[Database], Any], future: "Future[Any]"):
        self.fn, self.future = fn, future
        self.result: Any = None
        self.error: BaseException | None = None

    def attempt(self, db: Database) -> None:
        try:
            with _savepoint(db):
                self.result = self.fn(db)
        except BaseException as error:
            self.error = error

    def settle(self, commit_error: BaseException | None) -> None:
        error = commit_error or self.error
        if error is None:
            self.future.set_result(self.result)
        else:
            self.future.set_exception(error)


@contextmanager
def _savepoint(db: Database) -> Iterator[None]:
    """All of a write or nothing; like `db.atomic`, but SQLite prepares its words only once."""
    db.conn.execute("SAVEPOINT one_write")
    try:
        yield
    except BaseException:
        if db.conn.in_transaction:  # a trigger may have rolled all of it back
            db.conn.execute("ROLLBACK TO one_write")
        raise
    finally:
        if db.conn.in_transaction:
            db.conn.execute("RELEASE one_write")


def _serve_writes(workspace: Workspace, waiting: "queue.SimpleQueue[_Write | None]") -> None:
    db = connect(workspace, writes=True)
    with closing(db.conn), _turns(workspace) as turn:
        while (first := waiting.get()) is not None:
            with turn():
                _commit_group(db, first, waiting)


def _turns(workspace: Workspace) -> AbstractContextManager[Turn]:
    """This process's turns to write. The kernel wakes who waits for a file's lock; SQLite's own
    waiting sleeps and asks again, and beside a busy process it may ask in vain for seconds.
    """
    return turns(workspace.locks / "write.lock")


def _commit_group(db: Database, first: _Write, waiting: "queue.SimpleQueue[_Write | None]") -> None:
    group: list[_Write] = []
    commit_error: BaseException | None = None
    try:
        db.conn.execute("BEGIN IMMEDIATE")
        for write in _group(first, waiting):
            if write.future.set_running_or_notify_cancel():
                group.append(write)
                write.attempt(db)
        db.conn.execute("COMMIT")
    except BaseException as error:
        commit_error = error
        if not group and first.future.set_running_or_notify_cancel():
            group = [first]
        if db.conn.in_transaction:
            db.conn.execute("ROLLBACK")
    for write in group:
        write.settle(commit_error)


def _group(first: _Write, waiting: "queue.SimpleQueue[_Write | None]") -> Iterator[_Write]:
    """What is waiting now, up to a bound in number and time."""
    deadline = time.monotonic() + GROUP_SECONDS
    yield first
    for _ in range(GROUP_WRITES - 1):
        if time.monotonic() > deadline:
            return
        try:
            write = waiting.get_nowait()
        except queue.Empty:
            return
        if write is None:
            waiting.put(None)
            return
        yield write


def _immediately(workspace: Workspace, db: Database, fn: Callable[[Database], T]) -> T:
    with _turns(workspace) as turn, turn():
        db.conn.execute("BEGIN IMMEDIATE")
        try:
            result = fn(db)
            db.conn.execute("COMMIT")
            return result
        except BaseException:
            if db.conn.in_transaction:
                db.conn.execute("ROLLBACK")
            raise


Parameters = dict[str, Any] | tuple[Any, ...] | list[Any]


def many(db: Database, sql: str, parameters: Parameters = ()) -> list[dict[str, Any]]:
    return [dict(row) for row in db.conn.execute(sql, parameters)]


def tuples(db: Database, sql: str, parameters: Parameters = ()) -> Iterator[Any]:
    """The rows as plain tuples, for millions: a dictionary each costs more than all else done."""
    cursor = db.conn.cursor()
    cursor.row_factory = None
    return cursor.execute(sql, parameters)


def numbers(db: Database, sql: str, parameters: Parameters = ()) -> Iterator[int]:
    """All numbers of all rows, one after another."""
    return chain.from_iterable(tuples(db, sql, parameters))


def one(db: Database, sql: str, parameters: Parameters = ()) -> dict[str, Any] | None:
    row = db.conn.execute(sql, parameters).fetchone()
    return None if row is None else dict(row)


def value(db: Database, sql: str, parameters: Parameters = ()) -> Any:
    """The first column of the first row, or None."""
    row = db.conn.execute(sql, parameters).fetchone()
    return None if row is None else row[0]


def run(db: Database, sql: str, parameters: Parameters = ()) -> int:
    """Execute a write; returns how many rows it changed."""
    return int(db.conn.execute(sql, parameters).rowcount)


_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def dumps(data: Any) -> str:
    return _JSON.encode(data)
