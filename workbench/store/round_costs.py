"""What the rounds of a project took, before anything is made of it: answers, readings by judges.

Imported answers and those that the cache had cost nothing here and are left out. Answers that a
local model gave together, in one batch, took the time of the longest.
"""

from typing import Any

from workbench.store.database import Database, dumps, many

_OF_ROUNDS = (
    "SELECT cc.completion_id, min(c.round_id) AS part FROM comparisons c"
    " CROSS JOIN comparison_completions cc ON cc.comparison_id = c.id"
    " WHERE c.project_id = :project AND c.round_id IS NOT NULL GROUP BY cc.completion_id"
)
_OF_VARIANTS = (
    "SELECT id AS completion_id, variant_id AS part FROM completions"
    " WHERE variant_id IN (SELECT value FROM json_each(:variants))"
)


def answers_of_rounds(db: Database, project_id: int) -> list[dict[str, Any]]:
    """By round and kind of model: `{part, kind, usd, unpriced, seconds, untimed}`; an answer
    belongs to the first round in which it was compared.
    """
    return _answers(db, _OF_ROUNDS, {"project": project_id})


def answers_of_variants(db: Database, variant_ids: list[int]) -> list[dict[str, Any]]:
    """The same by variant."""
    return _answers(db, _OF_VARIANTS, {"variants": dumps(variant_ids)})


def _answers(db: Database, parts: str, parameters: dict[str, Any]) -> list[dict[str, Any]]:
    return many(
        db,
        f"""
        WITH parts AS ({parts}), batches AS (
            SELECT parts.part, m.kind, sum(p.cost_usd) AS usd, sum(p.cost_usd IS NULL) AS unpriced,
                   max(p.latency_ms) AS ms, sum(p.latency_ms IS NULL) AS untimed
            FROM parts CROSS JOIN completions p ON p.id = parts.completion_id
            JOIN variants v ON v.id = p.variant_id JOIN models m ON m.id = v.model_id
            WHERE p.from_cache = 0 AND p.import_id IS NULL
            GROUP BY parts.part, m.kind, coalesce(p.batch, p.id)
        )
        SELECT part, kind, coalesce(sum(usd), 0.0) AS usd, sum(unpriced) AS unpriced,
               coalesce(sum(ms), 0.0) / 1000 AS seconds, sum(untimed) AS untimed
        FROM batches GROUP BY part, kind
        """,
        parameters,
    )


def readings(db: Database, project_id: int) -> list[dict[str, Any]]:
    """What judge models read, by round: `{part, usd, unpriced}`."""
    return many(
        db,
        "SELECT c.round_id AS part, coalesce(sum(r.cost_usd), 0.0) AS usd,"
        " sum(r.cost_usd IS NULL) AS unpriced FROM comparisons c"
        " CROSS JOIN judge_readings r ON r.comparison_id = c.id"
        " WHERE c.project_id = ? AND c.round_id IS NOT NULL GROUP BY c.round_id",
        (project_id,),
    )


def settled_by_judges(db: Database, round_id: int) -> list[int]:
    """The work of a round whose verdict a judge model gave in a person's place."""
    rows = many(
        db,
        "SELECT c.id FROM comparisons c JOIN triage t ON t.comparison_id = c.id"
        " WHERE c.round_id = ? AND c.kind = 'work' AND t.decision = 'auto'",
        (round_id,),
    )
    return [row["id"] for row in rows]


def with_both(db: Database, project_id: int, pair: tuple[int, int]) -> list[int]:
    """The comparisons in which answers of two variants met."""
    rows = many(
        db,
        "SELECT DISTINCT c.id FROM completions a"
        " CROSS JOIN comparison_completions x ON x.completion_id = a.id"
        " CROSS JOIN comparisons c ON c.id = x.comparison_id AND c.project_id = ?"
        " CROSS JOIN comparison_completions y ON y.comparison_id = c.id"
        " CROSS JOIN completions b ON b.id = y.completion_id AND b.variant_id = ?"
        " WHERE a.variant_id = ?",
        (project_id, pair[1], pair[0]),
    )
    return [row["id"] for row in rows]
