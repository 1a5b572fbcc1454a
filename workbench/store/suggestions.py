"""What a judge model suggests for the answers of a comparison, and how people took it."""

import json
from typing import Any

from workbench.records import Suggestion
from workbench.records.judgements import Span
from workbench.store.database import Database, dumps, many, run, value
from workbench.store.judgements import COUNTED

HEAD = 100  # open items by which it is told how much of the work has suggestions


def keep(
    db: Database, comparison_id: int, completion_id: int, reviewer_id: int,
    spans: list[dict[str, Any]], ratings: dict[str, int],
) -> None:  # fmt: skip
    """`spans` as {start, end, category, quote}."""
    run(
        db,
        "INSERT OR REPLACE INTO suggestions VALUES (?, ?, ?, ?, ?)",
        (comparison_id, completion_id, reviewer_id, dumps(spans), dumps(ratings)),
    )


# A repeat is met with what was suggested for the work that it repeats.
_ITEM = "(SELECT coalesce(repeat_of, id) FROM comparisons WHERE id = :comparison)"
_BY = "(SELECT id FROM reviewers WHERE name = :judge OR public_id = :judge)"


def are_there(db: Database, comparison_id: int, judge: str) -> bool:
    found = value(
        db,
        f"SELECT 1 FROM suggestions WHERE comparison_id = {_ITEM} AND reviewer_id = {_BY} LIMIT 1",
        {"comparison": comparison_id, "judge": judge},
    )
    return found is not None


def coverage(db: Database, project_id: int, judge: str) -> float:
    """Of the work at the head of the queue, the share that has suggestions; 1 of none."""
    found = value(
        db,
        "SELECT avg(EXISTS (SELECT 1 FROM suggestions s WHERE s.comparison_id = c.id"
        f"  AND s.reviewer_id = {_BY})) FROM (SELECT id FROM comparisons"
        "  WHERE project_id = :project AND open_slots > 0 AND kind <> 'gold'"
        f"  ORDER BY priority, id LIMIT {HEAD}) c",
        {"project": project_id, "judge": judge},
    )
    return 1.0 if found is None else float(found)


def on(db: Database, comparison_id: int, judge: str, shown: list[int]) -> list[Suggestion | None]:
    """One for each answer, in the order shown."""
    rows = many(
        db,
        "SELECT completion_id, spans, ratings FROM suggestions"
        f" WHERE comparison_id = {_ITEM} AND reviewer_id = {_BY}",
        {"comparison": comparison_id, "judge": judge},
    )
    found = {row["completion_id"]: row for row in rows}
    return [_suggestion(found[i], slot) if i in found else None
            for slot, i in enumerate(shown, start=1)]  # fmt: skip


def _suggestion(row: dict[str, Any], slot: int) -> Suggestion:
    spans = tuple(Span(slot=slot, **span) for span in json.loads(row["spans"]))
    return Suggestion(spans, json.loads(row["ratings"]))


def judged(db: Database, project_id: int, reviewer_id: int) -> list[dict[str, Any]]:
    """People's judgements on work for which there were suggestions, beside what the judge said:
    `{assisted, same, rated, alike, accepted, changed, refused}`; `same`: the same verdict; `alike`
    of `rated` scores that both gave are equal.
    """
    return many(
        db,
        f"""
        SELECT j.assisted, j.winner_id IS q.winner_id AS same,
               (SELECT count(*) FROM ratings s JOIN ratings t ON t.judgement_id = q.id
                AND t.completion_id = s.completion_id AND t.criterion = s.criterion
                WHERE s.judgement_id = j.id) AS rated,
               (SELECT count(*) FROM ratings s JOIN ratings t ON t.judgement_id = q.id
                AND t.completion_id = s.completion_id AND t.criterion = s.criterion
                AND t.score = s.score WHERE s.judgement_id = j.id) AS alike,
               j.accepted, j.changed, j.refused
        FROM judgements j JOIN comparisons c ON c.id = j.comparison_id
        JOIN reviewers r ON r.id = j.reviewer_id
        JOIN judgements q ON q.comparison_id = j.comparison_id AND q.reviewer_id = :judge
         AND q.current = 1
        WHERE c.project_id = :project AND c.kind IN ('work', 'heldout') AND r.kind = 'human'
          AND j.assisted IS NOT NULL AND j.ranking IS NULL AND {COUNTED} ORDER BY j.id
        """,
        {"project": project_id, "judge": reviewer_id},
    )
