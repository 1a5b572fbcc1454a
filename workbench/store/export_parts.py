"""What exports read of single judgements: who rated or tagged which answer, what each said, and
what was judged; ids of a whole project as streams of numbers, everything else a page at a time.
"""

from collections.abc import Iterator
from typing import Any

from workbench.store.database import Database, dumps, many, numbers, tuples

Json = dict[str, Any]


def standing(db: Database, project_id: int) -> Iterator[int]:
    """(comparison, completion) of every answer that stands in a comparison, on end."""
    return numbers(
        db,
        "SELECT c.id, cc.completion_id FROM comparisons c"
        " CROSS JOIN comparison_completions cc ON cc.comparison_id = c.id WHERE c.project_id = ?",
        (project_id,),
    )


def heldout(db: Database, project_id: int) -> Iterator[int]:
    """The heldout prompts, and those near one."""
    return numbers(
        db,
        "SELECT id FROM prompts WHERE project_id = ? AND (split = 'heldout' OR near_heldout = 1)",
        (project_id,),
    )


def made_for_gold(db: Database, project_id: int) -> Iterator[int]:
    """The prompts that were made for gold alone."""
    return numbers(
        db, "SELECT id FROM prompts WHERE project_id = ? AND gold_only = 1", (project_id,)
    )


def rated(db: Database, project_id: int) -> Iterator[int]:
    """(judgement, completion) of every answer that was rated, on end."""
    return numbers(
        db,
        "SELECT DISTINCT s.judgement_id, s.completion_id FROM comparisons c"
        " CROSS JOIN judgements j ON j.comparison_id = c.id"
        " CROSS JOIN ratings s ON s.judgement_id = j.id WHERE c.project_id = ?",
        (project_id,),
    )


def read_for_spans(db: Database, project_id: int) -> Iterator[int]:
    """(judgement, completion) of every answer whose reader had a taxonomy to tag it by, or did tag
    it, on end: one without a tag was judged to be free of what the taxonomy names.
    """
    return numbers(
        db,
        "SELECT j.id, cc.completion_id FROM comparisons c"
        " CROSS JOIN judgements j ON j.comparison_id = c.id"
        " CROSS JOIN comparison_completions cc ON cc.comparison_id = c.id"
        " WHERE c.project_id = ? AND (j.taxonomy_version IS NOT NULL OR EXISTS (SELECT 1 FROM"
        "  spans s WHERE s.judgement_id = j.id AND s.completion_id = cc.completion_id))",
        (project_id,),
    )


def ratings(db: Database, judgement_ids: list[int]) -> Iterator[tuple[int, int, str, int]]:
    """(judgement, completion, criterion, score) of these judgements."""
    return tuples(
        db,
        "SELECT s.judgement_id, s.completion_id, s.criterion, s.score FROM json_each(?) asked"
        " CROSS JOIN ratings s ON s.judgement_id = asked.value",
        (dumps(judgement_ids),),
    )


def spans(db: Database, judgement_ids: list[int]) -> list[Json]:
    """`{judgement_id, completion_id, start, end, quote, category, subtype, severity, note}`."""
    return many(
        db,
        "SELECT s.judgement_id, s.completion_id, s.start, s.end, s.quote, s.category, s.subtype,"
        " s.severity, s.note FROM json_each(?) asked"
        " CROSS JOIN spans s ON s.judgement_id = asked.value"
        " ORDER BY s.start, s.end, s.id",
        (dumps(judgement_ids),),
    )


def voices(db: Database, judgement_ids: list[int]) -> list[Json]:
    """`{id, reviewer, winner_id, strength, ranking, rationale, seconds}` of these judgements, with
    the reviewer's public id and the ranking as JSON.
    """
    return many(
        db,
        "SELECT j.id, r.public_id AS reviewer, j.winner_id, j.strength, j.ranking, j.rationale,"
        " j.seconds FROM json_each(?) asked CROSS JOIN judgements j ON j.id = asked.value"
        " CROSS JOIN reviewers r ON r.id = j.reviewer_id",
        (dumps(judgement_ids),),
    )


def prompts(db: Database, prompt_ids: list[int]) -> dict[int, Json]:
    """By id: `{id, messages, context, tags, language, external_id}`, messages and tags as JSON."""
    rows = many(
        db,
        "SELECT p.id, p.messages, p.context, p.tags, p.language, p.external_id"
        " FROM json_each(?) asked CROSS JOIN prompts p ON p.id = asked.value",
        (dumps(prompt_ids),),
    )
    return {row["id"]: row for row in rows}


def comparisons(db: Database, comparison_ids: list[int]) -> dict[int, Json]:
    """By id: `{id, prompt_id, turn, kind, cluster}`."""
    rows = many(
        db,
        "SELECT c.id, c.prompt_id, c.turn, c.kind, p.cluster FROM json_each(?) asked"
        " CROSS JOIN comparisons c ON c.id = asked.value"
        " CROSS JOIN prompts p ON p.id = c.prompt_id",
        (dumps(comparison_ids),),
    )
    return {row["id"]: row for row in rows}


def answers(db: Database, completion_ids: list[int]) -> dict[int, Json]:
    """By id: `{id, variant, messages}`, the messages as JSON. What was made for gold has no
    variant: its name would say which answer the gold item calls the worse one.
    """
    rows = many(
        db,
        "SELECT a.id, CASE WHEN a.gold_only = 0 THEN v.name END AS variant, a.messages"
        " FROM json_each(?) asked CROSS JOIN completions a ON a.id = asked.value"
        " CROSS JOIN variants v ON v.id = a.variant_id",
        (dumps(completion_ids),),
    )
    return {row["id"]: row for row in rows}
