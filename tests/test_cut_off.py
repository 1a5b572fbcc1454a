"""kill -9 in the middle of an import and of an export, as processes of their own: nothing half-done
is seen, the next start clears away and says so, and doing it again does all of it.
"""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests import running
from tests.browser.conftest import free_port
from tests.conftest import START, Desk, answered
from tests.many_pairs import build
from tests.running import until
from workbench import clearing, exporting, importing, jobs
from workbench.exporting import Filters
from workbench.records import Project
from workbench.settings import REPOSITORY, Workspace
from workbench.store import Store, datasets, imports, prompts, removals
from workbench.store.database import dumps, value

PROMPTS = 2_000
PAIRS = 20_000


@contextmanager
def process(store: Store, *command: str) -> Iterator[subprocess.Popen[bytes]]:
    """Python with these arguments on the store's workspace; killed at the end of the block."""
    with open(store.workspace.home / "said.txt", "wb") as said:
        child = subprocess.Popen(
            [sys.executable, *command],
            env=os.environ | {"WORKBENCH_HOME": str(store.workspace.home)},
            cwd=REPOSITORY, stdout=said, stderr=said,
        )  # fmt: skip
    try:
        yield child
    finally:
        child.kill()
        child.wait()


def killed(store: Store, half_way: Callable[[], object], *command: str) -> None:
    with process(store, "-m", "workbench", *command) as half:
        until(lambda: half_way() or half.poll() is not None, "the middle of it")
        half.send_signal(signal.SIGKILL)
        assert half.wait() == -signal.SIGKILL, "it ended before it could be killed"


def said(store: Store) -> str:
    return (store.workspace.home / "said.txt").read_text()


def count(store: Store, table: str) -> int:
    with store.read() as db:
        return int(value(db, f"SELECT count(*) FROM {table}"))


# An import


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Many prompts, each with two answers."""
    path = tmp_path / "questions.jsonl"
    path.write_text("".join(dumps(answered(i)) + "\n" for i in range(PROMPTS)))
    return path


def kill_import(desk: Desk, file: Path) -> int:
    """Returns how many answers it had stored."""
    before = count(desk.store, "completions")
    killed(
        desk.store, lambda: count(desk.store, "completions") > before,
        "import", "completions", str(file), "--project", "small",
    )  # fmt: skip
    return count(desk.store, "completions") - before


def test_nothing_of_a_killed_import_is_seen(desk: Desk, file: Path) -> None:
    assert 0 < kill_import(desk, file) < 2 * PROMPTS
    with desk.store.read() as db:
        assert set(prompts.counts(db, desk.project.id).values()) == {0}
        assert imports.recent(db, desk.project.id) == []
    assert desk.open() == 0


def test_what_a_killed_import_left_is_removed_and_said_and_the_same_one_adds_all(
    desk: Desk, file: Path
) -> None:
    answers = kill_import(desk, file)
    [removed] = clearing.clear(desk.store)
    assert removed.counts == {"prompt": PROMPTS, "answer": answers, "judgement": 0}
    told = clearing.words(removed)
    assert told.startswith("An import of questions.jsonl, begun on ")
    assert f"was cut off. Removed what it had left: 2,000 prompts, {answers:,} answers." in told
    assert told.endswith("Import it again.")
    for table in ("prompts", "completions", "imports"):
        assert count(desk.store, table) == 0
    assert clearing.clear(desk.store) == []
    report = importing.import_file(
        desk.store, desk.project, file, desk.clock.now, kind="completions"
    )
    assert (report.prompts, report.completions) == (PROMPTS, 2 * PROMPTS)


def test_the_shell_says_it_before_the_next_import(desk: Desk, file: Path) -> None:
    kill_import(desk, file)
    with process(
        desk.store, "-m", "workbench", "import", "completions", str(file), "--project", "small"
    ) as again:
        assert again.wait() == 0
    assert "was cut off. Removed what it had left" in said(desk.store)
    assert "2000 new prompts" in said(desk.store)


# An export


@pytest.fixture
def pairs(store: Store) -> Project:
    return build(store, PAIRS)


def left_aside(base: Path) -> list[Path]:
    return list(base.glob(".writing-*"))


def has_rows(base: Path) -> bool:
    return any(path.stat().st_size for path in base.glob(".writing-*/lineage.jsonl"))


def kill_export(store: Store, base: Path, *options: str) -> None:
    killed(store, lambda: has_rows(base), "export", "--project", "pairs", *options)


def versions(store: Store, project: Project) -> list[str]:
    with store.read() as db:
        return [version.name for version in datasets.in_project(db, project.id)]


def freeze(store: Store, project: Project) -> str:
    return exporting.export(store, project, Filters(), START).sha256


@pytest.mark.parametrize("out", [None, "elsewhere"])
def test_what_a_killed_export_left_is_removed_and_said_wherever_it_lies(
    store: Store, pairs: Project, tmp_path: Path, out: str | None
) -> None:
    base = tmp_path / out if out else store.workspace.exports
    kill_export(store, base, *(["--out", str(base)] if out else []))
    assert [path.name for path in base.iterdir()] == [path.name for path in left_aside(base)]
    assert versions(store, pairs) == []
    [removed] = clearing.clear(store)
    assert 0 < removed.counts["row"] <= PAIRS
    told = clearing.words(removed)
    assert told.startswith("An export as preference, begun on ")
    assert f"Removed what it had left: {removed.counts['row']:,} rows. Export again." in told
    assert list(base.iterdir()) == []


def test_the_same_export_again_is_the_same_as_one_never_killed(
    store: Store, pairs: Project, tmp_path: Path
) -> None:
    kill_export(store, store.workspace.exports)
    clearing.clear(store)
    other = Store(Workspace(tmp_path / "never-killed"))
    never_killed = freeze(other, build(other, PAIRS))
    assert freeze(store, pairs) == never_killed


DIES = """
import os, signal
from workbench import exporting
from workbench.clock import utc_now
from workbench.settings import Workspace
from workbench.store import Store, datasets, projects
datasets.add = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
store = Store(Workspace.from_environment())
with store.read() as db:
    project = projects.get(db, "small")
exporting.export(store, project, exporting.Filters(), utc_now())
"""


def kill_before_it_is_registered(store: Store) -> None:
    """The version lies in its place, whole, and no list knows of it."""
    with process(store, "-c", DIES) as export:
        assert export.wait() == -signal.SIGKILL, said(store)


@pytest.fixture
def judged(desk: Desk) -> Desk:
    desk.add_answers(20)
    desk.open()
    desk.judge_all(desk.reviewer())
    return desk


def test_a_version_in_its_place_that_no_list_knows_of_is_removed_too(judged: Desk) -> None:
    kill_before_it_is_registered(judged.store)
    base = judged.store.workspace.exports
    assert len(list(base.glob("small-*"))) == 1
    assert versions(judged.store, judged.project) == []
    assert len(clearing.clear(judged.store)) == 1
    assert list(base.iterdir()) == []


def test_a_version_that_was_there_before_stays(judged: Desk) -> None:
    freeze(judged.store, judged.project)
    [folder] = judged.store.workspace.exports.iterdir()
    kill_before_it_is_registered(judged.store)
    assert len(clearing.clear(judged.store)) == 1
    assert list(judged.store.workspace.exports.iterdir()) == [folder]


def test_a_copy_of_the_workspace_clears_its_own_half_and_never_the_originals(
    store: Store, pairs: Project, tmp_path: Path
) -> None:
    kill_export(store, store.workspace.exports)
    shutil.copytree(store.workspace.home, tmp_path / "copy")
    copy = Store(Workspace(tmp_path / "copy"))
    assert len(left_aside(copy.workspace.exports)) == 1
    assert len(clearing.clear(copy)) == 1
    assert left_aside(copy.workspace.exports) == []
    assert len(left_aside(store.workspace.exports)) == 1


def test_a_job_that_begins_again_is_said_to(store: Store, pairs: Project) -> None:
    job = exporting.begin(store, pairs, Filters(), "preference")
    running.kill_midway(store, job)
    [removed] = clearing.clear(store)
    assert clearing.words(removed).endswith("It begins again by itself.")
    jobs.launch(store)
    jobs.wait(store, job.id)
    assert len(versions(store, pairs)) == 1


# The next start


def test_the_next_start_clears_away_and_says_so(judged: Desk, file: Path) -> None:
    before = judged.counted()
    kill_import(judged, file)
    kill_before_it_is_registered(judged.store)
    with process(judged.store, "-m", "workbench", "serve", "--port", str(free_port())):
        until(lambda: said(judged.store).count("was cut off") == 2, "what the start says")
    assert "Import it again." in said(judged.store)
    assert "Export again." in said(judged.store)
    assert list(judged.store.workspace.exports.iterdir()) == []
    assert (count(judged.store, "prompts"), judged.counted()) == (20, before)
    with judged.store.read() as db:
        assert len(removals.unread(db, judged.project.id, "import")) == 1
        assert len(removals.unread(db, judged.project.id, "export")) == 1


def test_what_was_read_is_said_no_more(desk: Desk) -> None:
    now, store = desk.clock.now, desk.store
    store.write(lambda db: imports.begin(db, now, desk.project.id, "prompts", "one.jsonl", ""))
    clearing.clear(store)
    with store.read() as db:
        [seen] = removals.unread(db, desk.project.id, "import")
    store.write(lambda db: imports.begin(db, now, desk.project.id, "prompts", "two.jsonl", ""))
    clearing.clear(store)
    store.write(lambda db: removals.read(db, now, [seen.id]))
    with store.read() as db:
        assert [one.name for one in removals.unread(db, desk.project.id, "import")] == ["two.jsonl"]
