"""A local model as it is before its first question: loaded, merged with its adapter, on its device.

Loads torch when called: only job processes and the shell may call it.
"""

import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workbench.errors import InvalidInput
from workbench.records import Model

TINY_MODEL = 10_000_000


@dataclass(frozen=True)
class Loaded:
    """`limit` is how many tokens fit, prompt and answer together; `ends` end an answer."""

    tokenizer: Any
    network: Any
    device: str
    limit: int
    ends: frozenset[int]
    pad: int


def load(model: Model) -> Loaded:
    """A causal language model with a chat template: bfloat16 on a GPU, float32 without one.

    Raises InvalidInput for what cannot be loaded, has no chat template, or an adapter of another
    model.
    """
    import torch
    from transformers import GenerationConfig

    device = "cuda" if torch.cuda.is_available() else "cpu"
    tokenizer, network = _read(
        model.location, torch.bfloat16 if device == "cuda" else torch.float32
    )
    if tokenizer.chat_template is None:
        raise InvalidInput(
            f"The tokenizer of “{model.location}” has no chat template.",
            field="model",
            remedy="Use a model that was tuned for chat.",
        )
    if model.adapter:
        network = _adapted(network, model.adapter)
    fit_threads(network.num_parameters())
    ends = _ends(network, tokenizer)
    pad = next((i for i in (tokenizer.pad_token_id, *ends) if i is not None), 0)
    # A variant's sampling says it all: a temperature or penalty of the model's own is not used
    network.generation_config = GenerationConfig(eos_token_id=ends or None, pad_token_id=pad)
    limit = _limit(network, tokenizer)
    return Loaded(tokenizer, network.eval().to(device), device, limit, frozenset(ends), pad)


def save_merged(model: Model, folder: Path) -> None:
    """The model with its adapter merged in, as a folder of its own. Raises InvalidInput."""
    tokenizer, network = _read(model.location, "auto")
    if model.adapter:
        network = _adapted(network, model.adapter)
    network.save_pretrained(folder)
    tokenizer.save_pretrained(folder)


def fit_threads(parameters: int) -> None:
    """A tiny model's work is too small to share; on busy cores its threads wait for each other."""
    import torch

    if parameters < TINY_MODEL:
        torch.set_num_threads(1)


def _read(location: str, dtype: Any) -> tuple[Any, Any]:
    from safetensors import SafetensorError
    from transformers import AutoModelForCausalLM, AutoTokenizer

    try:
        tokenizer = AutoTokenizer.from_pretrained(location)
        return tokenizer, AutoModelForCausalLM.from_pretrained(location, dtype=dtype)
    except (OSError, ValueError, SafetensorError) as error:
        raise InvalidInput(
            f"The model “{location}” cannot be loaded: {error}",
            field="model",
            remedy="Give a folder with a saved model, or a hub id that can be reached.",
        ) from error


def _adapted(network: Any, adapter: str) -> Any:
    """The network with the adapter's weights added to its own: no slower than without."""
    from peft import PeftModel
    from safetensors import SafetensorError

    try:
        with warnings.catch_warnings():
            # peft only warns, and leaves those weights as they were drawn
            warnings.filterwarnings("error", message="Found missing adapter keys")
            return PeftModel.from_pretrained(network, adapter).merge_and_unload()
    except (
        OSError, ValueError, RuntimeError, KeyError, TypeError, AttributeError, UserWarning,
        SafetensorError,
    ) as error:  # fmt: skip
        raise InvalidInput(
            f"The adapter “{adapter}” cannot be put on this model: {error}",
            field="adapter",
            remedy="Give the folder of a LoRA adapter that was trained on this very model.",
        ) from error


def _ends(network: Any, tokenizer: Any) -> list[int]:
    """The model's end tokens; its generation config knows more of them than its tokenizer."""
    ends = network.generation_config.eos_token_id
    if ends is None:
        ends = tokenizer.eos_token_id
    return ends if isinstance(ends, list) else [] if ends is None else [ends]


def _limit(network: Any, tokenizer: Any) -> int:
    """The tokenizer's word where the model has no positions; boundless where neither tells."""
    positions = getattr(network.config.get_text_config(), "max_position_embeddings", None)
    return int(positions or tokenizer.model_max_length)
