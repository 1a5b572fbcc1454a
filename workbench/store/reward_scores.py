"""Scores: what a reward model makes of an answer's last turn, or why it can make nothing of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from workbench.store.completions import VISIBLE
from workbench.store.database import Database, dumps, many, numbers, run, tuples


@dataclass(frozen=True)
class Score:
    """`value` is None where the answer could not be scored, and then `unscored` says why."""

    value: float | None
    unscored: str | None = None


def missing(
    db: Database, reward_model_id: int, project_id: int, variant_id: int | None = None
) -> list[int]:
    """The answers of a project, or of one variant, that this model has not looked at."""
    return list(
        numbers(
            db,
            "SELECT c.id FROM variants v CROSS JOIN completions c ON c.variant_id = v.id"
            f" WHERE v.project_id = ? AND v.id = coalesce(?, v.id) AND {VISIBLE}"
            " AND NOT EXISTS (SELECT 1 FROM reward_scores s WHERE s.reward_model_id = ?"
            "  AND s.completion_id = c.id) ORDER BY c.id",
            (project_id, variant_id, reward_model_id),
        )
    )


def keep(db: Database, reward_model_id: int, found: Iterable[tuple[int, Score]]) -> None:
    """By answer; what is there already stays."""
    for completion_id, score in found:
        run(
            db,
            "INSERT INTO reward_scores VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
            (reward_model_id, completion_id, score.value, score.unscored),
        )


def of(db: Database, reward_model_id: int, completion_ids: Sequence[int]) -> dict[int, Score]:
    """By answer; those that it has not looked at are left out."""
    rows = many(
        db,
        "SELECT completion_id, score, unscored FROM reward_scores WHERE reward_model_id = ?"
        " AND completion_id IN (SELECT value FROM json_each(?))",
        (reward_model_id, dumps(list(completion_ids))),
    )
    return {row["completion_id"]: Score(row["score"], row["unscored"]) for row in rows}


def open_pairs(db: Database, project_id: int, reward_model_id: int) -> list[tuple[int, float]]:
    """(comparison, how far the scores lie apart) of the work that may still be drawn: two answers
    to the same messages, compared in their last turn, both scored.
    """
    return list(
        tuples(
            db,
            "SELECT c.id, max(s.score) - min(s.score) FROM comparisons c"
            " CROSS JOIN comparison_completions cc ON cc.comparison_id = c.id"
            " CROSS JOIN completions p ON p.id = cc.completion_id"
            " LEFT JOIN reward_scores s ON s.completion_id = p.id AND s.reward_model_id = ?"
            " WHERE c.project_id = ? AND c.kind = 'work' AND c.wanted > c.counted GROUP BY c.id"
            " HAVING count(*) = 2 AND count(s.score) = 2 AND min(p.rendered) = max(p.rendered)"
            " AND min(json_array_length(p.messages)) = c.turn + 1"
            " AND max(json_array_length(p.messages)) = c.turn + 1",
            (reward_model_id, project_id),
        )
    )


def standing(db: Database, reward_model_id: int) -> dict[str | None, int]:
    """How many answers were scored (under None), and how many were not, by the reason."""
    rows = many(
        db,
        "SELECT unscored, count(*) AS n FROM reward_scores WHERE reward_model_id = ?"
        " GROUP BY unscored",
        (reward_model_id,),
    )
    return {row["unscored"]: row["n"] for row in rows}
