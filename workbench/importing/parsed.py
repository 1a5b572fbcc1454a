"""What a row is once it is read: a prompt, answers to it, and what somebody said of them.

Nouns alone; the formats make them, and nothing here knows of a file or a store.
"""

from dataclasses import dataclass, field, replace

from workbench.records import Message, Prompt, ReviewerKind, Span

UNNAMED = ""  # the variant of an answer in a file that does not say what answered


@dataclass(frozen=True)
class SoftVerdict:
    """A judge's word on two variants of one prompt: the chance that `second` is better."""

    first: str
    second: str
    probability: float


@dataclass(frozen=True)
class Score:
    """A score on a criterion; `low` and `high` end the scale that it was given on, if known."""

    value: float
    low: int | None = None
    high: int | None = None


@dataclass(frozen=True)
class Judgement:
    """One voice on answers of a row. `about` names them by their keys, in the file's order.

    Of two answers `winner` is the better one, or None for a tie; a single answer is its own winner
    where it was called good, `all_bad` where it was called bad, and neither where it was only
    rated. `judge` None is nobody by name; `source` says where the voice comes from. `implied`: the
    row says so only by standing in a file of judgements. `tagged`: the answers were read for spans,
    so that one without any is free of them.
    """

    about: tuple[str, ...]
    source: str
    judge: str | None = None
    kind: ReviewerKind = "human"
    turn: int = 0
    winner: str | None = None
    strength: int = 1
    ranking: tuple[tuple[str, ...], ...] | None = None
    all_bad: bool = False
    ratings: dict[str, dict[str, Score]] = field(default_factory=dict)
    spans: tuple[Span, ...] = ()
    rationale: str = ""
    seconds: float | None = None
    implied: bool = False
    tagged: bool = False

    @property
    def says_nothing(self) -> bool:
        """Of a single answer neither good nor bad, and nothing else either."""
        return len(self.about) == 1 and not (self.winner or self.all_bad or self.ratings)


@dataclass(frozen=True)
class Note:
    """Something of a row that was not taken over: why, and what would help."""

    reason: str
    remedy: str = ""


@dataclass(frozen=True)
class Parsed:
    """A row as records: a prompt, its completions by key, and judgements on them.

    A key is the name of the variant that answered, unless `variants` gives another one. `judge`
    gave the soft `verdicts`. `line` counts from 1.
    """

    prompt: Prompt
    completions: dict[str, tuple[Message, ...]]
    verdicts: tuple[SoftVerdict, ...] = ()
    judge: str | None = None
    judgements: tuple[Judgement, ...] = ()
    variants: dict[str, str] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()
    line: int = 0

    def variant(self, key: str) -> str:
        """The variant that gave this answer."""
        return self.variants.get(key, key)

    def called(self, name: str) -> "Parsed":
        """With this name for the variant that the file does not name."""
        if UNNAMED not in self.variants.values():
            return self
        return replace(self, variants={k: v or name for k, v in self.variants.items()})
