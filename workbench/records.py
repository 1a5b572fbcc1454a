"""The nouns of the workbench, as frozen records. They know nothing of where they are stored.

Ids are the store's integers, except where a person or a browser meets them: leases and
submissions are random, reviewers have a pseudonymous `public_id`.
"""

from dataclasses import dataclass, field
from typing import Any, Literal

Message = dict[str, Any]
Split = Literal["train", "heldout"]
ComparisonKind = Literal["work", "gold", "repeat", "heldout"]
ReviewerKind = Literal["human", "simulated", "judge"]
Role = Literal["reviewer", "lead", "owner"]
ROLES: tuple[Role, ...] = ("reviewer", "lead", "owner")


@dataclass(frozen=True)
class Prompt:
    """An input. `messages` are the person's turns; `context` is the source text, if any."""

    messages: tuple[Message, ...]
    context: str | None = None
    reference: str | None = None
    tags: tuple[str, ...] = ()
    external_id: str | None = None
    split: Split | None = None
    occurred_at: str | None = None
    id: int = 0

    @property
    def turns(self) -> int:
        """How many answers the prompt asks for."""
        return len(open_turns(self.messages))

    def text(self) -> str:
        """All that a model reads, in one string: what near-duplicates are found by."""
        parts = [self.context or "", *(plain_text(m["content"]) for m in self.messages)]
        return "\n".join(part for part in parts if part)


def open_turns(messages: tuple[Message, ...]) -> list[int]:
    """The places of the user messages that no given assistant message answers."""
    following = [*messages[1:], None]
    return [
        i
        for i, (message, after) in enumerate(zip(messages, following, strict=True))
        if message["role"] == "user" and (after is None or after["role"] != "assistant")
    ]


def history(
    messages: tuple[Message, ...], answers: tuple[Message, ...], turn: int
) -> tuple[Message, ...]:
    """The messages that the answer of `turn` replies to, the earlier answers in their places."""
    places = open_turns(messages)[: turn + 1]
    result: list[Message] = []
    for i, message in enumerate(messages[: places[-1] + 1]):
        result.append(message)
        if i in places[:-1]:
            result.append(answers[places.index(i)])
    return tuple(result)


def plain_text(content: Any) -> str:
    """The text of a message's content, which is a string or a list of parts."""
    if isinstance(content, str):
        return content
    return "\n".join(part.get("text", "") for part in content if part.get("type") == "text")


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


@dataclass(frozen=True)
class Reviewer:
    """Whoever votes. `name` is None once forgotten."""

    id: int
    public_id: str
    name: str | None
    kind: ReviewerKind
    role: Role
    active: bool
    seed: int
    imported_from: str | None = None


@dataclass(frozen=True)
class Project:
    """One evaluation effort. `settings` is a `settings.ProjectSettings` as JSON."""

    id: int
    slug: str
    title: str
    settings: dict[str, Any]
    rubric: dict[str, Any] | None
    taxonomy: dict[str, Any] | None
    guidelines: str
    guidelines_version: int


@dataclass(frozen=True)
class Span:
    """A tagged stretch of one shown answer; `start` and `end` in code points of the stored text."""

    slot: int
    start: int
    end: int
    category: str
    quote: str = ""
    severity: str | None = None
    note: str = ""
    message: int = 0
    view: str = "plain"


@dataclass(frozen=True)
class Submission:
    """What a reviewer sends: everything is said by shown slot, never by completion."""

    submission_id: str
    item_id: str
    preference: int | None = None
    ranking: tuple[tuple[int, ...], ...] | None = None
    all_bad: bool = False
    ratings: dict[int, dict[str, int]] = field(default_factory=dict)
    spans: tuple[Span, ...] = ()
    correction: dict[int, str] = field(default_factory=dict)
    rationale: str = ""
    reasons: tuple[str, ...] = ()
    probability: float | None = None
    seconds: float | None = None


@dataclass(frozen=True)
class Receipt:
    """What the store says to a submission."""

    accepted: bool
    duplicate: bool
    surplus: bool


@dataclass(frozen=True)
class Item:
    """A leased comparison as a reviewer's browser sees it: blind, by slot."""

    id: str
    prompt_messages: tuple[Message, ...]
    context: str | None
    reference: str | None
    guidelines_version: int
    answers: tuple[str, ...]
    lease_expires_at: str
    draft: dict[str, Any] | None


@dataclass(frozen=True)
class Pair:
    """A preference pair before it becomes a row: completions by id, and whose verdicts made it."""

    comparison_id: int
    prompt_id: int
    chosen_id: int
    rejected_id: int
    strength: float
    judgement_ids: tuple[int, ...]


JobStatus = Literal["queued", "running", "done", "failed", "cancelled"]


@dataclass(frozen=True)
class Job:
    """A row, a child process, a lock."""

    id: int
    kind: str
    arguments: dict[str, Any]
    resource: str | None
    project_id: int | None
    status: JobStatus
    attempts: int
    progress_done: int
    progress_total: int
    progress_note: str
    result: dict[str, Any] | None
    error: str | None
    created_at: str
    started_at: str | None
    finished_at: str | None
    peak_rss_mb: float | None
