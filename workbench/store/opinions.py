"""All that reviewers said of one item, whole: for a lead who looks at it."""

import json
from collections import defaultdict
from typing import Any

from workbench.store.database import Database, many

_PARTS = {
    "ratings": "SELECT judgement_id, completion_id, criterion, score FROM ratings WHERE"
    " judgement_id IN ({}) ORDER BY completion_id, criterion",
    "spans": "SELECT judgement_id, completion_id, message, start, end, quote, category, subtype,"
    " severity, note, evidence_start, evidence_end FROM spans WHERE judgement_id IN ({})"
    " ORDER BY start, id",
    "corrections": "SELECT judgement_id, completion_id, text FROM corrections WHERE"
    " judgement_id IN ({}) ORDER BY completion_id",
}


def on(db: Database, comparison_id: int) -> list[dict[str, Any]]:
    """The current judgements of a comparison in order of time, each with its `ratings`, `spans` and
    `corrections`; those that count nowhere too.
    """
    rows = many(
        db,
        "SELECT * FROM judgements j WHERE comparison_id = ? AND current = 1 AND (import_id IS NULL"
        " OR import_id IN (SELECT id FROM imports WHERE finished_at IS NOT NULL)) ORDER BY id",
        (comparison_id,),
    )
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
