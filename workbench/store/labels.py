"""Answers that were judged one by one: what called each of them good or bad."""

from collections.abc import Iterator

from workbench.store.database import Database, dumps, numbers
from workbench.store.judgements import COUNTED


def labels(
    db: Database, project_id: int, kinds: tuple[str, ...], rounds: tuple[int, ...],
    reviewers: tuple[int, ...],
) -> Iterator[int]:  # fmt: skip
    """(comparison, prompt, answer, judgement, reviewer, 1 for good) on end, by rising comparison;
    of these rounds and reviewers, or of all. Discounted reviewers are not heard.
    """
    return numbers(
        db,
        f"""
        SELECT c.id, c.prompt_id, cc.completion_id, j.id, j.reviewer_id, j.winner_id IS NOT NULL
        FROM comparisons c CROSS JOIN judgements j ON j.comparison_id = c.id AND {COUNTED}
        JOIN comparison_completions cc ON cc.comparison_id = c.id
        JOIN reviewers r ON r.id = j.reviewer_id
        LEFT JOIN track_records t ON t.project_id = c.project_id AND t.reviewer_id = j.reviewer_id
        WHERE c.project_id = :project AND c.kind = 'work' AND NOT j.shown GLOB '*,*'
          AND (j.winner_id IS NOT NULL OR j.all_bad) AND t.discounted_at IS NULL
          AND r.kind IN (SELECT value FROM json_each(:kinds))
          AND (:rounds = '[]' OR c.round_id IN (SELECT value FROM json_each(:rounds)))
          AND (:only = '[]' OR r.id IN (SELECT value FROM json_each(:only)))
        ORDER BY c.id, j.id
        """,
        {
            "project": project_id,
            "kinds": dumps(kinds),
            "rounds": dumps(rounds),
            "only": dumps(reviewers),
        },
    )
