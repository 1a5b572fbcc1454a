"""Runs that end before their time: killed, on a full disk, or started twice. Real processes."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import Desk
from tests.running import processes, row, until
from tests.tuning import folder_of, prepared, quiet, run_of
from workbench import jobs, training
from workbench.errors import InvalidInput
from workbench.records import Job, Model
from workbench.store import variants
from workbench.store.datasets import DatasetVersion
from workbench.training.process import checkpoints


def training_in(folder: Path) -> list[int]:
    """The living processes that train in this folder."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            words = (entry / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if str(folder).encode() in words:
            found.append(int(entry.name))
    return found


def kill_after_a_checkpoint(desk: Desk, job: Job, folder: Path) -> None:
    """kill -9 of the job's process once a checkpoint is whole; those that train die with it."""
    until(lambda: list(folder.glob("checkpoints/*/whole")), "a whole checkpoint")
    [process] = processes(desk.store, job)
    assert training_in(folder)
    os.kill(process, signal.SIGKILL)
    until(lambda: not training_in(folder), "the death of what trained")
    until(lambda: jobs.is_stale(desk.store, row(desk.store, job)), "the lock of the killed job")


@pytest.mark.parametrize(
    ("recipe", "processes"), [("dpo-tiny-few", 1), ("dpo-tiny-few", 2), ("dpo-small", 1)]
)
def test_a_run_that_was_killed_goes_on_and_ends_with_the_same_model(
    judged: Desk, version: DatasetVersion, recipe: str, processes: int
) -> None:
    """With LoRA, dropout draws random numbers: their state has to come back too."""
    chosen = training.load_recipe(recipe).but(
        num_train_epochs=40, per_device_train_batch_size=4 // processes,
        gradient_accumulation_steps=1, num_processes=processes,
    )  # fmt: skip
    whole = training.train(judged.store, prepared(judged, version, chosen), quiet)
    run_id = prepared(judged, version, chosen)
    folder = folder_of(judged, run_id)
    job = training.start(judged.store, judged.project, run_id)
    kill_after_a_checkpoint(judged, job, folder)
    assert run_of(judged, run_id).status == "running"
    assert not (folder / "model").exists()
    jobs.launch(judged.store)
    jobs.wait(judged.store, job.id)
    assert row(judged.store, job).attempts == 2
    with judged.store.read() as db:
        made = [m for m in variants.models(db) if m.training_run_id == run_id]
    assert [m.fingerprint for m in made] == [whole.fingerprint]
    logged = training.metrics(folder)
    assert [line["step"] for line in logged if "resumed_at" in line]
    steps = [line["step"] for line in logged if "loss" in line]
    assert steps == sorted(set(steps)), "what was logged after the checkpoint is logged once"


def test_a_checkpoint_that_was_not_written_to_its_end_is_not_gone_on_from(tmp_path: Path) -> None:
    for step in (5, 10, 15):
        (tmp_path / f"checkpoint-{step}").mkdir()
    checkpoints.mark(tmp_path, 5)
    checkpoints.mark(tmp_path, 10)
    last = checkpoints.last_whole(tmp_path)
    assert last
    assert last.name == "checkpoint-10"
    assert not (tmp_path / "checkpoint-15").exists()


def test_figures_after_the_checkpoint_are_cut(tmp_path: Path) -> None:
    log = tmp_path / "metrics.jsonl"
    log.write_text('{"step": 1}\n{"step": 2}\n{"step": 3}\n{"st')
    checkpoints.cut_metrics(log, 2)
    assert log.read_text() == '{"step": 1}\n{"step": 2}\n'


def test_two_processes_that_ask_for_the_same_run_start_it_once(
    judged: Desk, version: DatasetVersion
) -> None:
    command = [
        sys.executable, "-m", "workbench", "train", "dpo-tiny-few", "--project",
        judged.project.slug, "--dataset", version.name,
    ]  # fmt: skip
    prepared(judged, version)  # makes the starter model known
    judged.store.write(
        lambda db: db.execute("UPDATE training_runs SET status = 'cancelled'").close()
    )
    home = {"WORKBENCH_HOME": str(judged.store.workspace.home)}
    both = [
        subprocess.Popen(command, env=os.environ | home, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    said = {one.communicate()[0].splitlines()[-1] for one in both}
    assert [one.returncode for one in both] == [0, 0]
    assert said == {"Run 2 made the model “small run 2”."}
    with judged.store.read() as db:
        assert len([m for m in variants.models(db) if m.training_run_id]) == 1


@pytest.fixture
def small_disk(tmp_path: Path) -> Path:
    """A folder for which this process has a disk of 12 MB; only root may make one."""
    disk = tmp_path / "disk"
    disk.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", str(disk)],
        capture_output=True, check=False,
    )  # fmt: skip
    if made.returncode:
        pytest.skip("a disk of its own wants root")
    return disk


@pytest.mark.parametrize(
    "room_taken", [10 << 20, 6 << 20], ids=["weights do not fit", "the optimiser does not fit"]
)
def test_a_full_disk_ends_a_run_clearly_and_with_room_it_goes_on(
    judged: Desk, version: DatasetVersion, small_disk: Path, room_taken: int
) -> None:
    """The preflight would refuse it; the disk fills up later, as disks do."""
    try:
        run_id = prepared(judged, version, num_train_epochs=4, save_total_limit=1)
        folder = folder_of(judged, run_id)
        (folder / "checkpoints").symlink_to(small_disk)
        filler = small_disk / "filler"
        filler.write_bytes(b"x" * room_taken)
        with pytest.raises(InvalidInput, match=r"The disk is full.*Make room"):
            training.train(judged.store, run_id, quiet)
        run = run_of(judged, run_id)
        assert (run.status, "disk is full" in (run.error or "")) == ("failed", True)
        filler.unlink()
        (folder / "checkpoints").unlink()
        assert isinstance(training.train(judged.store, run_id, quiet), Model)
    finally:
        subprocess.run(["umount", str(small_disk)], check=False)
