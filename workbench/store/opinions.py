"""All that reviewers said of one item, whole: for a lead who looks at it."""

import json
from collections import defaultdict
from typing import Any

from workbench.store.database import Database, dumps, many
from workbench.store.judgements import NO_JUDGE

_PARTS = {
    "ratings": "SELECT judgement_id, completion_id, criterion, score FROM ratings WHERE"
    " judgement_id IN ({}) ORDER BY completion_id, criterion",
    "spans": "SELECT judgement_id, completion_id, message, start, end, quote, category, subtype,"
    " severity, note, evidence_start, evidence_end FROM spans WHERE judgement_id IN ({})"
    " ORDER BY start, id",
    "corrections": "SELECT judgement_id, completion_id, text FROM corrections WHERE"
    " judgement_id IN ({}) ORDER BY completion_id",
}

_SAID = (
    "SELECT j.*, (SELECT kind FROM reviewers WHERE id = j.reviewer_id) AS kind FROM judgements j"
)


def on(db: Database, comparison_id: int) -> list[dict[str, Any]]:
    """The current judgements of a comparison in order of time, each with its `ratings`, `spans` and
    `corrections`; those that count nowhere too, and judges', as `kind` says.
    """
    rows = many(
        db,
        f"{_SAID} WHERE comparison_id = ? AND current = 1 AND (import_id IS NULL"
        " OR import_id IN (SELECT id FROM imports WHERE finished_at IS NOT NULL)) ORDER BY id",
        (comparison_id,),
    )
    return _whole(db, rows)


def of(db: Database, judgement_ids: list[int]) -> list[dict[str, Any]]:
    """These judgements likewise, revised and withdrawn ones too."""
    rows = many(
        db,
        f"{_SAID} WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id",
        (dumps(judgement_ids),),
    )
    return _whole(db, rows)


def _whole(db: Database, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    ids = [row["id"] for row in rows]
    parts = {name: _by_judgement(db, sql, ids) for name, sql in _PARTS.items()}
    return [
        row
        | {"ranking": json.loads(row["ranking"] or "null"), "reasons": json.loads(row["reasons"])}
        | {name: found[row["id"]] for name, found in parts.items()}
        for row in rows
    ]


def _by_judgement(db: Database, sql: str, ids: list[int]) -> dict[int, list[dict[str, Any]]]:
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in many(db, sql.format(", ".join("?" * len(ids))), ids):
        found[row.pop("judgement_id")].append(row)
    return found


_STANDS = f"j.current = 1 AND j.withdrawn_at IS NULL AND {NO_JUDGE}"


def judged_among(db: Database, comparison_ids: list[int]) -> set[int]:
    """Those with a judgement that was not taken back."""
    rows = many(
        db,
        f"SELECT DISTINCT j.comparison_id AS id FROM judgements j WHERE {_STANDS}"
        " AND j.comparison_id IN (SELECT value FROM json_each(?))",
        (dumps(comparison_ids),),
    )
    return {row["id"] for row in rows}


def judged_under_older(
    db: Database, project_id: int, tags: tuple[str, ...], version: int
) -> list[int]:
    """Work and heldout items of prompts with one of these tags, without a ruling, of which a
    judgement stands that was given under guidelines older than `version`.
    """
    rows = many(
        db,
        "SELECT DISTINCT c.id FROM comparisons c JOIN prompts p ON p.id = c.prompt_id"
        " JOIN judgements j ON j.comparison_id = c.id WHERE c.project_id = ?"
        " AND c.kind IN ('work', 'heldout')"
        " AND EXISTS (SELECT 1 FROM json_each(p.tags) WHERE value IN"
        "  (SELECT value FROM json_each(?)))"
        " AND NOT EXISTS (SELECT 1 FROM adjudications a WHERE a.comparison_id = c.id"
        "  AND a.current = 1)"
        f" AND {_STANDS} AND j.guidelines_version < ? ORDER BY c.id",
        (project_id, dumps(tags), version),
    )
    return [row["id"] for row in rows]
