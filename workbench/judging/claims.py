"""Claims: a reviewer's tab gets its next items, leased and blind.

It knows leases; what is drawn is decided in `drawing`, and who may be given anything in `trust`.
"""

import json
import secrets
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Literal

from workbench.errors import InvalidInput
from workbench.judging import trust
from workbench.judging.drawing import draw, draw_training
from workbench.judging.items import held_lease, is_assisted, item_of
from workbench.records import Item, Project, Reviewer
from workbench.store import Database, leases, projects, queue

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
    Training items come one by one. Raises Paused for who may not judge here.
    """
    record = trust.require_fit(db, project, reviewer)
    expires = now + timedelta(minutes=project.settings.lease_minutes)
    leases.expire(db, now)
    silent_since = now if take_over else now - SILENT
    leases.take_over(db, project.id, reviewer.id, tab, silent_since)
    leases.renew(db, reviewer.id, tab, None, now, expires)
    held = len(leases.held(db, project.id, reviewer.id, tab))
    training = trust.training_left(db, project, reviewer, record) > 0
    most = 1 if training else _fair_share(db, project, reviewer, held)
    draw_one = draw_training if training else partial(draw, now=now)
    for _ in range(min(count, most) - held):
        pick = draw_one(db, project, reviewer)
        if pick is None:
            break
        assisted = is_assisted(db, project, reviewer, pick.comparison_id)
        leases.take(
            db, secrets.token_urlsafe(16), pick, reviewer.id, tab, now, expires, assisted=assisted
        )
    found = leases.held(db, project.id, reviewer.id, tab)[:count]
    return [item_of(db, project, lease) for lease in found]


def holders(db: Database, project: Project, reviewer: Reviewer) -> Holders | None:
    """Who holds what may still come, for a tab that has nothing."""
    if leases.held_by(db, project.id, reviewer.id):
        return "own_tabs"
    return "others" if queue.held_by_others(db, project.id, reviewer.id) else None


def _fair_share(db: Database, project: Project, reviewer: Reviewer, held: int) -> int:
    """How many a reviewer may hold, so that the last items do not lie in one tab."""
    prefetch = project.settings.prefetch
    sharers = len(leases.holders(db, project.id) | {reviewer.id})
    open_now = queue.open_work(db, project.id, reviewer.id, prefetch * sharers) + held
    return min(prefetch, max(1, -(-open_now // sharers)))


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
