"""Claims: which comparisons a reviewer gets next, leased, blind, sides drawn.

It knows leases and the queue's order; it does not know what an answer is worth.
"""

import json
import random
import secrets
from datetime import datetime, timedelta
from typing import Any, Literal

from workbench.errors import InvalidInput
from workbench.hashing import unit_interval
from workbench.judging.items import held_lease, item_of
from workbench.records import Item, Project, Reviewer
from workbench.store import Database, comparisons, leases, projects, queue

LONGEST_DRAFT = 200_000
SILENT = timedelta(seconds=60)

Holders = Literal["own_tabs", "others"]


def claim(
    db: Database,
    project: Project,
    reviewer: Reviewer,
    tab: str,
    count: int,
    now: datetime,
    *,
    take_over: bool = False,
) -> list[Item]:
    """Up to `count` items for this tab: first those that it holds already, then new ones.

    Never more than the project prefetches, nor than a fair share of what is open. What the
    reviewer's other tabs hold comes here once they are silent, or at once with `take_over`.
    """
    settings = project.settings
    expires = now + timedelta(minutes=settings.lease_minutes)
    leases.expire(db, now)
    silent_since = now if take_over else now - SILENT
    leases.take_over(db, project.id, reviewer.id, tab, silent_since)
    leases.renew(db, reviewer.id, tab, None, now, expires)
    wanted = min(count, settings.prefetch)
    held = leases.held(db, project.id, reviewer.id, tab)
    wanted = min(wanted, _fair_share(db, project.id, reviewer.id, settings.prefetch, len(held)))
    for _ in range(wanted - len(held)):
        comparison_id = _draw(db, project.id, reviewer, settings.gold_rate)
        if comparison_id is None:
            break
        shown = _sides(db, comparison_id, reviewer)
        lease_id = secrets.token_urlsafe(16)
        leases.take(db, lease_id, comparison_id, reviewer.id, tab, shown, now, expires)
    held = leases.held(db, project.id, reviewer.id, tab)[:count]
    return [item_of(db, project, lease) for lease in held]


def holders(db: Database, project: Project, reviewer: Reviewer) -> Holders | None:
    """Who holds what may still come, for a tab that has nothing."""
    if leases.held_by(db, project.id, reviewer.id):
        return "own_tabs"
    return "others" if queue.held_by_others(db, project.id, reviewer.id) else None


def _fair_share(db: Database, project_id: int, reviewer_id: int, prefetch: int, held: int) -> int:
    """How many a reviewer may hold, so that the last items do not lie in one tab."""
    sharers = len(leases.holders(db, project_id) | {reviewer_id})
    open_now = queue.open_work(db, project_id, reviewer_id, prefetch * sharers) + held
    return max(1, -(-open_now // sharers))


def _draw(db: Database, project_id: int, reviewer: Reviewer, gold_rate: float) -> int | None:
    """Gold by the reviewer's own seeded sequence, else the head of the queue."""
    place = queue.draw(db, project_id, reviewer.id)
    if unit_interval("gold", reviewer.seed, project_id, place) < gold_rate:
        gold = leases.next_gold(db, project_id, reviewer.id)
        if gold is not None:
            return gold
    return queue.next_work(db, project_id, reviewer.id)


def _sides(db: Database, comparison_id: int, reviewer: Reviewer) -> list[int]:
    """The order shown to this reviewer: random, and the same each time they meet the item."""
    shown = comparisons.completions_of(db, comparison_id)
    random.Random(f"sides {reviewer.seed} {comparison_id}").shuffle(shown)
    return shown


def save_draft(
    db: Database, reviewer: Reviewer, item_id: str, body: dict[str, Any], now: datetime
) -> None:
    """Keep what is judged so far and renew the lease; it comes back on any machine.

    Raises NeverHeld for an item that this reviewer never had, InvalidInput for a huge draft.
    """
    lease = held_lease(db, reviewer, item_id)
    _check_draft(body)
    minutes = projects.by_id(db, lease["project_id"]).settings.lease_minutes
    leases.renew(db, reviewer.id, None, item_id, now, now + timedelta(minutes=minutes))
    leases.save_draft(db, lease["comparison_id"], reviewer.id, body, now)


def _check_draft(body: dict[str, Any]) -> None:
    """What the store could not give back must not go in: JSON has no NaN, text no half letters."""
    try:
        size = len(json.dumps(body, allow_nan=False, ensure_ascii=False).encode())
    except ValueError as error:
        raise InvalidInput(f"The draft cannot be stored: {error}.", field="draft") from error
    if size > LONGEST_DRAFT:
        raise InvalidInput(f"A draft may have {LONGEST_DRAFT} bytes.", field="draft")


def release(db: Database, reviewer: Reviewer, item_ids: list[str]) -> int:
    """Give back items that will not be judged now; returns how many were held."""
    return leases.release(db, reviewer.id, item_ids)
