"""Masks: stretches of an answer that people are not shown. The answer itself never changes."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from workbench.store.database import Database, dumps, many, run, value


@dataclass(frozen=True)
class Mask:
    """`start` and `end` in code points of message number `message`, one a turn."""

    completion_id: int
    message: int
    start: int
    end: int
    reason: str


def add(db: Database, mask: Mask) -> None:
    """Once: a mask that is there already stays."""
    run(
        db,
        "INSERT INTO masks (completion_id, message, start, end, reason) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT DO NOTHING",
        (mask.completion_id, mask.message, mask.start, mask.end, mask.reason),
    )


def of(db: Database, completion_ids: Iterable[int]) -> dict[int, list[Mask]]:
    """By completion; those without any are left out."""
    rows = many(
        db,
        "SELECT completion_id, message, start, end, reason FROM masks"
        " WHERE completion_id IN (SELECT value FROM json_each(?)) ORDER BY message, start",
        (dumps(list(completion_ids)),),
    )
    found: dict[int, list[Mask]] = defaultdict(list)
    for row in rows:
        found[row["completion_id"]].append(Mask(**row))
    return found


def count(db: Database, project_id: int) -> int:
    """How many answers of a project have a mask."""
    return int(
        value(
            db,
            "SELECT count(DISTINCT m.completion_id) FROM masks m"
            " JOIN completions c ON c.id = m.completion_id"
            " JOIN prompts p ON p.id = c.prompt_id WHERE p.project_id = ?",
            (project_id,),
        )
    )


def compared(db: Database, project_id: int, after_id: int, most: int) -> list[int]:
    """The completions that stand in any comparison, in the order of their ids."""
    rows = many(
        db,
        "SELECT DISTINCT cc.completion_id AS id FROM comparison_completions cc"
        " CROSS JOIN comparisons c ON c.id = cc.comparison_id"
        " WHERE c.project_id = ? AND cc.completion_id > ? ORDER BY cc.completion_id LIMIT ?",
        (project_id, after_id, most),
    )
    return [row["id"] for row in rows]
