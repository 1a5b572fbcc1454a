"""Prompts. Those of an unfinished import are not seen by any reader here; those that were made
for gold alone, only where it says so.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from workbench.clock import iso
from workbench.records import Prompt, Split
from workbench.store.database import Database, dumps, many, one, run, value

_IMPORTED = "import_id IN (SELECT id FROM imports WHERE finished_at IS NOT NULL)"
_VISIBLE = f"gold_only = 0 AND {_IMPORTED}"
PAGE = 500


@dataclass(frozen=True)
class Placed:
    """A prompt with what the import decided about it."""

    prompt: Prompt
    content_hash: str
    cluster: str
    split: Split
    near_heldout: bool
    gold_only: bool = False


def insert(db: Database, now: datetime, project_id: int, import_id: int, placed: Placed) -> bool:
    """Store one prompt; False if the project holds it already."""
    p = placed.prompt
    return bool(
        run(
            db,
            "INSERT INTO prompts (project_id, import_id, external_id, content_hash, messages,"
            " variables, context, reference, tags, occurred_at, split, cluster, near_heldout,"
            " gold_only, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (project_id, content_hash) DO NOTHING",
            (project_id, import_id, p.external_id, placed.content_hash, dumps(p.messages),
             dumps(p.variables) if p.variables else None, p.context, p.reference, dumps(p.tags),
             p.occurred_at, placed.split, placed.cluster, int(placed.near_heldout),
             int(placed.gold_only), iso(now)),
        )
    )  # fmt: skip


def mark_near_heldout(db: Database, project_id: int, prompt_ids: list[int]) -> None:
    for prompt_id in prompt_ids:
        run(
            db,
            "UPDATE prompts SET near_heldout = 1"
            " WHERE project_id = ? AND id = ? AND split = 'train'",
            (project_id, prompt_id),
        )


def ids_by_hash(db: Database, project_id: int) -> dict[str, int]:
    rows = many(db, "SELECT content_hash, id FROM prompts WHERE project_id = ?", (project_id,))
    return {r["content_hash"]: r["id"] for r in rows}


def placements(db: Database, project_id: int) -> Iterator[Placed]:
    """Every prompt as the import placed it, those of gold too, in order."""
    for row in _pages(db, project_id, None, _IMPORTED):
        yield Placed(
            _prompt(row), row["content_hash"], row["cluster"], row["split"],
            bool(row["near_heldout"]), bool(row["gold_only"]),
        )  # fmt: skip


def in_project(db: Database, project_id: int, split: Split | None = None) -> Iterator[Prompt]:
    return (_prompt(row) for row in _pages(db, project_id, split))


def _pages(
    db: Database, project_id: int, split: Split | None, which: str = _VISIBLE
) -> Iterator[dict[str, Any]]:
    last = 0
    while True:
        rows = many(
            db,
            f"SELECT * FROM prompts WHERE project_id = ? AND id > ? AND (? IS NULL OR split = ?)"
            f" AND {which} ORDER BY id LIMIT {PAGE}",
            (project_id, last, split, split),
        )
        if not rows:
            return
        yield from rows
        last = rows[-1]["id"]


def by_external_ids(db: Database, project_id: int, ids: set[str]) -> dict[str, Prompt]:
    """The first visible prompt of each of these ids of the importer's own."""
    rows = many(
        db,
        f"SELECT * FROM prompts WHERE project_id = ? AND {_VISIBLE}"
        " AND external_id IN (SELECT value FROM json_each(?)) ORDER BY id DESC",
        (project_id, dumps(sorted(ids))),
    )
    return {row["external_id"]: _prompt(row) for row in rows}


def by_hash(db: Database, project_id: int, content_hash: str) -> Prompt | None:
    """The visible prompt that asks just this."""
    row = one(
        db,
        f"SELECT * FROM prompts WHERE project_id = ? AND content_hash = ? AND {_VISIBLE}",
        (project_id, content_hash),
    )
    return _prompt(row) if row else None


def get(db: Database, prompt_id: int) -> Prompt | None:
    """Any prompt of a finished import, one of gold too."""
    row = one(db, f"SELECT * FROM prompts WHERE id = ? AND {_IMPORTED}", (prompt_id,))
    return _prompt(row) if row else None


def count_unnamed(db: Database, project_id: int) -> int:
    """How many prompts have no language yet."""
    unnamed = "SELECT count(*) FROM prompts WHERE project_id = ? AND language IS NULL"
    return int(value(db, f"{unnamed} AND {_VISIBLE}", (project_id,)))


def without_language(db: Database, project_id: int, most: int) -> list[Prompt]:
    rows = many(
        db,
        f"SELECT * FROM prompts WHERE project_id = ? AND language IS NULL AND {_VISIBLE} LIMIT ?",
        (project_id, most),
    )
    return [_prompt(row) for row in rows]


def set_language(db: Database, prompt_id: int, language: str) -> None:
    run(db, "UPDATE prompts SET language = ? WHERE id = ?", (language, prompt_id))


def counts(db: Database, project_id: int) -> dict[str, int]:
    """`{train, heldout, near_heldout}`."""
    rows = many(
        db,
        f"SELECT split, count(*) AS n, sum(near_heldout) AS near FROM prompts"
        f" WHERE project_id = ? AND {_VISIBLE} GROUP BY split",
        (project_id,),
    )
    result = {"train": 0, "heldout": 0, "near_heldout": 0}
    for row in rows:
        result[row["split"]] = row["n"]
        result["near_heldout"] += row["near"]
    return result


def languages(db: Database, project_id: int) -> list[str]:
    """Those that were recognised."""
    rows = many(
        db,
        "SELECT DISTINCT language FROM prompts WHERE project_id = ? AND language IS NOT NULL"
        " ORDER BY language",
        (project_id,),
    )
    return [row["language"] for row in rows]


def tags(db: Database, project_id: int) -> list[str]:
    """Every tag that a prompt has."""
    rows = many(
        db,
        "SELECT DISTINCT tag.value AS tag FROM prompts, json_each(prompts.tags) tag"
        f" WHERE project_id = ? AND {_VISIBLE} ORDER BY tag",
        (project_id,),
    )
    return [row["tag"] for row in rows]


def _prompt(row: dict[str, Any]) -> Prompt:
    return Prompt(
        messages=tuple(json.loads(row["messages"])),
        context=row["context"],
        reference=row["reference"],
        tags=tuple(json.loads(row["tags"])),
        external_id=row["external_id"],
        split=row["split"],
        occurred_at=row["occurred_at"],
        variables=json.loads(row["variables"] or "{}"),
        id=row["id"],
    )
