"""Local transformers models: a folder or hub id, answered in length-sorted batches.

Each answer's noise comes from its own seeds, so an answer does not depend on its batch but for
rounding: a matrix product rounds by its shape. Replaying the batch gives the very same texts,
on the same device with as many threads.
Loads torch: only job processes and the shell may load this module's models.
"""

import secrets
import time
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from workbench.providers import Failure, Outcome, Request
from workbench.providers.loading import load
from workbench.providers.noise import Draws
from workbench.providers.talks import Said, StopStrings, Talk, cut, failures, too_long
from workbench.records import Message, Model, Sampling, plain_text

BATCH = 64
WINDOW = 16 * BATCH  # requests that are sorted by length together


class LocalModel:
    """A causal language model with a chat template; on the GPU where there is one.

    `batch` is how many conversations are answered together; it halves for good where the GPU's
    memory does not do.
    """

    def __init__(self, model: Model, batch: int = BATCH):
        self.name, self.batch = model.name, batch
        self.loaded = load(model)

    def answer(self, requests: Iterable[Request], sampling: Sampling) -> Iterator[list[Outcome]]:
        """Longest first within a window, so that what does not fit into memory shows at once.

        `logprob` is the sum over the tokens generated, end token included, under the model's own
        softmax, before temperature, top-k and top-p.
        """
        arriving = enumerate(requests)
        while window := list(islice(arriving, WINDOW)):
            talks = self._opened(window, sampling)
            if failed := failures(talks):
                yield failed
            left = [talk for talk in talks if not talk.failed]
            left.sort(key=lambda talk: -len(talk.tokens[0]))
            while left:
                batch, left = left[: self.batch], left[self.batch :]
                yield self._converse(batch, sampling)

    def replay(self, requests: list[Request], sampling: Sampling) -> list[Outcome]:
        """A batch again: all its requests by their `batch_place` give exactly their texts."""
        talks = self._opened(list(enumerate(requests)), sampling)
        left = [talk for talk in talks if not talk.failed]
        answered = self._converse(left, sampling) if left else []
        return sorted(failures(talks) + answered, key=lambda outcome: outcome[0])

    def _opened(self, window: list[tuple[int, Request]], sampling: Sampling) -> list[Talk]:
        talks = [Talk(place, request) for place, request in window]
        self._tokenise(talks, 0, sampling)
        return talks

    def _converse(self, talks: list[Talk], sampling: Sampling) -> list[Outcome]:
        """One turn of all conversations after another; those that have ended drop out.

        What a batch is called is what stayed together to the end: where one fails on the way, or
        memory does not do, the others start over, or they could not be replayed.
        """
        for turn in range(max(len(talk.request.seeds) for talk in talks)):
            going = [talk for talk in talks if talk.goes_on(turn)]
            if turn:
                self._tokenise(going, turn, sampling)
            if any(talk.failed for talk in going):
                return failures(talks) + self._anew([t for t in talks if not t.failed], sampling)
            said = self._say(going, turn, sampling)
            if said is None:
                return self._halved(talks, sampling)
            for talk, one in zip(going, said, strict=True):
                talk.said.append(one)
        name = secrets.token_hex(8)
        return [talk.outcome(name, at) for at, talk in enumerate(talks)]

    def _anew(self, talks: list[Talk], sampling: Sampling) -> list[Outcome]:
        for talk in talks:
            talk.start_over()
        return self._converse(talks, sampling) if talks else []

    def _halved(self, talks: list[Talk], sampling: Sampling) -> list[Outcome]:
        if len(talks) == 1:
            why = f"The {len(talks[0].tokens[-1])} tokens of the prompt do not fit into the GPU's"
            return [(talks[0].place, Failure("permanent", f"{why} memory."))]
        half = (len(talks) + 1) // 2
        self.batch = min(self.batch, half)
        return self._anew(talks[:half], sampling) + self._anew(talks[half:], sampling)

    def _tokenise(self, talks: list[Talk], turn: int, sampling: Sampling) -> None:
        """Give each its history's tokens, or the failure that it cannot be asked."""
        texts = []
        for talk in talks:
            text = self._text(talk.history(turn))
            talk.failed = text if isinstance(text, Failure) else None
            texts.append("" if isinstance(text, Failure) else text)
        rows = self.loaded.tokenizer(texts, add_special_tokens=False).input_ids
        for talk, row in zip(talks, rows, strict=True):
            talk.tokens.append(row)
            long = too_long(len(row), self.loaded.limit, sampling.max_tokens)
            talk.failed = talk.failed or long

    def _text(self, messages: tuple[Message, ...]) -> str | Failure:
        """The messages as the chat template writes them."""
        from jinja2 import TemplateError

        if any(_shows_more_than_text(message["content"]) for message in messages):
            return Failure("permanent", f"The prompt has an image; “{self.name}” reads text alone.")
        plain = [{**message, "content": plain_text(message["content"])} for message in messages]
        try:
            written: str = self.loaded.tokenizer.apply_chat_template(
                plain, tokenize=False, add_generation_prompt=True
            )
        except TemplateError as error:
            return Failure("permanent", f"The chat template of “{self.name}” refuses it: {error}")
        return written

    def _say(self, talks: list[Talk], turn: int, sampling: Sampling) -> list[Said] | None:
        """One batch through the model; None where the GPU's memory does not do.

        None, not the exception: its frames would hold that memory.
        """
        import torch

        seeds = [talk.request.seeds[turn] for talk in talks]
        try:
            return self._generate([talk.tokens[turn] for talk in talks], seeds, sampling)
        except torch.OutOfMemoryError:
            return None

    def _generate(self, rows: list[list[int]], seeds: list[int], sampling: Sampling) -> list[Said]:
        import torch

        began, width = time.monotonic(), max(map(len, rows))
        draws = Draws(seeds, sampling, self.loaded.device)
        stops = StopStrings(self.loaded.tokenizer, sampling.stop, width)
        with torch.inference_mode():
            output = self.loaded.network.generate(
                **self._padded(rows, width),
                max_new_tokens=sampling.max_tokens,
                do_sample=False,
                logits_processor=[draws],
                stopping_criteria=[stops] if sampling.stop else None,
            )
        new = output[:, width:].tolist()
        kept = [self._until_its_end(row, stops.ended.get(at)) for at, row in enumerate(new)]
        logprobs = draws.logprobs(output, [len(row) for row in kept])
        elapsed = (time.monotonic() - began) * 1000
        return [
            Said(
                text=self._read(tokens, sampling.stop),
                finish_reason="stop" if at in stops.ended or self._is_end(tokens) else "length",
                tokens_in=len(rows[at]),
                tokens_out=len(tokens),
                logprob=logprobs[at],
                elapsed=elapsed,
            )
            for at, tokens in enumerate(kept)
        ]

    def _padded(self, rows: list[list[int]], width: int) -> dict[str, Any]:
        """Padded on the left, since the answer grows on the right."""
        import torch

        device = self.loaded.device
        ids = [[self.loaded.pad] * (width - len(row)) + row for row in rows]
        mask = [[0] * (width - len(row)) + [1] * len(row) for row in rows]
        return {
            "input_ids": torch.tensor(ids, device=device),
            "attention_mask": torch.tensor(mask, device=device),
        }

    def _until_its_end(self, tokens: list[int], stopped: int | None) -> list[int]:
        """A row without the padding after its end, which is its end token or a stop string."""
        ends = (at + 1 for at, token in enumerate(tokens) if token in self.loaded.ends)
        return tokens[: min(next(ends, len(tokens)), stopped or len(tokens))]

    def _is_end(self, tokens: list[int]) -> bool:
        return tokens[-1] in self.loaded.ends

    def _read(self, tokens: list[int], stop: tuple[str, ...]) -> str:
        said = tokens[:-1] if self._is_end(tokens) else tokens
        text: str = self.loaded.tokenizer.decode(said, skip_special_tokens=True)
        return cut(text, stop).strip()


def _shows_more_than_text(content: Any) -> bool:
    return not isinstance(content, str) and any(part.get("type") != "text" for part in content)
