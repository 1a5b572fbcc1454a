"""The named benchmarks whose questions no dataset may hold."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from workbench.clock import iso
from workbench.errors import InvalidInput, NotFound
from workbench.store.database import Database, dumps, many, one, run, tuples


@dataclass(frozen=True)
class Benchmark:
    """`texts`: how many questions; `sha256` of all of them."""

    name: str
    sha256: str
    texts: int
    added_at: str


def add(db: Database, now: datetime, name: str, sha256: str, texts: Sequence[str]) -> None:
    """Raises InvalidInput where the name is taken by other questions."""
    known = one(db, "SELECT sha256 FROM benchmarks WHERE name = ?", (name,))
    if known and known["sha256"] != sha256:
        raise InvalidInput(
            f"There is a benchmark “{name}” with other questions.",
            field="name",
            remedy="Give this one a name of its own, its version for example.",
        )
    if not known:
        run(db, "INSERT INTO benchmarks VALUES (?, ?, ?, ?)",
            (name, sha256, dumps(list(texts)), iso(now)))  # fmt: skip


def remove(db: Database, name: str) -> None:
    """Raises NotFound."""
    if not many(db, "DELETE FROM benchmarks WHERE name = ? RETURNING name", (name,)):
        raise NotFound(f"There is no benchmark “{name}”.")


def named(db: Database) -> list[Benchmark]:
    rows = many(
        db,
        "SELECT name, sha256, json_array_length(texts) AS texts, added_at FROM benchmarks"
        " ORDER BY name",
    )
    return [Benchmark(**row) for row in rows]


def texts(db: Database, name: str) -> list[str]:
    rows = many(
        db,
        "SELECT t.value AS text FROM benchmarks b, json_each(b.texts) t WHERE b.name = ?",
        (name,),
    )
    return [row["text"] for row in rows]


def train_prompts(db: Database, project_id: int) -> Iterator[tuple[Any, ...]]:
    """(prompt, its messages as JSON, its source text) of those that are no heldout ones."""
    return tuples(
        db,
        "SELECT id, messages, coalesce(context, '') FROM prompts"
        " WHERE project_id = ? AND split = 'train'",
        (project_id,),
    )
