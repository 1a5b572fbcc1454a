"""Comparisons: which completions of a prompt are to be judged, and how many slots are open."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from workbench.clock import iso
from workbench.records import ComparisonKind
from workbench.store import queue
from workbench.store.database import Database, many, one, run, value


@dataclass(frozen=True)
class NewComparison:
    """`completion_ids` in stored order, which is not the order that a reviewer sees."""

    project_id: int
    prompt_id: int
    completion_ids: tuple[int, ...]
    wanted: int
    turn: int = 0
    kind: ComparisonKind = "work"
    round_id: int | None = None
    priority: float = 0.0
    pick_probability: float | None = None
    import_id: int | None = None
    repeat_of: int | None = None

    @property
    def fingerprint(self) -> str:
        """Equal for the same completions at the same turn, in whatever order."""
        return f"{self.turn}:" + ",".join(map(str, sorted(self.completion_ids)))


@dataclass(frozen=True)
class Slots:
    """How many judgements an item asks for, and how many it has."""

    wanted: int
    counted: int
    open: int


def slots(db: Database, comparison_id: int) -> Slots:
    row = one(
        db,
        "SELECT wanted, counted, open_slots AS open FROM comparisons WHERE id = ?",
        (comparison_id,),
    )
    assert row is not None
    return Slots(**row)


def ensure(db: Database, now: datetime, new: NewComparison) -> tuple[int, bool]:
    """The comparison's id, and whether it is new; one that exists opens up to `wanted` slots,
    unless triage closed it.
    """
    found = one(
        db,
        "SELECT c.id, c.wanted, EXISTS (SELECT 1 FROM triage t WHERE t.comparison_id = c.id"
        "  AND t.decision = 'auto') AS closed FROM comparisons c"
        " WHERE c.project_id = ? AND c.kind = ? AND c.fingerprint = ?",
        (new.project_id, new.kind, new.fingerprint),
    )
    if found and found["closed"]:
        return found["id"], False
    if found:
        widen(db, found["id"], max(0, new.wanted - found["wanted"]), new.round_id)
        return found["id"], found["wanted"] == 0 < new.wanted
    return insert(db, now, new), True


def insert(db: Database, now: datetime, new: NewComparison) -> int:
    """A comparison that is not there yet; those that check reviewers want no votes of their own."""
    comparison_id = int(
        value(
            db,
            "INSERT INTO comparisons (project_id, round_id, prompt_id, turn, kind, fingerprint,"
            " priority, pick_probability, wanted, open_slots, import_id, repeat_of, created_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
            (new.project_id, new.round_id, new.prompt_id, new.turn, new.kind, new.fingerprint,
             new.priority, new.pick_probability, new.wanted, new.wanted, new.import_id,
             new.repeat_of, iso(now)),
        )
    )  # fmt: skip
    for position, completion_id in enumerate(new.completion_ids):
        run(
            db,
            "INSERT INTO comparison_completions (comparison_id, position, completion_id)"
            " VALUES (?, ?, ?)",
            (comparison_id, position, completion_id),
        )
    queue.look_again(db, comparison_id)
    return comparison_id


def widen(db: Database, comparison_id: int, more: int, round_id: int | None = None) -> None:
    """Ask for so many more judgements; a comparison without a round joins this one."""
    run(
        db,
        "UPDATE comparisons SET wanted = wanted + ?, open_slots = open_slots + ?,"
        " round_id = coalesce(round_id, ?) WHERE id = ?",
        (more, more, round_id, comparison_id),
    )
    if more:
        queue.look_again(db, comparison_id)


def opened(db: Database, project_id: int) -> set[str]:
    """The fingerprints of all work that was ever put before somebody."""
    rows = many(
        db,
        "SELECT fingerprint FROM comparisons WHERE project_id = ? AND kind = 'work' AND wanted > 0",
        (project_id,),
    )
    return {row["fingerprint"] for row in rows}


def get(db: Database, comparison_id: int) -> dict[str, Any] | None:
    return one(db, "SELECT * FROM comparisons WHERE id = ?", (comparison_id,))


def has_gold(db: Database, comparison_id: int) -> bool:
    """Whether the same completions are a gold item as well."""
    found = value(
        db,
        "SELECT 1 FROM comparisons w JOIN comparisons g ON g.project_id = w.project_id"
        " AND g.kind = 'gold' AND g.fingerprint = w.fingerprint WHERE w.id = ?",
        (comparison_id,),
    )
    return found is not None


def project_of(db: Database, comparison_id: int) -> int:
    return int(value(db, "SELECT project_id FROM comparisons WHERE id = ?", (comparison_id,)))


def kind_of(db: Database, comparison_id: int) -> ComparisonKind:
    kind: ComparisonKind = value(db, "SELECT kind FROM comparisons WHERE id = ?", (comparison_id,))
    return kind


def completions_of(db: Database, comparison_id: int) -> list[int]:
    rows = many(
        db,
        "SELECT completion_id FROM comparison_completions WHERE comparison_id = ?"
        " ORDER BY position",
        (comparison_id,),
    )
    return [row["completion_id"] for row in rows]


def progress(db: Database, project_id: int) -> dict[str, int]:
    """What is wanted, counted and open among work and heldout comparisons."""
    row = one(
        db,
        "SELECT count(*) AS comparisons, coalesce(sum(wanted), 0) AS wanted,"
        " coalesce(sum(counted), 0) AS counted, coalesce(sum(open_slots), 0) AS open"
        " FROM comparisons WHERE project_id = ? AND kind IN ('work', 'heldout') AND wanted > 0",
        (project_id,),
    )
    assert row is not None
    return {key: int(number) for key, number in row.items()}
