"""Conversations under way in a local model, and where an answer ends. Knows no torch."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from workbench.providers import Answer, Failure, Outcome, Request
from workbench.records import Message, history


@dataclass(frozen=True)
class Said:
    """One turn's answer; `elapsed` is that of its whole batch, in milliseconds."""

    text: str
    finish_reason: str
    tokens_in: int
    tokens_out: int
    logprob: float
    elapsed: float


@dataclass
class Talk:
    """A conversation: what was said, and the tokens of each turn's history as far as known."""

    place: int
    request: Request
    said: list[Said] = field(default_factory=list)
    tokens: list[list[int]] = field(default_factory=list)
    failed: Failure | None = None

    def goes_on(self, turn: int) -> bool:
        return turn < len(self.request.seeds)

    def start_over(self) -> None:
        """The first turn's history stays as it is; the later ones depend on what was said."""
        self.said.clear()
        del self.tokens[1:]

    def history(self, turn: int) -> tuple[Message, ...]:
        answers: tuple[Message, ...] = tuple(
            {"role": "assistant", "content": one.text} for one in self.said
        )
        return history(self.request.messages, answers, turn)

    def outcome(self, batch: str, batch_place: int) -> Outcome:
        return self.place, Answer(
            texts=tuple(one.text for one in self.said),
            finish_reason=self.said[-1].finish_reason,
            tokens_in=sum(one.tokens_in for one in self.said),
            tokens_out=sum(one.tokens_out for one in self.said),
            latency_ms=sum(one.elapsed for one in self.said),
            logprob=sum(one.logprob for one in self.said),
            batch=batch,
            batch_place=batch_place,
        )


def failures(talks: Sequence[Talk]) -> list[Outcome]:
    return [(talk.place, talk.failed) for talk in talks if talk.failed]


def too_long(length: int, limit: int, answer: int) -> Failure | None:
    """A prompt of `length` tokens must leave `answer` tokens of the model's `limit`."""
    if length + answer <= limit:
        return None
    room = max(0, limit - answer)
    return Failure(
        "prompt_too_long",
        f"The prompt has {length} tokens, and there is room for {room}: the model takes {limit}, "
        f"of which {answer} are for the answer. Shorten the prompt, or ask for fewer tokens.",
    )


def cut(text: str, stops: Sequence[str]) -> str:
    """What comes before the first of the stop strings."""
    places = [at for stop in stops if (at := text.find(stop)) >= 0]
    return text[: min(places, default=len(text))]


class StopStrings:
    """Ends a row with the token that completes a stop string; called once a token by generate.

    Looks at the answer alone, at so many of its last tokens as a stop string can have: a token
    has a byte at least. A few more, since some tokenizers drop the space that a text begins with.
    """

    def __init__(self, tokenizer: Any, stops: Sequence[str], prompt: int):
        self.tokenizer, self.stops, self.prompt = tokenizer, stops, prompt
        self.tail = 4 + max((len(stop.encode()) for stop in stops), default=0)
        self.ended: dict[int, int] = {}  # row: how many tokens it has

    def __call__(self, input_ids: Any, scores: Any, **_: Any) -> Any:
        so_far = input_ids.shape[1] - self.prompt
        tails = input_ids[:, self.prompt :][:, -self.tail :].tolist()
        for row, tail in enumerate(tails):
            if row not in self.ended and self._ends(tail):
                self.ended[row] = so_far
        ended = input_ids.new_zeros(len(tails), dtype=bool)
        ended[list(self.ended)] = True
        return ended

    def _ends(self, tail: list[int]) -> bool:
        text = self.tokenizer.decode(tail, skip_special_tokens=True)
        return any(stop in text for stop in self.stops)
