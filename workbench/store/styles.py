"""How answers look, in numbers: measured once for each, since their texts never change."""

import json
from collections.abc import Iterator
from itertools import chain
from typing import Any

from workbench.store.database import Database, many, run, value

_JUDGED = (
    " FROM comparisons c CROSS JOIN comparison_completions cc ON cc.comparison_id = c.id"
    " WHERE c.project_id = ? AND c.kind IN ('work', 'heldout')"
)


def count_unmeasured(db: Database, project_id: int) -> int:
    """How many answers of a project's comparisons have no measures yet."""
    return int(
        value(
            db,
            f"SELECT count(DISTINCT cc.completion_id) {_JUDGED}"
            " AND NOT EXISTS (SELECT 1 FROM styles s WHERE s.completion_id = cc.completion_id)",
            (project_id,),
        )
    )


def unmeasured(db: Database, project_id: int, after: int, most: int) -> list[dict[str, Any]]:
    """`{id, text}` of answers without measures, rising, from behind the answer `after` on; the
    texts of all turns, one below another.
    """
    rows = many(
        db,
        "SELECT p.id, p.messages FROM completions p WHERE p.id > :after"
        " AND NOT EXISTS (SELECT 1 FROM styles s WHERE s.completion_id = p.id)"
        " AND EXISTS (SELECT 1 FROM comparison_completions cc CROSS JOIN comparisons c"
        "  ON c.id = cc.comparison_id AND c.project_id = :project"
        "  AND c.kind IN ('work', 'heldout') WHERE cc.completion_id = p.id)"
        " ORDER BY p.id LIMIT :most",
        {"after": after, "project": project_id, "most": most},
    )
    return [
        {"id": row["id"], "text": "\n".join(m["content"] for m in json.loads(row["messages"]))}
        for row in rows
    ]


def keep(db: Database, completion_id: int, characters: int, headers: int, lists: int,
         bold: int) -> None:  # fmt: skip
    run(
        db,
        "INSERT INTO styles VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        (completion_id, characters, headers, lists, bold),
    )


def in_project(db: Database, project_id: int) -> Iterator[int]:
    """(completion, characters, headers, lists, bold) of measured answers, on end."""
    cursor = db.conn.cursor()
    cursor.row_factory = None
    return chain.from_iterable(
        cursor.execute(
            "SELECT s.* FROM styles s WHERE s.completion_id IN"
            f" (SELECT cc.completion_id {_JUDGED}) ORDER BY s.completion_id",
            (project_id,),
        )
    )
