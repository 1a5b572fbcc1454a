"""Local transformers models: a folder or hub id, answered in length-sorted batches.

Each answer's noise comes from its own seed (Gumbel-max sampling: the argmax of logits plus
Gumbel noise is a draw from their softmax), so an answer does not depend on its batch.
Imports torch: only job processes and the shell may load this module's models.
"""

import secrets
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any

from workbench.errors import InvalidInput
from workbench.providers import Answer, Failure, Outcome, Request
from workbench.records import Message, Model, Sampling, history, plain_text

if TYPE_CHECKING:
    import torch

BATCH = 64
WINDOW = 16 * BATCH  # requests that are sorted by length together
TINY_MODEL = 10_000_000


@dataclass(frozen=True)
class Said:
    """One turn's answer; `elapsed` is that of its whole batch, in milliseconds."""

    text: str
    finish_reason: str
    tokens_in: int
    tokens_out: int
    elapsed: float


@dataclass
class Talk:
    """A conversation under way."""

    place: int
    request: Request
    said: list[Said] = field(default_factory=list)
    failed: Failure | None = None

    def goes_on(self, turn: int) -> bool:
        return self.failed is None and turn < len(self.request.seeds)

    def history(self, turn: int) -> tuple[Message, ...]:
        answers: tuple[Message, ...] = tuple(
            {"role": "assistant", "content": one.text} for one in self.said
        )
        return history(self.request.messages, answers, turn)

    def outcome(self, batch: str, batch_place: int) -> Answer | Failure:
        return self.failed or Answer(
            texts=tuple(one.text for one in self.said),
            finish_reason=self.said[-1].finish_reason,
            tokens_in=sum(one.tokens_in for one in self.said),
            tokens_out=sum(one.tokens_out for one in self.said),
            latency_ms=sum(one.elapsed for one in self.said),
            batch=batch,
            batch_place=batch_place,
        )


class LocalModel:
    """A causal language model with a chat template; on the GPU where there is one."""

    def __init__(self, model: Model):
        import torch
        from transformers import AutoModelForCausalLM, AutoTokenizer

        location = model.location
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

    def answer(self, requests: Iterable[Request], sampling: Sampling) -> Iterator[list[Outcome]]:
        """Longest first within a window, so that what does not fit into memory shows at once."""
        arriving = enumerate(requests)
        while window := list(islice(arriving, WINDOW)):
            lengths = {place: self._length(request) for place, request in window}
            window.sort(key=lambda entry: -lengths[entry[0]])
            for at in range(0, len(window), BATCH):
                yield self._converse(window[at : at + BATCH], sampling)

    def _length(self, request: Request) -> int:
        return sum(len(plain_text(message["content"])) for message in request.messages)

    def _converse(self, batch: list[tuple[int, Request]], sampling: Sampling) -> list[Outcome]:
        """One turn of all conversations after another; those that have ended or failed drop out."""
        name = secrets.token_hex(8)
        talks = [Talk(place, request) for place, request in batch]
        turn = 0
        while going := [talk for talk in talks if talk.goes_on(turn)]:
            self._take_turn(going, turn, sampling)
            turn += 1
        return [(talk.place, talk.outcome(name, at)) for at, talk in enumerate(talks)]

    def _take_turn(self, talks: list["Talk"], turn: int, sampling: Sampling) -> None:
        texts = [
            self.tokenizer.apply_chat_template(
                list(talk.history(turn)), tokenize=False, add_generation_prompt=True
            )
            for talk in talks
        ]
        lengths = [len(ids) for ids in self.tokenizer(texts, add_special_tokens=False).input_ids]
        longest = self.model.config.max_position_embeddings - sampling.max_tokens
        for talk, length in zip(talks, lengths, strict=True):
            if length > longest:
                talk.failed = Failure("prompt_too_long", f"{length} tokens, room for {longest}")
        fitting = [i for i, length in enumerate(lengths) if length <= longest]
        if fitting:
            seeds = [talks[i].request.seeds[turn] for i in fitting]
            said = self._batch([texts[i] for i in fitting], seeds, sampling)
            for i, one in zip(fitting, said, strict=True):
                talks[i].said.append(one)

    def _batch(self, texts: list[str], seeds: list[int], sampling: Sampling) -> list[Said]:
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

    def _read(self, tokens: list[int], prompt_tokens: int, elapsed: float) -> Said:
        ends = self.model.generation_config.eos_token_id
        ends = ends if isinstance(ends, list) else [ends]
        stop = next((i for i, token in enumerate(tokens) if token in ends), None)
        kept = tokens if stop is None else tokens[:stop]
        text = self.tokenizer.decode(kept, skip_special_tokens=True).strip()
        reason = "length" if stop is None else "stop"
        return Said(text, reason, prompt_tokens, len(kept) + (stop is not None), elapsed)


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
