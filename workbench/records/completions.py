"""Outputs, and the variant (model × template × sampling) that made them."""

from dataclasses import asdict, dataclass
from typing import Any, Literal, Self

from workbench.records.prompts import Message, plain_text


@dataclass(frozen=True)
class Template:
    """A prompt variant. The default one sends the source text, then each turn as it is.

    `few_shot`: finished exchanges that come before the prompt's own messages.
    """

    name: str = "as it stands"
    system: str = "{{ context }}"
    user: str = "{{ prompt }}"
    few_shot: tuple[Message, ...] = ()
    version: int = 1
    id: int = 0


@dataclass(frozen=True)
class Sampling:
    """`temperature` 0 is greedy; `max_tokens` bounds each turn; `top_k` 0 looks at all tokens;
    an answer ends before the first of `stop`. With `best_of` above 1, so many samples are drawn
    and the best of them by the reward model called `by` is the answer.
    """

    temperature: float = 1.0
    top_p: float = 1.0
    max_tokens: int = 64
    top_k: int = 0
    stop: tuple[str, ...] = ()
    best_of: int = 1
    by: str = ""

    def to_json(self) -> dict[str, Any]:
        """What was asked for; what is as it is by default goes unsaid, but for the first three."""
        said = asdict(self)
        return {
            key: value
            for key, value in said.items()
            if key in ("temperature", "top_p", "max_tokens") or value != getattr(Sampling, key)
        }

    @classmethod
    def from_json(cls, said: dict[str, Any]) -> Self:
        return cls(**said | {"stop": tuple(said.get("stop", ()))})

    def words(self) -> str:
        """“T=0.7, 256 tokens”; what is as usual goes unsaid."""
        parts = [f"T={self.temperature:g}", f"{self.max_tokens} tokens"]
        if self.top_p < 1:
            parts.append(f"top_p={self.top_p:g}")
        if self.top_k:
            parts.append(f"top_k={self.top_k}")
        if self.stop:
            parts.append("stops at " + " or ".join(repr(stop) for stop in self.stop))
        if self.best_of > 1:
            parts.append(f"best of {self.best_of} by {self.by}")
        return ", ".join(parts)


@dataclass(frozen=True)
class Model:
    """What answers: a local folder or hub id with an optional LoRA adapter, an OpenAI-compatible
    endpoint, or what an import says answered.

    An endpoint's `location` is its base URL, `served_as` the name it knows the model by;
    `key_variable` names the environment variable with its key, `most_at_once` bounds how many
    requests are under way.
    """

    name: str
    kind: Literal["local", "endpoint", "imported"]
    location: str
    fingerprint: str = ""
    adapter: str | None = None
    served_as: str = ""
    key_variable: str | None = None
    most_at_once: int | None = None
    training_run_id: int | None = None
    id: int = 0


@dataclass(frozen=True)
class Variant:
    """model × template × sampling: the thing that a leaderboard ranks."""

    name: str
    model: Model
    template: Template
    sampling: Sampling
    id: int = 0


@dataclass(frozen=True)
class Completion:
    """What a variant generated for a prompt: one message a turn, and what was sent for it.

    What is not known is None: tokens and cost in USD, the time to the first token, the sum of the
    tokens' log probabilities. `batch` and `batch_place` say with which others it was generated
    locally; `from_cache` that it was not asked for again.
    """

    prompt_id: int
    variant_id: int
    sample_index: int
    messages: tuple[Message, ...]
    rendered: tuple[Message, ...]
    finish_reason: str | None = None
    tokens_in: int | None = None
    tokens_out: int | None = None
    latency_ms: float | None = None
    first_token_ms: float | None = None
    cost_usd: float | None = None
    logprob: float | None = None
    seed: int | None = None
    batch: str | None = None
    batch_place: int | None = None
    from_cache: bool = False
    id: int = 0

    @property
    def text(self) -> str:
        """The last turn's answer."""
        return plain_text(self.messages[-1]["content"])
