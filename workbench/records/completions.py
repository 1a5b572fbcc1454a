"""Outputs, and the variant (model × template × sampling) that made them."""

from dataclasses import dataclass
from typing import Literal

from workbench.records.prompts import Message, plain_text


@dataclass(frozen=True)
class Template:
    """A prompt variant. The default one sends the source text, then each turn as it is."""

    name: str = "as it stands"
    system: str = "{{ context }}"
    user: str = "{{ prompt }}"
    id: int = 0


@dataclass(frozen=True)
class Sampling:
    """`temperature` 0 is greedy; `max_tokens` bounds each turn."""

    temperature: float = 1.0
    top_p: float = 1.0
    max_tokens: int = 64


@dataclass(frozen=True)
class Model:
    """What answers: a local folder or hub id, or what an import says answered."""

    name: str
    kind: Literal["local", "imported"]
    location: str
    fingerprint: str = ""
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
    """What a variant generated for a prompt: one message a turn, and what was sent for it."""

    prompt_id: int
    variant_id: int
    sample_index: int
    messages: tuple[Message, ...]
    rendered: tuple[Message, ...]
    finish_reason: str | None = None
    tokens_in: int | None = None
    tokens_out: int | None = None
    latency_ms: float | None = None
    seed: int | None = None
    id: int = 0

    @property
    def text(self) -> str:
        """The last turn's answer."""
        return plain_text(self.messages[-1]["content"])
