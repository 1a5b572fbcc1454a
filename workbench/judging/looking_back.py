"""A reviewer's own past: the judgement before, to change it, and how far they have come."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from workbench.judging.items import held_lease, item_of
from workbench.records import Item, Project, Reviewer
from workbench.store import Database, leases, own_judgements, rounds

RECENT = 50


@dataclass(frozen=True)
class Progress:
    """`judged` counts the project (its open round, if it has rounds), `since` what was judged
    after the moment asked about; `median_seconds` is that of the last judgements, None without.
    """

    judged: int
    since: int
    goal: int | None
    median_seconds: float | None


def undo(
    db: Database, project: Project, reviewer: Reviewer, before: str | None
) -> tuple[Item, dict[str, Any]] | None:
    """The item judged last (or the one before the item `before`), with what was said of it.

    Nothing is taken back: the judgement counts until a submission for the same item revises it.
    None where there is no earlier one. Raises NeverHeld for an unknown `before`.
    """
    later = held_lease(db, reviewer, before)["comparison_id"] if before else None
    found = own_judgements.last_of(db, project.id, reviewer.id, later)
    if found is None:
        return None
    lease = leases.get(db, found["lease_id"], reviewer.id)
    assert lease is not None
    return item_of(db, project, lease), _by_slot(found, lease["shown"])


def _by_slot(judgement: dict[str, Any], shown: list[int]) -> dict[str, Any]:
    """A stored judgement in the words of the API."""
    slot = {completion_id: at for at, completion_id in enumerate(shown, start=1)}
    ratings: dict[int, dict[str, int]] = {}
    for rating in judgement["ratings"]:
        ratings.setdefault(slot[rating["completion_id"]], {})[rating["criterion"]] = rating["score"]
    ranking = judgement["ranking"]
    return {
        "preference": _preference(judgement, shown),
        "ranking": ranking and [[slot[i] for i in tier] for tier in ranking],
        "all_bad": bool(judgement["all_bad"]),
        "ratings": ratings,
        "spans": [{"slot": slot[span.pop("completion_id")], **span} for span in judgement["spans"]],
        "correction": {slot[c["completion_id"]]: c["text"] for c in judgement["corrections"]},
        "rationale": judgement["rationale"],
        "reasons": judgement["reasons"],
        "seconds": judgement["seconds"],
    }


def _preference(judgement: dict[str, Any], shown: list[int]) -> int | None:
    strength: int | None = judgement["strength"]
    if not strength:
        return strength
    return -strength if judgement["winner_id"] == shown[0] else strength


def progress(db: Database, project: Project, reviewer: Reviewer, since: datetime) -> Progress:
    """How far this reviewer has come in a project, and at what pace."""
    current = rounds.current(db, project.id)
    round_id = current.id if current else None
    return Progress(
        judged=own_judgements.count_by(db, project.id, reviewer.id, round_id),
        since=own_judgements.count_since(db, project.id, reviewer.id, since),
        goal=project.settings.goal,
        median_seconds=own_judgements.median_seconds(db, project.id, reviewer.id, RECENT),
    )
