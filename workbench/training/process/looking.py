"""Looking at a run before its model is loaded: its rows, and what it takes of memory and disk."""

import math
import os
import shutil
from typing import Any

import torch
from transformers import AutoConfig, AutoModelForCausalLM

from workbench.training.memory import Load, Shape, held, needed, on_disk
from workbench.training.preflight import Preflight
from workbench.training.process import lengths
from workbench.training.process.lengths import Lengths

NEEDED = {"dpo": ("chosen", "rejected"), "reward": ("chosen", "rejected"),
          "kto": ("prompt", "completion", "label")}  # fmt: skip
SEQUENCES = {"dpo": 2, "reward": 2, "kto": 2, "sft": 1}  # a row, at once in memory


def look(told: Any, rows: Any, model: Any, config: Any) -> Preflight:
    """What can be known about the run before its first step; `told` is its `run.json`."""
    method = told["method"]
    train = rows["train"]
    missing = tuple(name for name in _needed(method, train.column_names)
                    if name not in train.column_names)  # fmt: skip
    sample = [] if missing else list(lengths.sample_of(train))
    base = model.model_name_or_path
    found = lengths.measure(method, sample, base) if sample else Lengths(None, [], 0)
    shape = _shape(model, config)
    load = _load(told, config, model, found)
    return Preflight(
        method=method,
        rows=len(train),
        test_rows=len(rows["test"]) if "test" in rows else 0,
        columns=tuple(train.column_names),
        missing=missing,
        measured=len(sample),
        dropped=lengths.dropped(method, found, config.max_length),
        cut=lengths.cut(method, found, config.max_length),
        empty=found.empty,
        prompts=lengths.spread(found.prompts),
        wholes=lengths.spread(found.wholes),
        labels=lengths.labels(sample) if method == "kto" else None,
        max_length=config.max_length,
        steps=_steps(config, len(train), told["processes"]),
        parameters=shape.parameters,
        trained=shape.trained,
        certain=held(shape, load),
        memory=needed(shape, load),
        memory_there=_memory_there(config),
        disk=on_disk(shape, config.save_total_limit or 2) if config.save_strategy != "no" else 0,
        disk_there=shutil.disk_usage(".").free,
    )


def _needed(method: str, columns: list[str]) -> tuple[str, ...]:
    if method != "sft":
        return NEEDED[method]
    return ("prompt", "completion") if "completion" in columns else ("messages",)


def _steps(config: Any, rows: int, processes: int) -> int:
    if config.max_steps > 0:
        return int(config.max_steps)
    at_once = config.per_device_train_batch_size * config.gradient_accumulation_steps * processes
    an_epoch = max(1, math.ceil(rows / int(at_once)))
    return math.ceil(an_epoch * float(config.num_train_epochs))


def _shape(model: Any, config: Any) -> Shape:
    """The model as its config describes it, without its weights."""
    described = AutoConfig.from_pretrained(
        model.model_name_or_path, trust_remote_code=config.trust_remote_code
    )
    text = described.get_text_config()
    with torch.device("meta"):
        empty = AutoModelForCausalLM.from_config(
            described, trust_remote_code=config.trust_remote_code
        )
    parameters = empty.num_parameters()
    trained = _adapter_size(empty, model.lora_r) if model.use_peft else parameters
    size = 2 if model.dtype in ("bfloat16", "float16") else 4
    return Shape(parameters, trained, text.num_hidden_layers, text.hidden_size, size)


def _adapter_size(network: Any, rank: int) -> int:
    """Of LoRA on all linear layers but the output, which is the most that it usually has."""
    output = network.get_output_embeddings()
    linear = (m for m in network.modules() if isinstance(m, torch.nn.Linear) and m is not output)
    return sum(rank * int(m.in_features + m.out_features) for m in linear)


def _load(told: Any, config: Any, model: Any, found: Lengths) -> Load:
    method = told["method"]
    longest = max(found.wholes, default=0)
    tokens = min(longest, config.max_length or longest)
    compared = method in ("dpo", "kto") and not model.use_peft
    return Load(
        tokens=tokens * config.per_device_train_batch_size * SEQUENCES[method],
        sharded=told["sharded_over"],
        reference=compared and not config.precompute_ref_log_probs,
        checkpointing=config.gradient_checkpointing,
    )


def _memory_there(config: Any) -> int:
    """Bytes for one process: of its GPU, or its share of what this machine has without swapping."""
    if torch.cuda.is_available() and not config.use_cpu:
        return int(torch.cuda.mem_get_info()[0])
    with open("/proc/meminfo", encoding="ascii") as file:
        lines = dict(line.split(":", 1) for line in file)
    processes = int(os.environ.get("LOCAL_WORLD_SIZE", "1"))
    return (int(lines["MemAvailable"].split()[0]) << 10) // processes
