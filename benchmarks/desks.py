"""What the benchmarks judge: projects of so many comparisons, people with keys, running servers."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from workbench import demo, importing, queueing, signing_in
from workbench.clock import utc_now
from workbench.importing.shapes import parse
from workbench.records import Project
from workbench.settings import REPOSITORY, Asks, ProjectSettings, Workspace
from workbench.store import Store

ANSWERS = 21  # of each prompt: 210 pairs
WORDS = "An answer of some length that says what it has to say, and then a little more. " * 6


def project(store: Store, slug: str, comparisons: int, overlap: int) -> Project:
    """A project with ratings and tags, and so many open comparisons."""
    settings = ProjectSettings(
        gold_rate=0.0,
        repeat_rate=0.0,
        overlap=overlap,
        asks=Asks(ratings=True, spans=True),
        heldout_share=0.0,
    )
    made = demo.create_project(store, utc_now(), slug, slug.title(), settings, rubric="grounded-qa")
    rows = [
        {
            "prompt": f"Question {slug} {i * 7919:x} {i * 104729:x}?",
            "split": "train",
            "completions": {f"v{k}": f"{WORDS} ({i}, {k})" for k in range(ANSWERS)},
        }
        for i in range(-(-comparisons // (ANSWERS * (ANSWERS - 1) // 2)))
    ]
    importing.add(store, made, [parse(row) for row in rows], utc_now(), kind="completions")
    queueing.fill(store, made, utc_now(), count=comparisons)
    return made


def long_answers(store: Store, slug: str, length: int) -> None:
    """Two comparisons of answers that long: one plain, one full of Markdown."""
    settings = ProjectSettings(gold_rate=0.0, repeat_rate=0.0)
    made = demo.create_project(store, utc_now(), slug, slug.title(), settings)
    marked = "## Part\n\nSome **bold** and `code`.\n\n- one\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n"
    rows = [
        {"prompt": f"Tell me all, {i * 7919}", "split": "train",
         "completions": {"a": (WORDS * length)[:length], "b": (marked * length)[:length] + str(i)}}
        for i in range(2)
    ]  # fmt: skip
    importing.add(store, made, [parse(row) for row in rows], utc_now(), kind="completions")
    queueing.fill(store, made, utc_now())


def keys(store: Store, count: int) -> list[str]:
    """API keys of so many new people."""
    found = []
    for i in range(count):
        name = f"person {i} {time.time_ns()}"
        added = signing_in.add_reviewer(store, utc_now(), name, "reviewer", api_key=True)
        assert added.api_key
        found.append(added.api_key)
    return found


@contextmanager
def served(workspace: Workspace) -> Iterator["Server"]:
    server = Server(workspace)
    try:
        yield server
    finally:
        server.kill()


@contextmanager
def floor() -> Iterator[int]:
    """The port of a server whose one route does nothing."""
    port = _free_port()
    command = [sys.executable, "-m", "uvicorn", "benchmarks.floor:app", "--port", str(port),
               "--log-level", "error"]  # fmt: skip
    process = subprocess.Popen(command, cwd=REPOSITORY)
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            break
        except OSError:
            time.sleep(0.05)
    try:
        yield port
    finally:
        process.kill()
        process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """The app in a process of its own."""

    def __init__(self, workspace: Workspace):
        self.port = _free_port()
        self.environment = environment(workspace)
        self.start()

    def start(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "workbench", "serve", "--port", str(self.port)],
            cwd=REPOSITORY,
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        while not self._is_up():
            time.sleep(0.05)

    def _is_up(self) -> bool:
        try:
            urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=2)
            return True
        except OSError:
            return False

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


def environment(workspace: Workspace) -> dict[str, str]:
    """What a process of the app is started with."""
    return os.environ | {"WORKBENCH_HOME": str(workspace.home)}


@contextmanager
def bare_commits(folder: Path) -> Iterator[Callable[[], float]]:
    """A function that makes one bare INSERT with a judgement's durability: milliseconds."""
    store = Store(Workspace(folder))
    store.write(lambda db: db.execute("CREATE TABLE IF NOT EXISTS floor (id INTEGER, body TEXT)"))
    store.start_writer()

    def commit() -> float:
        began = time.perf_counter()
        store.write(lambda db: db.execute("INSERT INTO floor VALUES (1, ?)", ("x" * 200,)))
        return 1000 * (time.perf_counter() - began)

    try:
        yield commit
    finally:
        store.stop_writer()
