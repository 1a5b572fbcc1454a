"""DPO by TRL's own trainer, from a run folder's `recipe.yaml` to its `model/`.

Knows files only: no store, no project. Loads torch and TRL, so only jobs may import it.
"""

import json
import shutil
from dataclasses import fields
from pathlib import Path
from typing import Any

import datasets
import torch
import yaml
from transformers import AutoTokenizer, TrainerCallback, set_seed
from trl import DPOConfig, DPOTrainer

from workbench.errors import InvalidInput
from workbench.jobs import Report
from workbench.providers.loading import fit_threads

SEED = 42
LOGS_A_RUN = 40


def train(folder: Path, report: Report) -> None:
    """Train and save the model; metrics appear in `metrics.jsonl` as they come.

    Raises InvalidInput for an unusable recipe, and ArithmeticError if the loss stops being a
    number.
    """
    recipe = yaml.safe_load((folder / "recipe.yaml").read_text())
    report(0, 1, "loading the model and the pairs")
    set_seed(recipe.get("seed", SEED))
    pairs = datasets.load_dataset(recipe.pop("dataset_name"), split="train")
    base = recipe.pop("model_name_or_path")
    config = _config(recipe, len(pairs))
    tokenizer = AutoTokenizer.from_pretrained(base)
    _refuse_long_prompts(pairs, tokenizer, config.max_length)
    log = folder / "metrics.jsonl"
    log.unlink(missing_ok=True)
    trainer = DPOTrainer(
        model=base,
        args=config,
        train_dataset=pairs.remove_columns("pair_id"),
        processing_class=tokenizer,
        callbacks=[_Log(log, report)],
    )
    fit_threads(trainer.model.num_parameters())
    trainer.train()
    _save(trainer, folder / "model")


def _config(recipe: dict[str, Any], pairs: int) -> DPOConfig:
    """The recipe with what this machine needs: DPOConfig asks for bf16 where there is no GPU."""
    on_cpu = not torch.cuda.is_available()
    machine: dict[str, Any] = (
        {"use_cpu": True, "bf16": False, "fp16": False, "gradient_checkpointing": False}
        if on_cpu
        else {}
    )
    batch = recipe.get("per_device_train_batch_size", 8)
    batch *= recipe.get("gradient_accumulation_steps", 1)
    steps = max(1, -(-pairs // batch) * recipe.get("num_train_epochs", 1))
    quiet = {"save_strategy": "no", "report_to": "none", "disable_tqdm": True, "seed": SEED}
    _refuse_texts_for_numbers(recipe)
    every = {"logging_steps": max(1, steps // LOGS_A_RUN), "logging_first_step": True}
    try:
        return DPOConfig(**{**quiet, **every, **machine, **recipe})
    except (TypeError, ValueError) as error:
        raise InvalidInput(f"TRL refuses the recipe: {error}", field="recipe") from error


def _refuse_texts_for_numbers(recipe: dict[str, Any]) -> None:
    """TRL takes them, and stumbles over them in the midst of the training."""
    for setting in fields(DPOConfig):
        value = recipe.get(setting.name)
        if isinstance(value, str) and isinstance(setting.default, int | float):
            raise InvalidInput(
                f"{setting.name} must be a number, not “{value}”.", field=setting.name
            )


def _refuse_long_prompts(pairs: Any, tokenizer: Any, max_length: int | None) -> None:
    """TRL drops rows whose prompt fills max_length without a word; say it instead."""
    if max_length is None:
        return
    long = 0
    for row in pairs:
        ids = tokenizer.apply_chat_template(row["prompt"], tokenize=True, return_dict=False)
        long += len(ids) >= max_length
    if long:
        raise InvalidInput(
            f"{long} of {len(pairs)} prompts have {max_length} tokens or more,"
            " and would be dropped.",
            field="max_length",
            remedy="Raise max_length in the recipe, or leave those prompts out.",
        )


def _save(trainer: DPOTrainer, location: Path) -> None:
    """Write aside and rename: a model folder is whole or not there."""
    aside = location.with_name("model.writing")
    shutil.rmtree(aside, ignore_errors=True)
    trainer.save_model(str(aside))
    shutil.rmtree(location, ignore_errors=True)
    aside.rename(location)


class _Log(TrainerCallback):  # type: ignore[misc]
    """Appends what TRL logs to the run's metrics, and passes the steps on."""

    def __init__(self, path: Path, report: Report):
        self.path, self.report = path, report

    def on_step_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        self.report(state.global_step, state.max_steps, "training")

    def on_log(
        self, args: Any, state: Any, control: Any, logs: dict[str, float], **kwargs: Any
    ) -> None:
        loss = logs.get("loss", 0.0)
        if loss != loss:
            raise ArithmeticError(f"The loss is not a number after step {state.global_step}.")
        line = {"step": state.global_step, "steps": state.max_steps, **logs}
        with open(self.path, "a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")
