"""Recipes, formats and run folders: what is said before anything is trained. Without torch."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from tests.conftest import Desk
from tests.tuning import folder_of, frozen, prepared, run_of, starter
from workbench import training
from workbench.demo import starter_model
from workbench.errors import InvalidInput
from workbench.exporting import FORMATS
from workbench.jobs import MEMORY
from workbench.store import training_runs
from workbench.store.datasets import DatasetVersion
from workbench.training import comparing, launching
from workbench.training.methods import METHODS
from workbench.training.recipes import USUAL


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[1, 2]", "must hold keys and values"),
        ("beta: [", "is not valid YAML"),
        ("beta: 0.1", "names no method"),
        ("method: ppo", "“ppo” is no method of training.*dpo, kto, sft, reward"),
        ("method: dpo\noutput_dir: /elsewhere", "output_dir is decided by the run"),
        ("method: dpo\ndataset_name: other", "dataset_name is decided by the run"),
    ],
)
def test_a_bad_recipe_file_is_a_clear_error(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(text)
    with pytest.raises(InvalidInput, match=said):
        training.load_recipe(str(path))


def test_an_unknown_recipe_names_those_that_ship() -> None:
    with pytest.raises(InvalidInput, match="dpo-tiny-few"):
        training.load_recipe("made-up")


@pytest.mark.parametrize("size", ["tiny", "small", "large"])
@pytest.mark.parametrize("method", METHODS)
def test_each_method_has_a_recipe_for_each_size(method: training.Method, size: str) -> None:
    recipe = training.load_recipe(f"{method}-{size}")
    assert recipe.method == method
    assert recipe.about
    assert recipe.settings.get("use_peft", False) == (size == "small")
    assert ("accelerate_config" in recipe.settings) == (size == "large")


@pytest.mark.parametrize(
    ("method", "rows", "starter_is_base", "tuned", "name"),
    [
        ("dpo", 40, True, False, "dpo-tiny-few"),
        ("dpo", 40, True, True, "dpo-tiny"),
        ("dpo", 400, True, False, "dpo-tiny"),
        ("dpo", 400, False, False, "dpo-small"),
        ("kto", 40, True, False, "kto-tiny"),
        ("reward", 400, False, True, "reward-small"),
    ],
)
def test_the_recipe_suits_method_model_and_rows(
    method: training.Method, rows: int, starter_is_base: bool, tuned: bool, name: str
) -> None:
    assert training.suggest(method, rows, starter=starter_is_base, tuned_before=tuned) == name
    assert name in training.names()


@pytest.mark.parametrize("written", ["1e-4", "1.0e-4", "0.0001"])
def test_a_learning_rate_is_a_number_however_it_is_written(tmp_path: Path, written: str) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(f"# Mine,\n# and gentle\nmethod: sft\nlearning_rate: {written}\n")
    recipe = training.load_recipe(str(path))
    assert (recipe.name, recipe.method, recipe.about) == ("mine", "sft", "Mine, and gentle")
    assert recipe.settings == {"learning_rate": 1e-4}
    assert recipe.whole == USUAL | {"learning_rate": 1e-4}


def test_every_format_of_a_method_is_one_that_exports_make() -> None:
    assert {one for about in METHODS.values() for one in about.formats} <= set(FORMATS)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("format_", sorted(FORMATS))
def test_a_version_that_a_method_cannot_read_is_refused_before_a_run_is_there(
    judged: Desk, version: DatasetVersion, method: training.Method, format_: str
) -> None:
    about = METHODS[method]
    recipe = training.load_recipe(f"{method}-tiny")
    if format_ in about.formats:
        return
    with pytest.raises(InvalidInput, match=f"format “{format_}”.*Export.*“{about.formats[0]}”"):
        prepared(judged, replace(version, format=format_), recipe)
    with judged.store.read() as db:
        assert not training_runs.in_project(db, judged.project.id)


def test_an_endpoint_cannot_be_tuned(judged: Desk, version: DatasetVersion) -> None:
    remote = replace(starter(judged), kind="endpoint")
    recipe = training.load_recipe("dpo-tiny")
    now = judged.clock.now
    with pytest.raises(InvalidInput, match="no local model"):
        training.prepare(judged.store, judged.project, version, remote, recipe, now)


def test_a_run_folder_says_all_that_it_will_do(judged: Desk, version: DatasetVersion) -> None:
    run_id = prepared(judged, version)
    folder = folder_of(judged, run_id)
    recipe = yaml.safe_load((folder / "recipe.yaml").read_text())
    assert recipe["model_name_or_path"] == starter_model().location
    assert recipe["dataset_name"] == "data"
    assert recipe["env"] == {"OMP_NUM_THREADS": "1"}
    told = json.loads((folder / "run.json").read_text())
    assert told["dataset"]["sha256"] == version.sha256
    assert told["base"]["fingerprint"] == starter_model().fingerprint
    assert re.fullmatch(r"\d+\.\d+\.\d+.*", told["libraries"]["trl"])
    assert run_of(judged, run_id).status == "queued"


@pytest.mark.parametrize("share", [0.0, 0.3])
def test_a_run_folder_holds_the_rows_and_is_measured_on_the_test_part_if_there_is_one(
    judged: Desk, share: float
) -> None:
    folder = folder_of(judged, prepared(judged, frozen(judged, test_share=share)))
    recipe = yaml.safe_load((folder / "recipe.yaml").read_text())
    parts = {path.name for path in (folder / "data").iterdir()}
    assert parts == ({"train.parquet", "test.parquet"} if share else {"train.parquet"})
    assert recipe.get("eval_strategy") == ("epoch" if share else None)


def test_a_half_written_line_of_metrics_waits(tmp_path: Path) -> None:
    (tmp_path / "metrics.jsonl").write_text('{"step": 1, "loss": 0.7}\n{"step": 2, "lo')
    assert training.metrics(str(tmp_path)) == [{"step": 1, "loss": 0.7}]


@pytest.mark.parametrize(
    ("settings", "launcher"),
    [
        ({"num_processes": 1}, None),
        ({"num_processes": 2}, "torch.distributed.run"),
        ({"num_processes": 8, "accelerate_config": "fsdp2"}, "accelerate.commands.launch"),
    ],
)
def test_the_launcher_suits_the_number_of_processes(
    tmp_path: Path, settings: dict[str, object], launcher: str | None
) -> None:
    words = launching.command(tmp_path, settings)
    assert words[-2:] == ["workbench.training.process", str(tmp_path)]
    assert [word for word in words if word.startswith(("torch.", "accelerate."))] == (
        [launcher] if launcher else []
    )


@pytest.mark.parametrize(
    ("device", "visible", "seen"),
    [("gpu-1", None, "1"), ("gpu-0+gpu-1", None, "0,1"), ("gpu-1", "4,6", "6")],
)
def test_a_run_sees_the_devices_that_it_holds_and_no_others(
    monkeypatch: pytest.MonkeyPatch, device: str, visible: str | None, seen: str
) -> None:
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    if visible:
        monkeypatch.setenv("CUDA_VISIBLE_DEVICES", visible)
    assert launching.environment({}, device)["CUDA_VISIBLE_DEVICES"] == seen


@pytest.mark.parametrize("device", ["cpu", "gpu-0"])
def test_a_run_is_not_slowed_by_the_rule_for_memory_that_jobs_live_by(
    monkeypatch: pytest.MonkeyPatch, device: str
) -> None:
    for name, value in MEMORY.items():
        monkeypatch.setenv(name, value)
    assert launching.environment({}, device).keys().isdisjoint(MEMORY)


def test_a_run_names_the_settings_that_are_not_its_recipes_own(
    judged: Desk, version: DatasetVersion
) -> None:
    plain, changed = prepared(judged, version, seed=7), prepared(judged, version, beta=0.2)
    assert comparing.recipe_of(run_of(judged, plain)) == "dpo-tiny-few"
    assert comparing.recipe_of(run_of(judged, changed)) == "dpo-tiny-few, beta 0.2"
