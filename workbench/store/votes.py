"""Votes by the million: streams of whole numbers, which cost a tenth of rows as dictionaries.

A judgement is two numbers, packed here and unpacked in `quality.votes`: its id and its comparison,

    judgement · 2³¹  +  comparison

and its reviewer with what they said, which the schema derives at each insertion (`vote`):

    reviewer · 2³⁶  +  milliseconds · 128  +  timed · 64  +  first-shown answer won · 32
                    +  strength · 8  +  verdict

The verdict is 0 or 1 for the answer of the lower or higher id, 2 for a tie or “all bad”, and 3
where two answers were not compared.  A comparison likewise:  prompt · 4 + kind.
"""

import json
from collections.abc import Iterator

from workbench.store.database import Database, dumps, many, numbers, tuples
from workbench.store.judgements import COUNTED

MIX = 2654435761  # Knuth's multiplicative hash: draws a sample of items, the same each time
RANGE = 2**32
_BY_KIND = (
    "j.reviewer_id IN (SELECT id FROM reviewers WHERE kind IN (SELECT value FROM json_each(?)))"
)
IDS, CODES, KINDS = 2**31, 2**36, 2**2  # what is packed lies below these


def judged(db: Database) -> Iterator[int]:
    """Both numbers of every judgement that counts, in their order and on end; of all projects,
    which are told apart by their comparisons.
    """
    return numbers(
        db,
        f"SELECT j.id * {IDS} + j.comparison_id, j.reviewer_id * {CODES} + j.vote"
        f" FROM judgements j WHERE {COUNTED}",
    )


def compared(db: Database, project_id: int) -> Iterator[int]:
    """(comparison, its prompt and kind) of a project's comparisons, on end; repeats are left out.

    Kind: 0 work, 1 heldout, 2 gold.
    """
    return numbers(
        db,
        f"SELECT id, prompt_id * {KINDS}"
        " + CASE kind WHEN 'work' THEN 0 WHEN 'heldout' THEN 1 ELSE 2 END"
        " FROM comparisons WHERE project_id = ? AND kind <> 'repeat'",
        (project_id,),
    )


def known(db: Database, project_id: int) -> dict[int, int]:
    """The verdict, as they are coded, of gold in use and of ruled pairs."""
    rows = many(
        db,
        "SELECT comparison_id AS id, CASE WHEN winner_id IS NULL THEN 2"
        "  ELSE winner_id > loser_id END AS verdict FROM gold WHERE project_id = :project"
        "  AND active = 1 AND training = 0 AND (winner_id IS NULL OR loser_id IS NOT NULL)"
        " UNION ALL SELECT a.comparison_id, a.verdict FROM adjudications a"
        " JOIN comparisons c ON c.id = a.comparison_id"
        " WHERE c.project_id = :project AND a.current = 1 AND a.verdict IS NOT NULL",
        {"project": project_id},
    )
    return {row["id"]: row["verdict"] for row in rows}


def in_training(db: Database, project_id: int) -> list[int]:
    """The gold items of the training: what is said of them is no vote."""
    rows = many(
        db, "SELECT comparison_id FROM gold WHERE project_id = ? AND training = 1", (project_id,)
    )
    return [row["comparison_id"] for row in rows]


def ranked(db: Database, project_id: int) -> dict[int, list[list[int]]]:
    """The rankings that count, by judgement, as tie groups of completions, the best first. Where
    all were bad, all are tied.
    """
    rows = many(
        db,
        "SELECT j.id, CASE WHEN j.all_bad THEN json_array(json(j.shown)) ELSE j.ranking END AS said"
        " FROM judgements j CROSS JOIN comparisons c ON c.id = j.comparison_id"
        " WHERE c.project_id = ?"
        " AND (j.ranking IS NOT NULL OR (j.all_bad AND json_array_length(j.shown) > 2))"
        f" AND c.kind <> 'repeat' AND {COUNTED}",
        (project_id,),
    )
    return {row["id"]: json.loads(row["said"]) for row in rows}


def repeated(db: Database, project_id: int) -> list[dict[str, int]]:
    """`{reviewer_id, same, repeats}`: how often each said the same of an item met again."""
    return many(
        db,
        "SELECT j.reviewer_id, sum(j.passed) AS same, count(*) AS repeats FROM judgements j"
        " JOIN comparisons c ON c.id = j.comparison_id WHERE c.project_id = ?"
        f" AND c.kind = 'repeat' AND {COUNTED} GROUP BY j.reviewer_id",
        (project_id,),
    )


def sampled_answers(db: Database, project_id: int, share: float) -> Iterator[int]:
    """(comparison, completion, variant, bytes of its text) of a share of the work, on end."""
    return numbers(
        db,
        f"""
        SELECT cc.comparison_id, cc.completion_id, p.variant_id, length(CAST(p.messages AS BLOB))
        FROM comparisons c CROSS JOIN comparison_completions cc ON cc.comparison_id = c.id
        CROSS JOIN completions p ON p.id = cc.completion_id
        WHERE c.project_id = ? AND c.kind = 'work' AND (c.id * {MIX}) % {RANGE} < ?
        """,
        (project_id, int(share * RANGE)),
    )


def compared_answers(db: Database, first: int, last: int) -> Iterator[int]:
    """comparison · 2³¹ + completion, rising, of the comparisons from `first` to `last`, those of
    other projects among them.
    """
    return numbers(
        db,
        f"SELECT comparison_id * {IDS} + completion_id FROM comparison_completions"
        " WHERE comparison_id BETWEEN ? AND ? ORDER BY comparison_id, completion_id",
        (first, last),
    )


def in_rounds(db: Database, project_id: int, rounds: tuple[int, ...]) -> list[int]:
    """The comparisons of these rounds."""
    rows = many(
        db,
        "SELECT id FROM comparisons WHERE project_id = ?"
        " AND round_id IN (SELECT value FROM json_each(?))",
        (project_id, dumps(rounds)),
    )
    return [row["id"] for row in rows]


def all_bad(db: Database, project_id: int) -> Iterator[int]:
    """(judgement, comparison) of those that count and say that all answers are bad, on end."""
    return numbers(
        db,
        "SELECT j.id, j.comparison_id FROM judgements j CROSS JOIN comparisons c"
        f" ON c.id = j.comparison_id WHERE c.project_id = ? AND j.all_bad = 1 AND {COUNTED}",
        (project_id,),
    )


def answers(db: Database, project_id: int) -> Iterator[int]:
    """(comparison, completion, variant) of all work and heldout items, on end."""
    return numbers(
        db,
        "SELECT c.id, cc.completion_id, p.variant_id"
        " FROM comparisons c CROSS JOIN comparison_completions cc ON cc.comparison_id = c.id"
        " CROSS JOIN completions p ON p.id = cc.completion_id"
        " WHERE c.project_id = ? AND c.kind IN ('work', 'heldout')",
        (project_id,),
    )


def sampled_ratings(
    db: Database, project_id: int, share: float, reviewer_kinds: tuple[str, ...]
) -> list[tuple[int, int, str, int]]:
    """(comparison, completion, criterion, score) of the ratings on a share of the work."""
    return list(
        db.conn.execute(
            f"""
            SELECT j.comparison_id, s.completion_id, s.criterion, s.score
            FROM comparisons c CROSS JOIN judgements j ON j.comparison_id = c.id AND {COUNTED}
            CROSS JOIN ratings s ON s.judgement_id = j.id
            WHERE c.project_id = ? AND c.kind = 'work' AND (c.id * {MIX}) % {RANGE} < ?
            AND {_BY_KIND}
            """,
            (project_id, int(share * RANGE), dumps(reviewer_kinds)),
        )
    )


def prompt_groups(db: Database, project_id: int) -> list[tuple[int, str, str | None, int, str]]:
    """(prompt, tags as JSON, language, characters, the file it came from), gold's aside."""
    return list(
        tuples(
            db,
            "SELECT p.id, p.tags, p.language, length(p.messages) + coalesce(length(p.context), 0),"
            " i.file_name FROM prompts p JOIN imports i ON i.id = p.import_id"
            " WHERE p.project_id = ? AND p.gold_only = 0 AND i.finished_at IS NOT NULL",
            (project_id,),
        )
    )


def first_of_weeks(db: Database) -> list[tuple[int, str]]:
    """(first judgement, Monday) of each week in which somebody judged. Ids rise with time, so each
    week's first is found by halving, without reading the others.
    """
    found: list[tuple[int, str]] = []
    last = db.conn.execute("SELECT max(id) FROM judgements").fetchone()[0] or 0
    at = 1
    while at <= last:
        row = db.conn.execute(
            "SELECT id, date(created_at, 'weekday 0', '-6 days') FROM judgements"
            " WHERE id >= ? ORDER BY id LIMIT 1",
            (at,),
        ).fetchone()
        found.append((row[0], row[1]))
        at = _after_week(db, row[0], last, row[1])
    return found


def _after_week(db: Database, low: int, last: int, monday: str) -> int:
    """The first id whose week comes after this one."""
    high = last + 1
    while low < high:
        middle = (low + high) // 2
        later = db.conn.execute(
            "SELECT date(created_at, 'weekday 0', '-6 days') > ? FROM judgements"
            " WHERE id >= ? ORDER BY id LIMIT 1",
            (monday, middle),
        ).fetchone()
        low, high = (low, middle) if later is None or later[0] else (middle + 1, high)
    return low


def kinds(db: Database, reviewer_kinds: tuple[str, ...]) -> list[int]:
    """The reviewers of these kinds."""
    rows = many(
        db,
        "SELECT id FROM reviewers WHERE kind IN (SELECT value FROM json_each(?))",
        (dumps(reviewer_kinds),),
    )
    return [row["id"] for row in rows]


def sampled_spans(
    db: Database, project_id: int, share: float, reviewer_kinds: tuple[str, ...]
) -> tuple[list[tuple[int, int, int, int]], list[tuple[int, int, int, int]]]:
    """Of a share of the work: (comparison, completion, turn, judgement) for each answer that was
    judged, and (judgement, completion, start, end) for each span.
    """
    sample = (
        f" FROM comparisons c CROSS JOIN judgements j ON j.comparison_id = c.id AND {COUNTED}"
        "{} WHERE c.project_id = ? AND c.kind = 'work' AND (c.id * "
        + f"{MIX}) % {RANGE} < ? AND {_BY_KIND}"
    )
    scope = (project_id, int(share * RANGE), dumps(reviewer_kinds))
    answers = " CROSS JOIN comparison_completions cc ON cc.comparison_id = c.id"
    judged = "SELECT c.id, cc.completion_id, c.turn, j.id" + sample.format(answers)
    spans = " CROSS JOIN spans s ON s.judgement_id = j.id"
    tagged = "SELECT j.id, s.completion_id, s.start, s.end" + sample.format(spans)
    return _rows(db, judged, scope), _rows(db, tagged, scope)


def _rows(
    db: Database, sql: str, parameters: tuple[object, ...]
) -> list[tuple[int, int, int, int]]:
    return list(tuples(db, sql, parameters))
