"""Completions: one immutable row for each (prompt, variant, sample); failures beside them.

What was made for gold alone is found by id, and by whoever makes gold, but by no other reader.
"""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from workbench.clock import iso
from workbench.records import Completion
from workbench.store.database import Database, dumps, many, run

VISIBLE = (
    "c.gold_only = 0 AND (c.import_id IS NULL"
    " OR c.import_id IN (SELECT id FROM imports WHERE finished_at IS NOT NULL))"
)


def insert(
    db: Database,
    now: datetime,
    completion: Completion,
    *,
    import_id: int | None = None,
    request_key: str | None = None,
    gold_only: bool = False,
) -> bool:
    """Store one completion; False if this sample is there already."""
    c = completion
    return bool(
        run(
            db,
            "INSERT INTO completions (prompt_id, variant_id, sample_index, messages, rendered,"
            " finish_reason, tokens_in, tokens_out, latency_ms, first_token_ms, cost_usd, logprob,"
            " seed, batch, batch_place, from_cache, request_key, import_id, gold_only,"
            " created_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (prompt_id, variant_id, sample_index) DO NOTHING",
            (c.prompt_id, c.variant_id, c.sample_index, dumps(c.messages), dumps(c.rendered),
             c.finish_reason, c.tokens_in, c.tokens_out, c.latency_ms, c.first_token_ms, c.cost_usd,
             c.logprob, c.seed, c.batch, c.batch_place, int(c.from_cache), request_key, import_id,
             int(gold_only), iso(now)),
        )
    )  # fmt: skip


def answered_before(db: Database, request_keys: list[str]) -> dict[str, Completion]:
    """By key, the answers to the very same requests, wherever they were asked."""
    rows = many(
        db,
        "SELECT c.* FROM completions c WHERE c.from_cache = 0"
        " AND c.request_key IN (SELECT value FROM json_each(?))",
        (dumps(request_keys),),
    )
    return {row["request_key"]: of_row(row) for row in rows}


def of_batch(db: Database, batch: str) -> list[Completion]:
    """What a local model generated together, in the order that it had there."""
    rows = many(
        db, "SELECT c.* FROM completions c WHERE c.batch = ? AND c.from_cache = 0"
        " ORDER BY c.batch_place", (batch,),
    )  # fmt: skip
    return [of_row(row) for row in rows]


def done(db: Database, variant_id: int) -> set[tuple[int, int]]:
    """The (prompt, sample) that a variant has answered: what a resumed job leaves alone."""
    rows = db.conn.execute(
        "SELECT prompt_id, sample_index FROM completions WHERE variant_id = ?", (variant_id,)
    )
    return {(r[0], r[1]) for r in rows}


def of_variant(db: Database, variant_id: int) -> list[Completion]:
    rows = many(
        db,
        f"SELECT c.* FROM completions c WHERE c.variant_id = ? AND {VISIBLE}"
        " ORDER BY c.prompt_id, c.sample_index",
        (variant_id,),
    )
    return [of_row(row) for row in rows]


def of_prompt(db: Database, prompt_id: int) -> list[Completion]:
    rows = many(
        db,
        f"SELECT c.* FROM completions c WHERE c.prompt_id = ? AND {VISIBLE} ORDER BY c.id",
        (prompt_id,),
    )
    return [of_row(row) for row in rows]


def all_of_prompt(db: Database, prompt_id: int) -> list[Completion]:
    """Those of an unfinished import and of gold too: for who adds to them."""
    rows = many(db, "SELECT * FROM completions WHERE prompt_id = ? ORDER BY id", (prompt_id,))
    return [of_row(row) for row in rows]


def by_ids(db: Database, ids: Iterable[int]) -> dict[int, Completion]:
    rows = many(
        db,
        "SELECT * FROM completions WHERE id IN (SELECT value FROM json_each(?))",
        (dumps(list(ids)),),
    )
    return {row["id"]: of_row(row) for row in rows}


def variants_of(db: Database, ids: Iterable[int]) -> dict[int, int]:
    """Completion → the variant that made it."""
    rows = many(
        db,
        "SELECT id, variant_id FROM completions WHERE id IN (SELECT value FROM json_each(?))",
        (dumps(list(ids)),),
    )
    return {row["id"]: row["variant_id"] for row in rows}


def fail(
    db: Database,
    now: datetime,
    key: tuple[int, int, int],
    code: str,
    message: str,
    attempts: int | None = None,
) -> None:
    """`key` is (prompt, variant, sample)."""
    run(
        db,
        "INSERT INTO generation_failures"
        " (prompt_id, variant_id, sample_index, code, message, attempts, created_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (*key, code, message, attempts, iso(now)),
    )


def overview(db: Database, project_id: int) -> list[dict[str, Any]]:
    """For each variant: answers, prompts answered, failures that were not mended since."""
    return many(
        db,
        f"""
        SELECT v.name AS variant, count(c.id) AS answers,
               count(DISTINCT c.prompt_id) AS prompts,
               avg(c.tokens_out) AS tokens,
               (SELECT count(DISTINCT f.prompt_id || ':' || f.sample_index)
                FROM generation_failures f WHERE f.variant_id = v.id
                AND NOT EXISTS (SELECT 1 FROM completions d WHERE d.variant_id = v.id
                    AND d.prompt_id = f.prompt_id AND d.sample_index = f.sample_index)) AS failed
        FROM variants v LEFT JOIN completions c ON c.variant_id = v.id AND {VISIBLE}
        WHERE v.project_id = ? AND NOT EXISTS
            (SELECT 1 FROM completions g WHERE g.variant_id = v.id AND g.gold_only = 1)
        GROUP BY v.id ORDER BY v.id
        """,
        (project_id,),
    )


def variant_names(db: Database, project_id: int) -> list[tuple[int, str]]:
    rows = many(db, "SELECT id, name FROM variants WHERE project_id = ?", (project_id,))
    return [(row["id"], row["name"]) for row in rows]


def of_row(row: dict[str, Any]) -> Completion:
    return Completion(
        prompt_id=row["prompt_id"],
        variant_id=row["variant_id"],
        sample_index=row["sample_index"],
        messages=tuple(json.loads(row["messages"])),
        rendered=tuple(json.loads(row["rendered"])),
        finish_reason=row["finish_reason"],
        tokens_in=row["tokens_in"],
        tokens_out=row["tokens_out"],
        latency_ms=row["latency_ms"],
        first_token_ms=row["first_token_ms"],
        cost_usd=row["cost_usd"],
        logprob=row["logprob"],
        seed=row["seed"],
        batch=row["batch"],
        batch_place=row["batch_place"],
        from_cache=bool(row["from_cache"]),
        id=row["id"],
    )
