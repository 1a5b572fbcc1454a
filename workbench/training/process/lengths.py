"""How long rows are as the model will see them, and what TRL would drop or cut of them.

The rows are tokenised as TRL does it; of more than `MOST` an even sample stands for all.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from transformers import AutoTokenizer
from trl import extract_prompt

from workbench.training.preflight import Spread

MOST = 20_000
BATCH = 500
Row = dict[str, Any]


@dataclass(frozen=True)
class Lengths:
    """Tokens of each measured row: of its prompt, None where it has none, and of its longest
    conversation.
    """

    prompts: list[int] | None
    wholes: list[int]
    empty: int


def sample_of(rows: Any) -> Iterator[Row]:
    """All of the rows, or evenly spread ones of many."""
    step = max(1, len(rows) // MOST)
    return (rows[i] for i in range(0, len(rows), step))


def measure(method: str, sample: list[Row], base: str) -> Lengths:
    """As the tokenizer and the chat template of `base` make them; `sample` is not empty."""
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


def dropped(method: str, lengths: Lengths, limit: int | None) -> int:
    """DPO and KTO drop prompts that fill max_length, SFT too if it learns answers only; reward
    models drop whatever is longer.
    """
    if limit is None:
        return 0
    if method == "reward":
        return sum(n > limit for n in lengths.wholes)
    return sum(n >= limit for n in lengths.prompts or ())


def cut(method: str, lengths: Lengths, limit: int | None) -> int:
    """How many lose their end; reward models drop these."""
    if limit is None or method == "reward":
        return 0
    long = sum(n > limit for n in lengths.wholes)
    return max(0, long - dropped(method, lengths, limit))


def labels(sample: list[Row]) -> tuple[int, int]:
    """Good and bad ones."""
    good = sum(bool(row["label"]) for row in sample)
    return good, len(sample) - good


def spread(counts: list[int] | None) -> Spread | None:
    """None of nothing."""
    if not counts:
        return None
    ordered = sorted(counts)
    last = len(ordered) - 1
    return Spread(ordered[last // 2], ordered[int(0.95 * last)], ordered[last])
