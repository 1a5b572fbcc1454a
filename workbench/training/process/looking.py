"""Looking at the rows before the model is loaded: how many tokens, and what TRL would drop or cut.

The rows are tokenised as TRL does it; of more than `MOST` an even sample stands for all.
"""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import torch
from transformers import AutoConfig, AutoModelForCausalLM, AutoTokenizer
from trl import extract_prompt

from workbench.training.memory import Load, Shape, held, needed, on_disk
from workbench.training.preflight import Preflight, Spread

MOST = 20_000
BATCH = 500
NEEDED = {"dpo": ("chosen", "rejected"), "reward": ("chosen", "rejected"),
          "kto": ("prompt", "completion", "label")}  # fmt: skip
SEQUENCES = {"dpo": 2, "reward": 2, "kto": 2, "sft": 1}  # a row, at once in memory
Row = dict[str, Any]


@dataclass(frozen=True)
class Lengths:
    """Tokens of each measured row: of its prompt, None where it has none, and of its longest
    conversation.
    """

    prompts: list[int] | None
    wholes: list[int]
    empty: int


def look(told: Any, rows: Any, model: Any, config: Any) -> Preflight:
    """What can be known about the run before its first step; `told` is its `run.json`."""
    method = told["method"]
    train = rows["train"]
    missing = tuple(name for name in _needed(method, train.column_names)
                    if name not in train.column_names)  # fmt: skip
    sample = [] if missing else list(_sample(train))
    lengths = _measure(method, sample, model.model_name_or_path) if sample else Lengths(None, [], 0)
    shape = _shape(model, config)
    load = _load(told, config, model, lengths)
    return Preflight(
        method=method,
        rows=len(train),
        test_rows=len(rows["test"]) if "test" in rows else 0,
        columns=tuple(train.column_names),
        missing=missing,
        measured=len(sample),
        dropped=_dropped(method, lengths, config.max_length),
        cut=_cut(method, lengths, config.max_length),
        empty=lengths.empty,
        prompts=_spread(lengths.prompts),
        wholes=_spread(lengths.wholes),
        labels=_labels(sample) if method == "kto" else None,
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


def _sample(rows: Any) -> Iterator[Row]:
    step = max(1, len(rows) // MOST)
    return (rows[i] for i in range(0, len(rows), step))


def _measure(method: str, sample: list[Row], base: str) -> Lengths:
    tokenizer = AutoTokenizer.from_pretrained(base)
    if method in ("dpo", "reward") and "prompt" not in sample[0]:
        sample = [extract_prompt(row) for row in sample]
    answers = [name for name in ("chosen", "rejected", "completion") if name in sample[0]]
    if not answers:
        return Lengths(None, _tokens(tokenizer, [row["messages"] for row in sample], False), 0)
    prompts = _tokens(tokenizer, [row["prompt"] for row in sample], True)
    each = [_tokens(tokenizer, [row["prompt"] + row[name] for row in sample], False)
            for name in answers]  # fmt: skip
    empty = sum(any(_is_empty(row[name]) for name in answers) for row in sample)
    return Lengths(prompts, [max(of_row) for of_row in zip(*each, strict=True)], empty)


def _tokens(tokenizer: Any, texts: list[Any], open_end: bool) -> list[int]:
    """Of conversations or of plain texts; with an open end, the answer's beginning included."""
    found: list[int] = []
    for at in range(0, len(texts), BATCH):
        batch = texts[at : at + BATCH]
        if isinstance(batch[0], list):
            batch = tokenizer.apply_chat_template(
                batch, tokenize=False, add_generation_prompt=open_end
            )
        ids = tokenizer(batch, add_special_tokens=False)["input_ids"]
        found += [len(one) for one in ids]
    return found


def _is_empty(answer: Any) -> bool:
    text = answer if isinstance(answer, str) else answer[-1]["content"] if answer else ""
    return not text.strip() if isinstance(text, str) else not text


def _dropped(method: str, lengths: Lengths, limit: int | None) -> int:
    """DPO and KTO drop prompts that fill max_length, SFT too if it learns answers only; reward
    models drop whatever is longer.
    """
    if limit is None:
        return 0
    if method == "reward":
        return sum(n > limit for n in lengths.wholes)
    return sum(n >= limit for n in lengths.prompts or ())


def _cut(method: str, lengths: Lengths, limit: int | None) -> int:
    if limit is None or method == "reward":
        return 0
    long = sum(n > limit for n in lengths.wholes)
    return long - _dropped(method, lengths, limit)


def _labels(sample: list[Row]) -> tuple[int, int]:
    good = sum(bool(row["label"]) for row in sample)
    return good, len(sample) - good


def _spread(counts: list[int] | None) -> Spread | None:
    if not counts:
        return None
    ordered = sorted(counts)
    last = len(ordered) - 1
    return Spread(ordered[last // 2], ordered[int(0.95 * last)], ordered[last])


def _steps(config: Any, rows: int, processes: int) -> int:
    if config.max_steps > 0:
        return int(config.max_steps)
    at_once = int(config.train_batch_size * config.gradient_accumulation_steps * processes)
    return max(1, -(-rows // at_once)) * int(config.num_train_epochs)


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


def _load(told: Any, config: Any, model: Any, lengths: Lengths) -> Load:
    method = told["method"]
    longest = max(lengths.wholes, default=0)
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
