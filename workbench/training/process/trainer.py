"""TRL's trainer for a run's folder: what `trl METHOD --config recipe.yaml` does, and beside it what
a run needs: figures as they come, checkpoints that can be trusted, and a model that is whole.
"""

import os
import socket
from pathlib import Path
from typing import Any

import torch
import trl
from accelerate import PartialState
from accelerate.utils import gather_object
from datasets import load_dataset

from workbench.errors import InvalidInput
from workbench.training.folder import dump, read
from workbench.training.preflight import Preflight, refuse_unfit
from workbench.training.process import checkpoints
from workbench.training.process.callbacks import Log, Seen, Whole
from workbench.training.process.looking import look
from workbench.training.process.merging import merge_adapter
from workbench.training.process.recipe import parsed
from workbench.training.process.saving import save
from workbench.training.speech import say

TRAINERS = {
    "dpo": "DPOTrainer", "kto": "KTOTrainer", "sft": "SFTTrainer", "reward": "RewardTrainer",
}  # fmt: skip
DESYNCHRONISED = 1e-6  # relative: what sums of equal weights may differ by


def train(folder: Path) -> None:
    """Train from the last whole checkpoint, or the beginning, to `model/`.

    Raises InvalidInput for a recipe or rows that TRL would stumble over, and ArithmeticError if the
    loss stops being a number.
    """
    told, script, config, model = _told(folder)
    state = PartialState()
    _check_processes(told["processes"], state.num_processes)
    with state.main_process_first():
        merge_adapter(told["base"], Path("base"))
    rows = load_dataset(script.dataset_name)
    if state.is_main_process:
        refuse_unfit(_look(told, rows, model, config))
        say(done=0, total=1, note="loading the model")
    trainer = _trainer(told["method"], config, model, rows, script)
    resumed = _resumable(state, Path(config.output_dir))
    trainer.train(resume_from_checkpoint=resumed)
    _prove_together(trainer, Path("together.json"))
    save(trainer, Path("model").resolve(), whole=told["method"] == "reward")
    trainer.end()


def look_only(folder: Path) -> None:
    """Write `preflight.json`, whether or not the run would pass it."""
    told, script, config, model = _told(folder)
    if told["base"]["adapter"]:  # its shape is that of the model below it
        model.model_name_or_path = told["base"]["location"]
    _look(told, load_dataset(script.dataset_name), model, config)


def _told(folder: Path) -> tuple[Any, Any, Any, Any]:
    """What the folder says: `run.json`, and TRL's arguments by its recipe."""
    os.chdir(folder)
    told = read(folder, "run.json")
    assert told is not None, f"{folder} holds no run"
    script, config, model, _ = parsed(told["method"], Path("recipe.yaml"))
    return told, script, config, model


def _look(told: Any, rows: Any, model: Any, config: Any) -> Preflight:
    say(done=0, total=1, note="looking at the rows")
    seen = look(told, rows, model, config)
    dump(Path("preflight.json"), seen.to_json())
    return seen


def _check_processes(wanted: int, there: int) -> None:
    """A launcher that starts fewer processes than asked for says nothing of it."""
    if wanted != there:
        raise InvalidInput(
            f"The run was to have {wanted} processes, and has {there}.",
            field="num_processes",
            remedy="Start it with torch.distributed.run, one process a device.",
        )


def _trainer(method: str, config: Any, model: Any, rows: Any, script: Any) -> Any:
    """As TRL's own script for the method builds it."""
    config.model_init_kwargs = {
        "revision": model.model_revision,
        "trust_remote_code": config.trust_remote_code,
        "attn_implementation": model.attn_implementation,
        "dtype": model.dtype,
    } | (config.model_init_kwargs or {})
    trainer = getattr(trl, TRAINERS[method])(  # each takes seconds to import
        model=model.model_name_or_path,
        args=config,
        train_dataset=rows[script.dataset_train_split],
        eval_dataset=rows[script.dataset_test_split] if config.eval_strategy != "no" else None,
        quantization_config=trl.get_quantization_config(model),
        peft_config=trl.get_peft_config(model),
        callbacks=[Log(Path("metrics.jsonl")), Whole()],
    )
    trainer.data_collator = Seen(trainer.data_collator)
    return trainer


def _resumable(state: PartialState, folder: Path) -> str | None:
    """The checkpoint to go on from; every process takes the same."""
    with state.main_process_first():
        last = checkpoints.last_whole(folder)
    step = int(last.name.removeprefix("checkpoint-")) if last else 0
    if state.is_main_process:
        checkpoints.cut_metrics(Path("metrics.jsonl"), step)
        if last:
            checkpoints.note_resumed(Path("metrics.jsonl"), step)
            say(done=0, total=1, note=f"going on from step {step}")
    return str(last) if last else None


def _prove_together(trainer: Any, path: Path) -> None:
    """What each process has worked on, and whether all of them ended with the same weights.

    Weights that are sharded are in no process whole; nothing is claimed of them.
    """
    if trainer.accelerator.num_processes == 1:
        return
    sharded = trainer.is_fsdp_enabled or trainer.is_deepspeed_enabled
    mine = {
        "process": trainer.accelerator.process_index,
        "host": socket.gethostname(),
        "rows": trainer.data_collator.rows,
        "weights": None if sharded else _sum_of_weights(trainer.model),
    }
    everyone = gather_object([mine])
    if trainer.accelerator.is_main_process:
        dump(path, everyone)
    sums = [one["weights"] for one in everyone]
    if not sharded and max(sums) - min(sums) > DESYNCHRONISED * abs(max(sums, key=abs)):
        raise ArithmeticError(
            "The processes ended with different weights: gradients were not shared."
        )


def _sum_of_weights(model: Any) -> float:
    with torch.no_grad():
        return float(sum(p.double().abs().sum() for p in model.parameters() if p.requires_grad))
