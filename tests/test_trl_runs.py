"""TRL's own trainers on dataset versions as they lie: its shell with the settings that the docs
give, on the starter model, without a GPU. Some 20 s a run, nearly all of it imports.
"""

import json
import math
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from datasets import Dataset, load_dataset

from tests.conftest import Desk
from tests.running import add_cards
from workbench.exporting import Filters, export
from workbench.settings import REPOSITORY
from workbench.starter import MODEL_FOLDER
from workbench.store.datasets import DatasetVersion

PAIRS = 9
DOCS = (REPOSITORY / "docs" / "exporting.md").read_text(encoding="utf-8")
COMMANDS = {
    format_: trainer
    for trainer, format_ in re.findall(r"^trl (\w+) --config run\.yaml  # ([\w-]+)$", DOCS, re.M)
}
BATCH = {"kto": 3}  # one row alone has no other answer to be held against


@pytest.fixture
def judged(desk: Desk) -> Desk:
    """Pairs of the starter's kind, each found clearly better."""
    add_cards(desk, PAIRS)
    desk.open()
    desk.judge_all(desk.reviewer(), preference=3)
    return desk


def freeze(desk: Desk, format_: str, test_share: float = 0.3) -> DatasetVersion:
    """Beside the train part there is a test part, as a rule."""
    chosen = Filters(test_share=test_share)
    return export(desk.store, desk.project, chosen, desk.clock.now, format_=format_)


def settings_of_the_docs() -> dict[str, Any]:
    [found] = re.findall(r"```yaml\n(.*?)```", DOCS, re.S)
    settings: dict[str, Any] = yaml.safe_load(found)
    return settings


def run_trl(trainer: str, version: DatasetVersion, folder: Path) -> list[dict[str, Any]]:
    """Train into `folder/model`; what was logged of each step, and of the end."""
    output = folder / "model"
    ours = {
        "model_name_or_path": str(MODEL_FOLDER), "dataset_name": version.folder,
        "output_dir": str(output), "per_device_train_batch_size": BATCH.get(version.format, 1),
        "logging_steps": 1,
    }  # fmt: skip
    config = folder / "run.yaml"
    config.write_text(yaml.safe_dump(settings_of_the_docs() | ours))
    done = subprocess.run(
        [Path(sys.executable).with_name("trl"), trainer, "--config", config],
        env=os.environ | {"HF_HUB_OFFLINE": "1", "HF_DATASETS_CACHE": str(folder / "cache")},
        cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    said = done.stdout + done.stderr
    assert done.returncode == 0, said[-3000:]
    assert "eval_loss" in said, "the test part was not read"
    [state] = output.glob("checkpoint-*/trainer_state.json")
    log: list[dict[str, Any]] = json.loads(state.read_text())["log_history"]
    return log


def test_the_docs_have_a_command_for_each_trainer() -> None:
    assert sorted(set(COMMANDS.values())) == ["dpo", "kto", "reward", "sft"]


@pytest.mark.parametrize("format_", ["preference", "reward", "kto", "sft"])
def test_trl_trains_on_every_row_of_a_version_as_it_lies(
    judged: Desk, tmp_path: Path, format_: str
) -> None:
    version = freeze(judged, format_)
    log = run_trl(COMMANDS[format_], version, tmp_path)
    steps = [line for line in log if "loss" in line]
    batch = BATCH.get(format_, 1)
    assert len(steps) == math.ceil(version.manifest["counts"]["train"] / batch)
    CHECKS[format_](steps)
    loaded_and_changed(tmp_path / "model")


def answers_differ(steps: list[dict[str, Any]]) -> None:
    assert all(step["logps/chosen"] != step["logps/rejected"] for step in steps)


def margins_are_heard(steps: list[dict[str, Any]]) -> None:
    """The loss is of how far the reward's own margin stays behind 3, the strength of all."""
    for step in steps:
        assert step["loss"] == pytest.approx(math.log1p(math.exp(3 - step["margin"])), rel=1e-3)


def both_labels_are_heard(steps: list[dict[str, Any]]) -> None:
    heard = {name for step in steps for name in step}
    assert {"logps/chosen", "logps/rejected", "kl"} <= heard


def answers_are_learned(steps: list[dict[str, Any]]) -> None:
    assert all(step["num_tokens"] > 0 for step in steps)


CHECKS: dict[str, Callable[[list[dict[str, Any]]], None]] = {
    "preference": answers_differ,
    "reward": margins_are_heard,
    "kto": both_labels_are_heard,
    "sft": answers_are_learned,
}


def loaded_and_changed(folder: Path) -> None:
    import torch
    from transformers import AutoConfig, AutoModel, AutoTokenizer

    AutoTokenizer.from_pretrained(folder)
    assert AutoConfig.from_pretrained(folder).architectures
    before, after = (
        AutoModel.from_pretrained(each).get_input_embeddings().weight
        for each in (MODEL_FOLDER, folder)
    )
    assert not torch.equal(before, after)


# The other formats, by the same trainers within this process


def fed(desk: Desk, format_: str, folder: Path) -> Dataset:
    version = freeze(desk, format_, test_share=0.0)
    assert version.manifest["counts"]["train"] == PAIRS
    return load_dataset(version.folder, cache_dir=str(folder / "cache"), split="train")


def first_step(trainer: str, rows: Dataset, folder: Path) -> Any:
    """The trainer after one step, with the rows as it made them ready."""
    import trl

    config = getattr(trl, f"{trainer}Config")(
        output_dir=str(folder / "model"), use_cpu=True, bf16=False, max_steps=1,
        per_device_train_batch_size=2, save_strategy="no", report_to="none", disable_tqdm=True,
    )  # fmt: skip
    made = getattr(trl, f"{trainer}Trainer")(str(MODEL_FOLDER), args=config, train_dataset=rows)
    made.train()
    assert made.state.global_step == 1
    return made


def test_dpo_reads_whole_conversations_as_it_reads_them_apart(judged: Desk, tmp_path: Path) -> None:
    ready = [
        first_step("DPO", fed(judged, name, tmp_path), tmp_path).train_dataset.to_list()
        for name in ("preference", "preference-implicit")
    ]
    wanted = ("prompt_ids", "chosen_ids", "rejected_ids")
    apart, whole = ([{name: row[name] for name in wanted} for row in rows] for rows in ready)
    assert apart == whole


def test_dpo_reads_plain_texts(desk: Desk, tmp_path: Path) -> None:
    desk.add_answers(PAIRS)
    desk.open()
    desk.judge_all(desk.reviewer())
    rows = fed(desk, "preference-text", tmp_path)
    made = first_step("DPO", rows, tmp_path)
    read = [made.processing_class.decode(row["chosen_ids"]) for row in made.train_dataset]
    assert len(read) == PAIRS
    assert all(want in got for want, got in zip(rows["chosen"], read, strict=True))


def test_sft_learns_the_completion_alone_where_it_is_apart(judged: Desk, tmp_path: Path) -> None:
    rows = fed(judged, "sft-completion", tmp_path)
    made = first_step("SFT", rows, tmp_path)
    assert len(made.train_dataset) == PAIRS
    for row, ready in zip(rows, made.train_dataset, strict=True):
        learned = [token for token in ready["labels"] if token != -100]
        assert row["completion"][0]["content"] in made.processing_class.decode(learned)
        assert row["prompt"][0]["content"] not in made.processing_class.decode(learned)
