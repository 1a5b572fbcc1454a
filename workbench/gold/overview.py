"""How people fare with each gold item: one that most people fail is often wrong itself."""

from dataclasses import dataclass
from typing import Any

from workbench.records import Project, plain_text
from workbench.stats.reliability import beta_interval
from workbench.store import Database, gold, prompts

FEWEST = 3  # judgements before an item is doubted
LONGEST_QUESTION = 80


@dataclass(frozen=True)
class GoldItem:
    """`passed` of `judged` people judged it as known; `share` lies in (`low`, `high`) by
    Beta(passed + 1, failed + 1), None before anybody has judged it. `doubtful`: most people fail
    it.
    """

    id: int
    question: str
    source: str
    explanation: str
    training: bool
    active: bool
    judged: int
    passed: int
    share: float | None
    low: float
    high: float
    doubtful: bool


def overview(db: Database, project: Project) -> list[GoldItem]:
    """Every gold item of the project, the newest first."""
    return [_item(db, row) for row in gold.in_project(db, project.id)]


def _item(db: Database, row: dict[str, Any]) -> GoldItem:
    judged, passed = row["judged"], row["passed"]
    low, high = beta_interval(passed + 1, judged - passed + 1)
    return GoldItem(
        id=row["comparison_id"],
        question=_question(db, row["prompt_id"]),
        source=row["source"],
        explanation=row["explanation"],
        training=bool(row["training"]),
        active=bool(row["active"]),
        judged=judged,
        passed=passed,
        share=passed / judged if judged else None,
        low=low,
        high=high,
        doubtful=judged >= FEWEST and 2 * passed < judged,
    )


def _question(db: Database, prompt_id: int) -> str:
    """The beginning of what was asked last, in one line."""
    prompt = prompts.get(db, prompt_id)
    assert prompt is not None
    line = " ".join(plain_text(prompt.messages[-1]["content"]).split())
    return line if len(line) <= LONGEST_QUESTION else line[: LONGEST_QUESTION - 1] + "…"
