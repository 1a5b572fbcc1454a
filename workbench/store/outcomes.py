"""What became of requests: how many were answered, from where, and what failed and is not mended.

Counted for chosen prompts and for sample numbers below `samples`, as a grid asks for them.
"""

from typing import Any

from workbench.store.database import Database, dumps, many

_ASKED = "prompt_id IN (SELECT value FROM json_each(:prompts)) AND sample_index < :samples"


def answers(
    db: Database, variant_ids: list[int], prompt_ids: list[int], samples: int
) -> dict[int, dict[str, int]]:
    """By variant: `{answers, from_cache, truncated}`; nothing for one without any."""
    rows = many(
        db,
        "SELECT variant_id, count(*) AS answers, sum(from_cache) AS from_cache,"
        " sum(finish_reason IS 'length') AS truncated FROM completions"
        f" WHERE variant_id IN (SELECT value FROM json_each(:variants)) AND {_ASKED}"
        " GROUP BY variant_id",
        {"variants": dumps(variant_ids), "prompts": dumps(prompt_ids), "samples": samples},
    )
    return {row.pop("variant_id"): row for row in rows}


def failures(
    db: Database, variant_ids: list[int], prompt_ids: list[int], samples: int
) -> list[dict[str, Any]]:
    """Failures that no answer mended since, each request's last one, by variant and code:
    `{variant_id, code, failures, message}`; the message is that of the newest.
    """
    return many(
        db,
        f"""
        WITH last AS (
            SELECT max(id) AS id FROM generation_failures f
            WHERE variant_id IN (SELECT value FROM json_each(:variants)) AND {_ASKED}
            AND NOT EXISTS (SELECT 1 FROM completions c WHERE c.variant_id = f.variant_id
                AND c.prompt_id = f.prompt_id AND c.sample_index = f.sample_index)
            GROUP BY variant_id, prompt_id, sample_index
        )
        SELECT variant_id, code, count(*) AS failures, message, max(f.id) AS newest
        FROM last JOIN generation_failures f ON f.id = last.id
        GROUP BY variant_id, code ORDER BY variant_id, failures DESC, code
        """,
        {"variants": dumps(variant_ids), "prompts": dumps(prompt_ids), "samples": samples},
    )
