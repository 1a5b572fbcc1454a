"""Training: real TRL runs on the starter model, twelve pairs each; a few seconds a process."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import Desk
from tests.running import add_cards, kill_midway, row
from workbench import jobs, training
from workbench.demo import starter_model
from workbench.errors import InvalidInput
from workbench.exporting import FORMATS, Filters, export
from workbench.store import training_runs, variants
from workbench.store.datasets import DatasetVersion

PAIRS = 12
RECIPE: dict[str, Any] = training.load_recipe("starter-few")


@pytest.fixture
def version(desk: Desk) -> DatasetVersion:
    add_cards(desk, PAIRS)
    desk.open()
    desk.judge_all(desk.reviewer())
    return export(desk.store, desk.project, Filters(test_share=0.0), desk.clock.now)


def prepared(desk: Desk, version: DatasetVersion, **changes: Any) -> int:
    """A run's id; its folder is `folder_of` it."""
    now = desk.clock.now
    base = desk.store.write(lambda db: variants.ensure_model(db, now, starter_model()))
    return training.prepare(desk.store, desk.project, version, base, RECIPE | changes, now)


def run_of(desk: Desk, run_id: int) -> training_runs.TrainingRun:
    with desk.store.read() as db:
        return training_runs.get(db, run_id)


def quiet(done: int, total: int, note: str) -> None:
    pass


# Recipes, without torch


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[1, 2]", "must hold keys and values"),
        ("beta: [", "is not valid YAML"),
        ("output_dir: /elsewhere", "output_dir is decided by the run"),
        ("dataset_name: other", "dataset_name is decided by the run"),
    ],
)
def test_a_bad_recipe_file_is_a_clear_error(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(text)
    with pytest.raises(InvalidInput, match=said):
        training.load_recipe(str(path))


def test_an_unknown_recipe_names_those_that_ship() -> None:
    with pytest.raises(InvalidInput, match="starter-few"):
        training.load_recipe("made-up")


@pytest.mark.parametrize(
    ("pairs", "starter", "tuned", "name"),
    [
        (40, True, False, "starter-few"),
        (400, True, False, "starter"),
        (400, True, True, "starter"),
        (400, False, False, "careful"),
    ],
)
def test_the_recipe_suits_model_and_pairs(
    pairs: int, starter: bool, tuned: bool, name: str
) -> None:
    assert training.suggest(pairs, starter=starter, tuned_before=tuned) == name
    assert name in training.names()


@pytest.mark.parametrize("written", ["1e-4", "1.0e-4", "0.0001"])
def test_a_learning_rate_is_a_number_however_it_is_written(tmp_path: Path, written: str) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(f"learning_rate: {written}\nlr_scheduler_type: linear")
    assert training.load_recipe(str(path)) == {
        "learning_rate": 1e-4, "lr_scheduler_type": "linear",
    }  # fmt: skip


def test_a_half_written_line_of_metrics_waits(tmp_path: Path) -> None:
    (tmp_path / "metrics.jsonl").write_text('{"step": 1, "loss": 0.7}\n{"step": 2, "lo')
    assert training.metrics(str(tmp_path)) == [{"step": 1, "loss": 0.7}]


def test_a_run_folder_says_all_that_it_will_do(desk: Desk, version: DatasetVersion) -> None:
    run = run_of(desk, prepared(desk, version))
    folder = Path(run.folder)
    recipe = yaml.safe_load((folder / "recipe.yaml").read_text())
    assert recipe["model_name_or_path"] == starter_model().location
    assert recipe["dataset_name"] == version.folder
    assert json.loads((folder / "dataset.json").read_text())["sha256"] == version.sha256
    assert run.status == "queued"


# Runs


@pytest.mark.parametrize("format_", sorted(set(FORMATS) - set(training.TRAINABLE)))
def test_a_version_that_is_not_trained_on_is_refused_before_a_run_is_there(
    desk: Desk, version: DatasetVersion, format_: str
) -> None:
    with pytest.raises(InvalidInput, match=f"format “{format_}”.*Export.*“preference”"):
        prepared(desk, replace(version, format=format_))
    with desk.store.read() as db:
        assert not training_runs.in_project(db, desk.project.id)
    assert not list(desk.store.workspace.runs.glob("*"))


def test_a_version_with_margins_is_trained_on_as_well(desk: Desk, version: DatasetVersion) -> None:
    chosen = Filters(test_share=0.0)
    measured = export(desk.store, desk.project, chosen, desk.clock.now, format_="reward")
    run_id = prepared(desk, measured)
    training.train(desk.store, run_id, quiet)
    assert run_of(desk, run_id).status == "done"


def test_a_run_leaves_a_registered_model_and_its_metrics(
    desk: Desk, version: DatasetVersion
) -> None:
    run_id = prepared(desk, version)
    model = training.train(desk.store, run_id, quiet)
    run = run_of(desk, run_id)
    folder = Path(run.folder)
    assert run.status == json.loads((folder / "status.json").read_text())["status"] == "done"
    assert model.training_run_id == run_id
    assert model.fingerprint != starter_model().fingerprint
    assert {p.name for p in folder.iterdir()} == {
        "dataset.json", "metrics.jsonl", "model", "recipe.yaml", "status.json",
    }  # fmt: skip
    logged = training.metrics(run.folder)
    assert logged[0]["steps"] == 2 * PAIRS // RECIPE["per_device_train_batch_size"]
    assert {"step", "loss", "rewards/margins"} <= set(logged[0])


def test_a_cancelled_run_says_so(desk: Desk, version: DatasetVersion) -> None:
    run_id = prepared(desk, version)

    def stop(done: int, total: int, note: str) -> None:
        if note == "training":
            raise jobs.Cancelled

    with pytest.raises(jobs.Cancelled):
        training.train(desk.store, run_id, stop)
    run = run_of(desk, run_id)
    assert run.status == "cancelled"
    assert not (Path(run.folder) / "model").exists()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"learning_rat": 1e-4}, "learning_rat"),
        ({"learning_rate": "fast"}, "must be a number, not “fast”"),
        ({"max_length": 20}, "prompts have 20 tokens or more"),
    ],
)
def test_what_trl_would_stumble_over_is_said_clearly(
    desk: Desk, version: DatasetVersion, changes: dict[str, Any], said: str
) -> None:
    run_id = prepared(desk, version, **changes)
    with pytest.raises(InvalidInput, match=said):
        training.train(desk.store, run_id, quiet)
    run = run_of(desk, run_id)
    assert run.status == "failed"
    assert said in (run.error or "")


def test_a_run_that_trl_gives_up_is_stored_with_its_reason(
    desk: Desk, version: DatasetVersion
) -> None:
    run_id = prepared(desk, version, loss_type=["made_up"], loss_weights=[1.0])
    with pytest.raises(ValueError, match="made_up"):
        training.train(desk.store, run_id, quiet)
    run = run_of(desk, run_id)
    assert (run.status, "Unknown loss type: made_up" in (run.error or "")) == ("failed", True)


def test_a_run_killed_midway_is_run_again_and_ends_well(
    desk: Desk, version: DatasetVersion
) -> None:
    run_id = prepared(desk, version, num_train_epochs=8)
    job = training.start(desk.store, desk.project, run_id)
    kill_midway(desk.store, job)
    assert run_of(desk, run_id).status == "running"
    jobs.launch(desk.store)
    jobs.wait(desk.store, job.id)
    assert row(desk.store, job).attempts == 2
    run = run_of(desk, run_id)
    assert run.status == "done"
    steps = [line["step"] for line in training.metrics(run.folder) if "loss" in line]
    assert steps == sorted(set(steps)), "the metrics of the killed run are not mixed in"
    with desk.store.read() as db:
        made = [m.training_run_id for m in variants.models(db) if m.training_run_id]
    assert made == [run_id]


def test_trl_accepts_the_exported_version_unchanged(
    desk: Desk, version: DatasetVersion, tmp_path: Path
) -> None:
    """`trl dpo` on the folder that was exported, as anyone would run it."""
    command = [
        str(Path(sys.executable).with_name("trl")), "dpo",
        "--model_name_or_path", starter_model().location, "--dataset_name", version.folder,
        "--output_dir", str(tmp_path / "out"), "--max_steps", "1", "--save_strategy", "no",
        "--num_processes", "1", "--use_cpu", "true", "--bf16", "false",
        "--gradient_checkpointing", "false",
    ]  # fmt: skip
    environment = os.environ | {"OMP_NUM_THREADS": "1", "HF_HUB_OFFLINE": "1"}
    ended = subprocess.run(
        command, capture_output=True, text=True, cwd=tmp_path, env=environment, check=False
    )
    assert ended.returncode == 0, ended.stderr[-2000:]
    assert (tmp_path / "out" / "model.safetensors").is_file()
