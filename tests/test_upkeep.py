"""Upkeep: the doctor finds what is planted, and a backup of a live workspace is whole."""

import shutil
import sqlite3
import tarfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from threading import Event, Thread

import pytest

from tests.conftest import START, Desk
from workbench import clearing, upkeep
from workbench.errors import InvalidInput
from workbench.exporting import Filters, export
from workbench.settings import Workspace
from workbench.store import Store, events, exports_under_way, health, imports
from workbench.store import jobs as job_rows
from workbench.store.database import run, value


@pytest.fixture
def lived_in(desk: Desk) -> Desk:
    """A workspace with prompts, judgements, a held lease and an exported version."""
    desk.add_answers(4)
    desk.open()
    ann = desk.reviewer()
    for item in desk.claim(ann, 3):
        desk.submit(ann, item)
    export(desk.store, desk.project, Filters(test_share=0.0), desk.clock.now)
    desk.claim(ann)
    return desk


def problems(desk: Desk) -> dict[str, upkeep.Finding]:
    findings = upkeep.doctor(desk.store, desk.clock.now)
    return {finding.check: finding for finding in findings if not finding.sound}


def plant_wrong_slots(desk: Desk) -> None:
    wrong = "UPDATE comparisons SET open_slots = open_slots + 1 WHERE id = 1"
    desk.store.write(lambda db: run(db, wrong))


def plant_stale_lease(desk: Desk) -> None:
    desk.clock.pass_by(hours=2)


def plant_stale_job(desk: Desk) -> None:
    job = desk.store.write(lambda db: job_rows.add(db, START, "generate", {}, None, None))
    desk.store.write(lambda db: job_rows.begin(db, START, job.id))


def plant_unfinished_import(desk: Desk) -> None:
    desk.store.write(lambda db: imports.begin(db, START, desk.project.id, "prompts", "x.json", ""))


def plant_unfinished_export(desk: Desk) -> None:
    home, project = desk.store.workspace, desk.project.id
    aside = home.exports / ".writing-0123"
    aside.mkdir()
    desk.store.write(
        lambda db: exports_under_way.begin(
            db, START, project, "preference", str(home.home), str(aside)
        )
    )


def plant_missing_version(desk: Desk) -> None:
    [folder] = desk.store.workspace.exports.iterdir()
    shutil.rmtree(folder)


def plant_orphaned_run(desk: Desk) -> None:
    (desk.store.workspace.runs / "0099-nobody").mkdir()


def plant_dangling_reference(desk: Desk) -> None:
    with closing(sqlite3.connect(desk.store.workspace.database)) as unchecked, unchecked:
        unchecked.execute("UPDATE comparisons SET round_id = 77 WHERE id = 1")


def test_a_sound_workspace_has_no_findings(lived_in: Desk) -> None:
    assert problems(lived_in) == {}


@pytest.mark.parametrize(
    ("plant", "check", "said", "remedy"),
    [
        (plant_wrong_slots, "slots", "comparison 1 has", "doctor --mend"),
        (plant_stale_lease, "leases", "1 leases ran out", "doctor --mend"),
        (plant_stale_job, "jobs", "its process is gone", "doctor --mend"),
        (plant_unfinished_import, "imports", "x.json is not finished", "doctor --mend"),
        (plant_unfinished_export, "exports", ".writing-0123 is not finished", "doctor --mend"),
        (plant_missing_version, "files", "is missing", "from a backup"),
        (plant_orphaned_run, "files", "0099-nobody belongs to nothing", "Remove"),
        (plant_dangling_reference, "foreign keys", "comparisons row 1 refers", "restore FILE"),
    ],
)
def test_the_doctor_finds_it_and_says_what_to_do(
    lived_in: Desk, plant: Callable[[Desk], None], check: str, said: str, remedy: str
) -> None:
    plant(lived_in)
    found = problems(lived_in)
    assert set(found) == {check}
    assert said in " ".join(found[check].problems)
    assert remedy in found[check].remedy


@pytest.mark.parametrize(
    "plant",
    [plant_wrong_slots, plant_stale_lease, plant_unfinished_import, plant_unfinished_export],
)
def test_mending_loses_nothing(lived_in: Desk, plant: Callable[[Desk], None]) -> None:
    plant(lived_in)
    before = lived_in.counted()
    clearing.clear(lived_in.store)
    lived_in.store.write(lambda db: health.mend(db, lived_in.clock.now))
    assert problems(lived_in) == {}
    assert lived_in.counted() == before


# Backup and restore


def count(store: Store, table: str) -> int:
    with store.read() as db:
        return int(value(db, f"SELECT count(*) FROM {table}"))


def test_a_backup_restores_the_workspace_with_its_files(lived_in: Desk, tmp_path: Path) -> None:
    lived_in.store.workspace.signing_key.write_text("key")
    saved = upkeep.backup(lived_in.store.workspace, tmp_path / "saved.tar.gz")
    lived_in.add_answers(5, word="later")
    plant_missing_version(lived_in)
    kept = upkeep.restore(lived_in.store.workspace, saved, START)
    assert count(lived_in.store, "prompts") == 4
    assert problems(lived_in) == {}
    assert kept is not None
    assert kept.exists()


def test_a_restore_can_be_taken_back(lived_in: Desk, tmp_path: Path) -> None:
    workspace = lived_in.store.workspace
    saved = upkeep.backup(workspace, tmp_path / "saved.tar.gz")
    lived_in.add_answers(5, word="later")
    kept = upkeep.restore(workspace, saved, START)
    assert kept is not None
    upkeep.restore(workspace, kept, lived_in.clock.pass_by(seconds=1))
    assert count(lived_in.store, "prompts") == 9


def test_a_backup_goes_into_an_empty_workspace(lived_in: Desk, tmp_path: Path) -> None:
    saved = upkeep.backup(lived_in.store.workspace, tmp_path / "saved.tar.gz")
    fresh = Workspace(tmp_path / "fresh")
    assert upkeep.restore(fresh, saved, START) is None
    assert count(Store(fresh), "judgements") == 3


def test_a_backup_of_a_busy_workspace_is_sound(lived_in: Desk, tmp_path: Path) -> None:
    """Taken and put back while a writer writes pairs of events."""
    stop, store = Event(), lived_in.store

    def write() -> None:
        while not stop.is_set():
            store.write(lambda db: [events.append(db, START, kind) for kind in ("in", "out")])

    writer = Thread(target=write)
    writer.start()
    try:
        saved = upkeep.backup(store.workspace, tmp_path / "saved.tar.gz")
        upkeep.restore(store.workspace, saved, START)
    finally:
        stop.set()
        writer.join()
    fresh = Workspace(tmp_path / "fresh")
    upkeep.restore(fresh, saved, START)
    with Store(fresh).read() as db:
        assert health.integrity(db) == []
        kinds = "SELECT sum(kind = 'in') = sum(kind = 'out') FROM events"
        assert value(db, kinds) in (1, None)


@pytest.mark.parametrize("content", ["no archive", "no database", "no sqlite"])
def test_what_is_no_backup_changes_nothing(lived_in: Desk, tmp_path: Path, content: str) -> None:
    path = tmp_path / "wrong.tar.gz"
    if content == "no archive":
        path.write_text("hello")
    else:
        name = "workbench.db" if content == "no sqlite" else "other.txt"
        (tmp_path / name).write_text("hello " * 1000)
        with tarfile.open(path, "w:gz") as archive:
            archive.add(tmp_path / name, name)
    with pytest.raises(InvalidInput):
        upkeep.restore(lived_in.store.workspace, path, START)
    assert count(lived_in.store, "judgements") == 3
    assert problems(lived_in) == {}


def test_an_empty_folder_has_nothing_to_back_up(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="holds no workspace"):
        upkeep.backup(Workspace(tmp_path / "empty"), tmp_path / "saved.tar.gz")
