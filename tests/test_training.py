"""Training: real TRL runs on the starter model, twelve pairs each; some seconds a process."""

import json
from pathlib import Path

import pytest

from tests.conftest import Desk
from tests.tuning import (
    PAIRS,
    RECIPE,
    folder_of,
    frozen,
    prepared,
    quiet,
    run_of,
    starter,
)
from workbench import jobs, training
from workbench.demo import starter_model
from workbench.errors import InvalidInput
from workbench.records import Model
from workbench.store import reward_models, training_runs, variants
from workbench.store.datasets import DatasetVersion
from workbench.training import checks


@pytest.mark.parametrize(
    ("recipe", "format_"),
    [("dpo-tiny", "reward"), ("kto-tiny", "kto"), ("sft-tiny", "sft"), ("dpo-small", "preference"),
     ("dpo-small-mix", "preference")],
)  # fmt: skip
def test_each_method_leaves_a_registered_model_and_its_metrics(
    judged: Desk, recipe: str, format_: str
) -> None:
    chosen = training.load_recipe(recipe)
    run_id = prepared(judged, frozen(judged, format_), chosen)
    model = training.train(judged.store, run_id, quiet)
    assert isinstance(model, Model)
    run = run_of(judged, run_id)
    assert (run.status, run.method, model.training_run_id) == ("done", chosen.method, run_id)
    assert model.fingerprint != starter_model().fingerprint
    assert bool(model.adapter) == chosen.settings.get("use_peft", False)
    assert all("loss" in line for line in training.metrics(run.folder)[:1])


def test_a_run_leaves_what_runs_it_again_and_what_came_of_it(
    judged: Desk, version: DatasetVersion
) -> None:
    run_id = prepared(judged, version)
    training.train(judged.store, run_id, quiet)
    folder = folder_of(judged, run_id)
    assert json.loads((folder / "status.json").read_text())["status"] == "done"
    assert {p.name for p in folder.iterdir()} == {
        "README.md", "data", "lock", "metrics.jsonl", "model", "preflight.json", "recipe.yaml",
        "run.json", "status.json",
    }  # fmt: skip
    logged = training.metrics(folder)
    assert logged[0]["steps"] == 2 * PAIRS // RECIPE.settings["per_device_train_batch_size"]
    assert {"step", "loss", "rewards/margins"} <= set(logged[0])


@pytest.mark.parametrize("recipe", ["reward-tiny", "reward-small"])
def test_a_reward_model_is_registered_as_one_and_answers_no_prompts(
    judged: Desk, version: DatasetVersion, recipe: str
) -> None:
    run_id = prepared(judged, version, training.load_recipe(recipe))
    made = training.train(judged.store, run_id, quiet)
    with judged.store.read() as db:
        [known] = reward_models.in_project(db, judged.project.id)
        assert [m.name for m in variants.models(db) if m.training_run_id] == []
    assert known == made
    assert Path(known.location, "model.safetensors").is_file()


def test_a_cancelled_run_says_so_and_goes_on_when_it_is_started_again(
    judged: Desk, version: DatasetVersion
) -> None:
    run_id = prepared(judged, version, num_train_epochs=8)

    def stop(done: int, total: int, note: str) -> None:
        if note == "steps" and (folder_of(judged, run_id) / "checkpoints").exists():
            raise jobs.Cancelled

    with pytest.raises(jobs.Cancelled):
        training.train(judged.store, run_id, stop)
    assert run_of(judged, run_id).status == "cancelled"
    assert not (folder_of(judged, run_id) / "model").exists()
    training.train(judged.store, run_id, quiet)
    assert run_of(judged, run_id).status == "done"


def test_the_same_run_that_is_under_way_is_found_again(
    judged: Desk, version: DatasetVersion
) -> None:
    first = prepared(judged, version)
    assert prepared(judged, version) == first
    assert prepared(judged, version, seed=7) != first


def test_a_run_whose_folder_was_never_written_gets_it_when_it_is_asked_for_again(
    judged: Desk, version: DatasetVersion
) -> None:
    first = prepared(judged, version)
    judged.store.write(lambda db: training_runs.place(db, first, ""))
    assert prepared(judged, version) == first
    assert (folder_of(judged, first) / "recipe.yaml").is_file()


def test_a_run_on_a_model_with_an_adapter_begins_with_both_merged(
    judged: Desk, version: DatasetVersion
) -> None:
    small = training.load_recipe("dpo-small")
    now = judged.clock.now
    first = training.train(judged.store, prepared(judged, version, small), quiet)
    assert isinstance(first, Model)
    again = training.prepare(judged.store, judged.project, version, first, small, now)
    second = training.train(judged.store, again, quiet)
    assert isinstance(second, Model)
    assert second.location == str(folder_of(judged, again) / "base")
    config = json.loads(Path(second.adapter or "", "adapter_config.json").read_text())
    assert config["base_model_name_or_path"] == second.location


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"learning_rat": 1e-4}, "does not know the setting “learning_rat”"),
        ({"learning_rate": "fast"}, "must be a number, not “fast”"),
        ({"beta": -0.1}, "beta must not be negative"),
        ({"lr_scheduler_type": "steep"}, "TRL refuses the recipe: .*steep"),
        ({"max_length": 20}, "12 of 12 rows have a prompt of 20 tokens or more"),
        ({"loss_type": ["made_up"], "loss_weights": [1.0]}, "Unknown loss type: made_up"),
        ({"learning_rate": 1e30, "max_grad_norm": 0.0}, "is not a number after step"),
        ({"num_processes": 2, "accelerate_config": "fsdp9"}, "no accelerate config “fsdp9”"),
    ],
)
def test_what_a_run_stumbles_over_is_stored_and_said_clearly(
    judged: Desk, version: DatasetVersion, changes: dict[str, object], said: str
) -> None:
    run_id = prepared(judged, version, **changes)
    with pytest.raises(InvalidInput, match=said):
        training.train(judged.store, run_id, quiet)
    run = run_of(judged, run_id)
    assert run.status == "failed"
    assert run.error
    assert not (Path(run.folder) / "model").exists()


def test_a_look_at_the_rows_tells_what_a_run_would_be_and_leaves_nothing(
    judged: Desk, version: DatasetVersion
) -> None:
    starter_known = starter(judged)
    chosen = RECIPE.but(max_length=20)
    job = checks.ask(judged.store, judged.project, version, starter_known, chosen, "cpu")
    seen = checks.seen(jobs.wait(judged.store, job.id))
    assert seen
    assert (seen.rows, seen.dropped) == (PAIRS, PAIRS), "it tells what a run would refuse"
    assert not list(judged.store.workspace.runs.iterdir())
    with judged.store.read() as db:
        found = checks.latest(db, judged.project, version, starter_known, chosen, "cpu")
        other = checks.latest(db, judged.project, version, starter_known, RECIPE, "cpu")
    assert found
    assert found.id == job.id
    assert other is None
