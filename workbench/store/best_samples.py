"""Answers that are the best of several samples: each points at the one chosen, and at all."""

import json
from dataclasses import dataclass
from datetime import datetime

from workbench.records import Completion
from workbench.store import completions
from workbench.store.database import Database, dumps, many, one, run


@dataclass(frozen=True)
class Choice:
    """Which of the `samples` stands for the answer, by a reward model."""

    sample_id: int
    samples: tuple[int, ...]
    reward_model_id: int


def keep(db: Database, now: datetime, answer: Completion, choice: Choice) -> None:
    """Store an answer with what it was chosen from, and the score of the sample as its own; one
    that is there already stays.
    """
    if not completions.insert(db, now, answer):
        return
    of = (answer.prompt_id, answer.variant_id, answer.sample_index)
    mine = "FROM completions WHERE prompt_id = ? AND variant_id = ? AND sample_index = ?"
    run(
        db,
        f"INSERT INTO best_samples SELECT id, ?, ?, ? {mine}",
        (choice.sample_id, dumps(choice.samples), choice.reward_model_id, *of),
    )
    run(
        db,
        "INSERT INTO reward_scores SELECT s.reward_model_id, c.id, s.score, s.unscored"
        f" FROM reward_scores s, (SELECT id {mine}) c"
        " WHERE s.reward_model_id = ? AND s.completion_id = ?",
        (*of, choice.reward_model_id, choice.sample_id),
    )


def of(db: Database, completion_id: int) -> Choice | None:
    row = one(
        db,
        "SELECT sample_id, samples, reward_model_id FROM best_samples WHERE completion_id = ?",
        (completion_id,),
    )
    if row is None:
        return None
    return Choice(row["sample_id"], tuple(json.loads(row["samples"])), row["reward_model_id"])


def drawn_from(db: Database, project_id: int) -> dict[int, frozenset[int]]:
    """By answer the samples that it was chosen from."""
    rows = many(
        db,
        "SELECT b.completion_id, b.samples FROM best_samples b JOIN completions c"
        " ON c.id = b.completion_id JOIN variants v ON v.id = c.variant_id WHERE v.project_id = ?",
        (project_id,),
    )
    return {row["completion_id"]: frozenset(json.loads(row["samples"])) for row in rows}
