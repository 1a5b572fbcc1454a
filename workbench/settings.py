"""Where a workspace keeps its files, and the defaults of a project.

It knows paths and numbers, and opens nothing but the folder itself.
"""

import os
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, Literal, Self, get_args

from workbench.errors import InvalidInput
from workbench.hashing import sha256_text

REPOSITORY = Path(__file__).resolve().parent.parent
RUBRICS = REPOSITORY / "rubrics"
DEFAULT_WORKSPACE = REPOSITORY / "workspace"

Judging = Literal["pairwise", "ranking", "single"]
FEWEST, MOST = 2, 7  # votes on an item that is judged until sure
QueuePolicy = Literal["disputed", "oldest", "random", "unsure"]
PairPolicy = Literal["every", "unsure"]


@dataclass(frozen=True)
class Workspace:
    """One folder with everything that a team makes: database, runs, models, keys, locks."""

    home: Path

    @classmethod
    def from_environment(cls) -> Self:
        """`WORKBENCH_HOME`, or `workspace/` beside the code."""
        return cls(Path(os.environ.get("WORKBENCH_HOME") or DEFAULT_WORKSPACE).resolve())

    def create(self) -> Self:
        for folder in (self.home, self.runs, self.locks, self.logs, self.attachments):
            folder.mkdir(parents=True, exist_ok=True)
        return self

    @property
    def database(self) -> Path:
        return self.home / "workbench.db"

    @property
    def runs(self) -> Path:
        return self.home / "runs"

    @property
    def locks(self) -> Path:
        return self.home / "locks"

    @property
    def logs(self) -> Path:
        return self.home / "logs"

    @property
    def attachments(self) -> Path:
        return self.home / "attachments"

    @property
    def signing_key(self) -> Path:
        return self.home / "signing.key"

    @property
    def prices(self) -> Path:
        """The team's own table of prices, over the one that ships."""
        return self.home / "prices.yaml"

    @property
    def batches(self) -> Path:
        return self.home / "batches"

    @property
    def exports(self) -> Path:
        """The default workspace writes to the repository's `exports/`, any other to its own."""
        base = REPOSITORY if self.home == DEFAULT_WORKSPACE else self.home
        return base / "exports"

    @property
    def cookie(self) -> str:
        """Cookies ignore ports: the name carries the workspace, so that two apps do not collide."""
        return f"workbench_{sha256_text(str(self.home))[:10]}"


@dataclass(frozen=True)
class Asks:
    """What a project wants from a reviewer besides the preference."""

    ratings: bool = False
    spans: bool = True
    rationale: bool = False
    correction: bool = False

    @property
    def confirm(self) -> bool:
        """With nothing else to give, the preference key itself submits."""
        return self.ratings or self.spans or self.rationale or self.correction


@dataclass(frozen=True)
class SecondLook:
    """Which judged items a lead looks at: the disputed ones, a random share of the others, and
    those that somebody judged who has judged fewer than `newcomers` items in the project.
    """

    disputes: bool = True
    share: float = 0.0
    newcomers: int = 0


@dataclass(frozen=True)
class Assist:
    """What a judge model does for people; `judge` is its name. Each use is a switch.

    `prelabels`: its spans and ratings are suggested to reviewers, but for the share `control`.
    `triage`: its verdict stands where its calibrated confidence is at least `triage_confidence`;
    people see a random share `audit` of these all the same. `widening`: its verdicts narrow a
    result on people's.
    """

    judge: str | None = None
    prelabels: bool = False
    control: float = 0.10
    triage: bool = False
    triage_confidence: float = 0.95
    audit: float = 0.05
    widening: bool = False

    def check(self) -> None:
        """Raises InvalidInput."""
        for name in ("control", "triage_confidence", "audit"):
            if not 0 <= getattr(self, name) <= 1:
                raise InvalidInput(
                    f"assist.{name} must lie between 0 and 1.", field=f"assist.{name}"
                )
        if self.judge is None and (self.prelabels or self.triage or self.widening):
            raise InvalidInput(
                "There is no judge to assist with.",
                field="assist.judge",
                remedy="Add one (`judges add`) and name it: assist.judge='\"NAME\"'.",
            )


@dataclass(frozen=True)
class Reward:
    """What a reward model does for the queue; `model` is its name. It says which pairs it is unsure
    about, for the order `unsure`. Where it gives what a person chose a chance of at most `doubt`,
    somebody else is asked too: for at most the share `most` of the judged items.
    """

    model: str | None = None
    doubt: float = 0.05
    most: float = 0.05

    def check(self, queue: QueuePolicy) -> None:
        """Raises InvalidInput."""
        for name in ("doubt", "most"):
            if not 0 <= getattr(self, name) <= 1:
                raise InvalidInput(
                    f"reward.{name} must lie between 0 and 1.", field=f"reward.{name}"
                )
        if self.model is None and queue == "unsure":
            raise InvalidInput(
                "There is no reward model to order the queue by.",
                field="reward.model",
                remedy="Train one, and choose it on the Train page or by"
                " projects change … reward.model='\"NAME\"'.",
            )


@dataclass(frozen=True)
class ProjectSettings:
    """How one project judges and what its loop does; stored as JSON beside the project.

    `forced_choice`: no ties and no “all bad”. `ranking_size`: how many answers are ranked at a
    time, at most. `reasons`: chips for quick rationales. `starter`: its prompts are fact cards,
    which the checker can read. `goal`: how many judgements a reviewer is asked for in a round, if
    the project asks for a number. `until_sure`: 2 to 7 judgements, until the posterior passes
    `consensus_threshold`, instead of `overlap`. `pairs`: pairs of answers are compared as they are
    queued, or new ones are picked while people judge, of variants whose order is unsure.
    `gold_rate`, `repeat_rate`: shares of what a reviewer gets. `training`: how many training items
    a reviewer must see before they work, and `pass_mark` which share of these they must get right.
    `currency`: what pay is counted in, and `machine_hour` what an hour of the machine that answers
    and trains costs in it, if that is known. `licence`: of what is exported, as the hub names
    licences. `mask_identity`: where an answer names its model, people see a blank.
    """

    judging: Judging = "pairwise"
    forced_choice: bool = False
    ranking_size: int = 4
    reasons: tuple[str, ...] = ()
    overlap: int = 1
    until_sure: bool = False
    queue: QueuePolicy = "disputed"
    pairs: PairPolicy = "every"
    gold_rate: float = 0.08
    repeat_rate: float = 0.02
    training: int = 0
    pass_mark: float = 0.8
    consensus_threshold: float = 0.90
    near_duplicate: float = 0.7
    heldout_share: float = 0.20
    lease_minutes: int = 30
    prefetch: int = 10
    show_reference: bool = False
    mask_identity: bool = True
    starter: bool = False
    goal: int | None = None
    currency: str = "USD"
    machine_hour: float | None = None
    licence: str = ""
    asks: Asks = field(default_factory=Asks)
    second_look: SecondLook = field(default_factory=SecondLook)
    assist: Assist = field(default_factory=Assist)
    reward: Reward = field(default_factory=Reward)

    @property
    def wanted(self) -> int:
        """How many judgements an item asks for to begin with."""
        return FEWEST if self.until_sure else self.overlap

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Self:
        known = {f.name for f in fields(cls)}
        unknown = set(value) - known
        if unknown:
            raise InvalidInput(
                f"Unknown project setting: {', '.join(sorted(unknown))}.",
                remedy=f"Settings are {', '.join(sorted(known))}.",
            )
        parts = {
            "asks": Asks(**value.get("asks", {})),
            "second_look": SecondLook(**value.get("second_look", {})),
            "assist": Assist(**value.get("assist", {})),
            "reward": Reward(**value.get("reward", {})),
            "reasons": tuple(value.get("reasons", ())),
        }
        settings = cls(**{**value, **parts})
        settings.check()
        return settings

    def check(self) -> None:
        if not 1 <= self.overlap <= 20:
            raise InvalidInput(f"An overlap of {self.overlap} is not possible.", field="overlap")
        if not 3 <= self.ranking_size <= 8:
            raise InvalidInput("A ranking has 3 to 8 answers.", field="ranking_size")
        if self.queue not in get_args(QueuePolicy):
            raise InvalidInput(
                f"“{self.queue}” is no order of the queue.",
                field="queue",
                remedy=f"Choose one of {', '.join(get_args(QueuePolicy))}.",
            )
        if self.pairs not in get_args(PairPolicy):
            raise InvalidInput(
                f"“{self.pairs}” is no way to pick pairs.",
                field="pairs",
                remedy=f"Choose one of {', '.join(get_args(PairPolicy))}.",
            )
        for name, share in self._shares().items():
            if not 0 <= share <= 1:
                raise InvalidInput(f"{name} must lie between 0 and 1.", field=name)
        if self.machine_hour is not None and self.machine_hour < 0:
            raise InvalidInput("An hour of a machine costs 0 or more.", field="machine_hour")
        if self.gold_rate + self.repeat_rate > 1:
            raise InvalidInput("Gold and repeats together are more than all.", field="gold_rate")
        self.assist.check()
        self.reward.check(self.queue)

    def _shares(self) -> dict[str, float]:
        names = (
            "gold_rate", "repeat_rate", "pass_mark", "consensus_threshold", "near_duplicate",
            "heldout_share",
        )  # fmt: skip
        return {name: getattr(self, name) for name in names} | {
            "second_look.share": self.second_look.share
        }
