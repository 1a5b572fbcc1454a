"""What exports read: answers with their prompts as the JSON that is stored, a page at a time."""

from collections.abc import Iterator
from typing import Any

from workbench.store.database import Database, dumps, numbers, tuples
from workbench.store.judgements import COUNTED
from workbench.store.votes import IDS


def trainable(db: Database, project_id: int) -> Iterator[int]:
    """The train prompts that lie near no heldout one and were not made for gold."""
    return numbers(
        db,
        "SELECT id FROM prompts WHERE project_id = ? AND split = 'train' AND near_heldout = 0"
        " AND gold_only = 0",
        (project_id,),
    )


def clusters(db: Database, project_id: int) -> Iterator[tuple[int, str]]:
    """Each prompt with its cluster of near-duplicates."""
    return tuples(db, "SELECT id, cluster FROM prompts WHERE project_id = ?", (project_id,))


def gold_answers(db: Database, project_id: int) -> Iterator[int]:
    """The answers that stand in a gold item, in use or not: whoever met it may have learnt it."""
    return numbers(
        db,
        "SELECT DISTINCT cc.completion_id FROM comparisons c CROSS JOIN comparison_completions cc"
        " ON cc.comparison_id = c.id WHERE c.project_id = ? AND c.kind = 'gold'",
        (project_id,),
    )


def masked(db: Database, project_id: int) -> Iterator[int]:
    """The answers that name their model: people were not shown all of what they judged."""
    return numbers(
        db,
        "SELECT DISTINCT m.completion_id FROM masks m CROSS JOIN completions c"
        " ON c.id = m.completion_id JOIN variants v ON v.id = c.variant_id WHERE v.project_id = ?",
        (project_id,),
    )


def tagged(db: Database, project_id: int, tags: tuple[str, ...]) -> Iterator[int]:
    """The prompts with any of these tags."""
    return numbers(
        db,
        "SELECT p.id FROM prompts p WHERE p.project_id = ? AND EXISTS (SELECT 1 FROM"
        " json_each(p.tags) t WHERE t.value IN (SELECT value FROM json_each(?)))",
        (project_id, dumps(tags)),
    )


def in_languages(db: Database, project_id: int, languages: tuple[str, ...]) -> Iterator[int]:
    return numbers(
        db,
        "SELECT id FROM prompts WHERE project_id = ?"
        " AND language IN (SELECT value FROM json_each(?))",
        (project_id, dumps(languages)),
    )


def rated_from(
    db: Database, project_id: int, kinds: tuple[str, ...], criterion: str, least: float
) -> Iterator[int]:
    """The answers whose mean score on this criterion is at least that."""
    return numbers(
        db,
        "SELECT s.completion_id FROM ratings s JOIN judgements j ON j.id = s.judgement_id"
        " JOIN comparisons c ON c.id = j.comparison_id JOIN reviewers r ON r.id = j.reviewer_id"
        f" WHERE c.project_id = ? AND c.kind = 'work' AND s.criterion = ? AND {COUNTED}"
        " AND r.kind IN (SELECT value FROM json_each(?))"
        " GROUP BY s.completion_id HAVING avg(s.score) >= ?",
        (project_id, criterion, dumps(kinds), least),
    )


def pairs(db: Database, answers: list[int]) -> Iterator[tuple[Any, ...]]:
    """Of each pair, better · 2³¹ + worse answer: of both answers the variant, what they replied to,
    and their messages; what the worse one replied to is None where it is the same. In the order in
    which they are asked for.
    """
    return tuples(
        db,
        f"""
        SELECT a.variant_id, b.variant_id, a.rendered, nullif(b.rendered, a.rendered),
               a.messages, b.messages
        FROM json_each(?) asked CROSS JOIN completions a ON a.id = asked.value / {IDS}
        CROSS JOIN completions b ON b.id = asked.value % {IDS}
        """,
        (dumps(answers),),
    )


def answers(db: Database, completion_ids: list[int]) -> Iterator[tuple[Any, ...]]:
    """(completion, its prompt, the prompt's cluster, how many turns were answered, variant,
    rendered, messages).
    """
    return tuples(
        db,
        "SELECT a.id, a.prompt_id, p.cluster, json_array_length(a.messages), a.variant_id,"
        " a.rendered, a.messages FROM json_each(?) asked"
        " CROSS JOIN completions a ON a.id = asked.value"
        " CROSS JOIN prompts p ON p.id = a.prompt_id",
        (dumps(completion_ids),),
    )


def later_turns(db: Database, project_id: int) -> Iterator[int]:
    """(comparison, turn) of those that are not about the first turn, on end, rising."""
    return numbers(
        db,
        "SELECT id, turn FROM comparisons WHERE project_id = ? AND turn > 0 ORDER BY id",
        (project_id,),
    )


def answer_sizes(db: Database, project_id: int) -> Iterator[int]:
    """(answer, its length in characters with what JSON adds) on end."""
    return numbers(
        db,
        "SELECT c.id, length(c.messages) FROM variants v CROSS JOIN completions c"
        " ON c.variant_id = v.id WHERE v.project_id = ?",
        (project_id,),
    )


def answer_variants(db: Database, project_id: int) -> Iterator[int]:
    """(answer, its variant) on end, as the index has them."""
    return numbers(
        db,
        "SELECT c.id, c.variant_id FROM variants v CROSS JOIN completions c"
        " ON c.variant_id = v.id WHERE v.project_id = ?",
        (project_id,),
    )


def prompt_words(db: Database, project_id: int) -> Iterator[tuple[int, str, str | None]]:
    """(prompt, its tags as JSON, its language)."""
    return tuples(db, "SELECT id, tags, language FROM prompts WHERE project_id = ?", (project_id,))
