"""What reviewers wrote in an answer's place, and the spans that they flagged in it."""

from typing import Any

from workbench.store.database import Database, dumps, many
from workbench.store.judgements import COUNTED


def of_work(db: Database, project_id: int, kinds: tuple[str, ...]) -> list[dict[str, Any]]:
    """The corrections that count, in order: what was judged and by whom, the answer and its text at
    the turn judged, and the text in its place. Gold and heldout items have none here.
    """
    return many(
        db,
        "SELECT j.id AS judgement_id, j.reviewer_id, c.id AS comparison_id, c.prompt_id, c.turn,"
        " e.completion_id, e.text,"
        " json_extract(a.messages, '$[' || c.turn || '].content') AS original"
        " FROM corrections e JOIN judgements j ON j.id = e.judgement_id"
        " JOIN comparisons c ON c.id = j.comparison_id JOIN reviewers r ON r.id = j.reviewer_id"
        " JOIN completions a ON a.id = e.completion_id"
        f" WHERE c.project_id = ? AND c.kind = 'work' AND {COUNTED}"
        " AND r.kind IN (SELECT value FROM json_each(?))"
        " ORDER BY c.id, e.completion_id, j.id",
        (project_id, dumps(kinds)),
    )


def flagged(db: Database, judgement_ids: list[int]) -> dict[tuple[int, int], list[tuple[int, int]]]:
    """By judgement and answer the flagged stretches of the turn judged, in code points."""
    rows = many(
        db,
        "SELECT s.judgement_id, s.completion_id, s.start, s.end FROM json_each(?) asked"
        " CROSS JOIN spans s ON s.judgement_id = asked.value"
        " CROSS JOIN judgements j ON j.id = s.judgement_id"
        " CROSS JOIN comparisons c ON c.id = j.comparison_id"
        " WHERE s.message = c.turn ORDER BY s.start, s.id",
        (dumps(judgement_ids),),
    )
    found: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for row in rows:
        key = row["judgement_id"], row["completion_id"]
        found.setdefault(key, []).append((row["start"], row["end"]))
    return found
