"""Doubts: judged items on whose verdict a reward model would have bet the other way, so that
somebody else is asked as well. Whoever judges reads nothing of this table.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from workbench.clock import iso
from workbench.store import comparisons
from workbench.store.database import Database, many, run, value
from workbench.store.judgements import COUNTED

_HUMAN = "j.reviewer_id IN (SELECT id FROM reviewers WHERE kind = 'human')"


@dataclass(frozen=True)
class Doubt:
    """`probability` is the model's, that the answer `winner_id`, which people chose, is the better
    one; `after_judgement_id` the last judgement of the item so far.
    """

    comparison_id: int
    winner_id: int
    probability: float
    after_judgement_id: int


def judged(db: Database, project_id: int, reward_model_id: int) -> list[dict[str, Any]]:
    """Pairs of work, judged to the end, of which people say with one voice which answer is better,
    both answers scored: `{comparison_id, prompt_id, winner_id, won, lost, last_id}`, scores and the
    last judgement. Gold is none, nor what a lead has ruled on or is to look at, what was doubted
    before, or answers that replied to different messages.
    """
    return many(
        db,
        f"""
        SELECT said.*, w.score AS won, l.score AS lost
        FROM (
            SELECT c.id AS comparison_id, c.prompt_id, c.turn, min(j.winner_id) AS winner_id,
                   max(j.id) AS last_id
            FROM comparisons c CROSS JOIN judgements j ON j.comparison_id = c.id
            WHERE c.project_id = :project AND c.kind = 'work' AND c.wanted > 0
              AND c.counted >= c.wanted AND {COUNTED} AND {_HUMAN}
              AND NOT EXISTS (SELECT 1 FROM doubts d WHERE d.comparison_id = c.id)
              AND NOT EXISTS (SELECT 1 FROM comparisons g WHERE g.project_id = c.project_id
                AND g.kind = 'gold' AND g.fingerprint = c.fingerprint)
              AND NOT EXISTS (SELECT 1 FROM adjudications a WHERE a.comparison_id = c.id
                AND a.current = 1)
              AND NOT EXISTS (SELECT 1 FROM reviews v WHERE v.comparison_id = c.id
                AND v.decision IS NULL)
            GROUP BY c.id HAVING count(j.winner_id) = count(*)
              AND min(j.winner_id) = max(j.winner_id)
        ) said
        CROSS JOIN comparison_completions x ON x.comparison_id = said.comparison_id
          AND x.completion_id <> said.winner_id
        CROSS JOIN reward_scores w ON w.reward_model_id = :model
          AND w.completion_id = said.winner_id AND w.score IS NOT NULL
        CROSS JOIN reward_scores l ON l.reward_model_id = :model
          AND l.completion_id = x.completion_id AND l.score IS NOT NULL
        CROSS JOIN completions a ON a.id = said.winner_id
        CROSS JOIN completions b ON b.id = x.completion_id
        WHERE a.rendered = b.rendered AND said.turn = json_array_length(a.messages) - 1
          AND json_array_length(a.messages) = json_array_length(b.messages)
        ORDER BY said.comparison_id
        """,
        {"project": project_id, "model": reward_model_id},
    )


def ask_again(db: Database, now: datetime, reward_model_id: int, doubts: list[Doubt]) -> None:
    """Open one slot more on each of these items, once."""
    for doubt in doubts:
        if run(
            db,
            "INSERT INTO doubts VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
            (doubt.comparison_id, reward_model_id, doubt.winner_id, doubt.probability,
             doubt.after_judgement_id, iso(now)),
        ):  # fmt: skip
            comparisons.widen(db, doubt.comparison_id, 1)


def counts(db: Database, project_id: int) -> tuple[int, int]:
    """How many pieces of a project's work people have judged, and how many were doubted."""
    judged = value(
        db,
        "SELECT count(DISTINCT c.id) FROM comparisons c CROSS JOIN judgements j"
        f" ON j.comparison_id = c.id WHERE c.project_id = ? AND c.kind = 'work' AND {COUNTED}"
        f" AND {_HUMAN}",
        (project_id,),
    )
    doubted = value(
        db,
        "SELECT count(*) FROM doubts d JOIN comparisons c ON c.id = d.comparison_id"
        " WHERE c.project_id = ?",
        (project_id,),
    )
    return int(judged), int(doubted)


def answered(db: Database, reward_model_id: int) -> list[dict[str, Any]]:
    """`{prompt_id, chosen, winner_id}` of each doubted item: who was chosen first, and by the first
    person who judged it since, and not before; no row where nobody has. A tie has no winner.
    """
    return many(
        db,
        f"""
        SELECT prompt_id, chosen, winner_id FROM (
            SELECT c.prompt_id, d.winner_id AS chosen, j.winner_id, min(j.id)
            FROM doubts d CROSS JOIN comparisons c ON c.id = d.comparison_id
            CROSS JOIN judgements j ON j.comparison_id = c.id
            WHERE d.reward_model_id = ? AND j.id > d.after_judgement_id AND {COUNTED} AND {_HUMAN}
              AND NOT EXISTS (SELECT 1 FROM judgements b WHERE b.comparison_id = c.id
                AND b.reviewer_id = j.reviewer_id AND b.id <= d.after_judgement_id)
            GROUP BY c.id
        )
        """,
        (reward_model_id,),
    )


def asked(db: Database, reward_model_id: int) -> int:
    """How many items it doubted."""
    return int(
        value(db, "SELECT count(*) FROM doubts WHERE reward_model_id = ?", (reward_model_id,))
    )
