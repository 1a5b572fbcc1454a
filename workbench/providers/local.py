"""Local transformers models: a folder or hub id, answered in length-sorted batches.

Each answer's noise comes from its own seed (Gumbel-max sampling: the argmax of logits plus
Gumbel noise is a draw from their softmax), so an answer does not depend on its batch.
Imports torch: only job processes and the shell may load this module's models.
"""

import time
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from workbench.errors import InvalidInput
from workbench.providers import Answer, Failure, Request
from workbench.records import Sampling

if TYPE_CHECKING:
    import torch

BATCH = 64
TINY_MODEL = 10_000_000


class LocalModel:
    """A causal language model with a chat template; on the GPU where there is one."""

    def __init__(self, location: str):
        import torch
        from transformers import AutoModelForCausalLM, AutoTokenizer

        try:
            self.tokenizer = AutoTokenizer.from_pretrained(location, padding_side="left")
            self.model = AutoModelForCausalLM.from_pretrained(location).eval()
        except (OSError, ValueError) as error:
            raise InvalidInput(
                f"The model “{location}” cannot be loaded: {error}",
                field="model",
                remedy="Give a folder with a saved model, or a hub id that can be reached.",
            ) from error
        if self.tokenizer.chat_template is None:
            raise InvalidInput(
                f"The tokenizer of “{location}” has no chat template.",
                field="model",
                remedy="Use a model that was tuned for chat.",
            )
        if self.tokenizer.pad_token is None:
            self.tokenizer.pad_token = self.tokenizer.eos_token
        fit_threads(self.model.num_parameters())
        self.device = "cuda" if torch.cuda.is_available() else "cpu"
        self.model.to(self.device)

    def answer(
        self, requests: Sequence[Request], sampling: Sampling
    ) -> Iterator[tuple[int, Answer | Failure]]:
        """Longest first, so that what does not fit into memory shows at once."""
        texts = [
            self.tokenizer.apply_chat_template(
                list(r.messages), tokenize=False, add_generation_prompt=True
            )
            for r in requests
        ]
        lengths = [len(ids) for ids in self.tokenizer(texts, add_special_tokens=False).input_ids]
        order = sorted(range(len(requests)), key=lambda i: -lengths[i])
        longest = self.model.config.max_position_embeddings - sampling.max_tokens
        for place in (i for i in order if lengths[i] > longest):
            yield place, Failure("prompt_too_long", f"{lengths[place]} tokens, room for {longest}")
        fitting = [i for i in order if lengths[i] <= longest]
        for at in range(0, len(fitting), BATCH):
            places = fitting[at : at + BATCH]
            seeds = [requests[i].seed for i in places]
            outcomes = self._batch([texts[i] for i in places], seeds, sampling)
            yield from zip(places, outcomes, strict=True)

    def _batch(self, texts: list[str], seeds: list[int], sampling: Sampling) -> list[Answer]:
        import torch

        began = time.monotonic()
        inputs = self.tokenizer(
            texts, return_tensors="pt", padding=True, add_special_tokens=False
        ).to(self.device)
        with torch.inference_mode():
            output = self.model.generate(
                **inputs,
                max_new_tokens=sampling.max_tokens,
                do_sample=False,
                temperature=None,
                top_p=None,
                top_k=None,
                logits_processor=_noise(seeds, sampling),
                pad_token_id=self.tokenizer.pad_token_id,
            )
        elapsed = (time.monotonic() - began) * 1000
        new = output[:, inputs.input_ids.shape[1] :].tolist()
        prompt_tokens = inputs.attention_mask.sum(dim=1).tolist()
        return [self._read(row, n, elapsed) for row, n in zip(new, prompt_tokens, strict=True)]

    def _read(self, tokens: list[int], prompt_tokens: int, elapsed: float) -> Answer:
        ends = self.model.generation_config.eos_token_id
        ends = ends if isinstance(ends, list) else [ends]
        stop = next((i for i, token in enumerate(tokens) if token in ends), None)
        kept = tokens if stop is None else tokens[:stop]
        text = self.tokenizer.decode(kept, skip_special_tokens=True).strip()
        reason = "length" if stop is None else "stop"
        return Answer(text, reason, prompt_tokens, len(kept) + (stop is not None), elapsed)


def fit_threads(parameters: int) -> None:
    """A tiny model's work is too small to share; on busy cores its threads wait for each other."""
    import torch

    if parameters < TINY_MODEL:
        torch.set_num_threads(1)


def _noise(seeds: list[int], sampling: Sampling) -> Any:
    """What turns greedy decoding into sampling at this temperature and top-p."""
    from transformers import LogitsProcessorList, TemperatureLogitsWarper, TopPLogitsWarper

    if sampling.temperature == 0:
        return LogitsProcessorList()
    steps: list[Any] = [TemperatureLogitsWarper(sampling.temperature)]
    if sampling.top_p < 1:
        steps.append(TopPLogitsWarper(sampling.top_p))
    return LogitsProcessorList([*steps, _GumbelNoise(seeds)])


class _GumbelNoise:
    """Adds each row's own Gumbel noise; called once a token by transformers' generate."""

    def __init__(self, seeds: list[int]):
        import torch

        self.generators = [torch.Generator().manual_seed(seed) for seed in seeds]

    def __call__(self, input_ids: "torch.Tensor", scores: "torch.Tensor") -> "torch.Tensor":
        import torch

        noise = torch.empty(scores.shape, dtype=torch.float32)
        for row, generator in zip(noise, self.generators, strict=True):
            row.exponential_(generator=generator)
        return scores.float() - noise.log().to(scores.device)
