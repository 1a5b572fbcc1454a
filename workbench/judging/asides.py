"""What a reviewer does with an item instead of judging it: skip it, or flag it for discussion."""

from datetime import datetime
from typing import Any

from workbench.errors import InvalidInput
from workbench.judging.items import held_lease
from workbench.records import Reviewer
from workbench.store import Database, events, judgements, leases, threads

LONGEST_WORDS = 2_000


def skip(db: Database, reviewer: Reviewer, item_id: str, reason: str, now: datetime) -> None:
    """Give the item back for good: it goes to others, and never again to this reviewer.

    Raises NeverHeld for an item of somebody else, InvalidInput without a reason or for an item
    that this reviewer has judged. Skipping twice changes nothing.
    """
    lease = held_lease(db, reviewer, item_id)
    why = words("reason", reason)
    if judgements.current(db, lease["comparison_id"], reviewer.id):
        raise InvalidInput("You have judged this item already.", field="item_id")
    if leases.skip(db, lease["comparison_id"], reviewer.id, why, now):
        leases.release(db, reviewer.id, [item_id])
        leases.drop_draft(db, lease["comparison_id"], reviewer.id)
        _note(db, lease, "item.skipped", now)


def flag(db: Database, reviewer: Reviewer, item_id: str, text: str, now: datetime) -> None:
    """Open a thread on the item, or add to the open one. The item stays as it is.

    Raises NeverHeld for an item of somebody else, InvalidInput without a text.
    """
    lease = held_lease(db, reviewer, item_id)
    threads.say(db, now, lease["comparison_id"], reviewer.id, words("text", text))
    _note(db, lease, "item.flagged", now)


def words(field: str, text: str, missing: str = "Say why, in a few words.") -> str:
    """What a person wrote, without the space around it. Raises InvalidInput if that is nothing or
    too much.
    """
    written = text.strip()
    if not written:
        raise InvalidInput(missing, field=field)
    if len(written) > LONGEST_WORDS:
        raise InvalidInput(f"The text is longer than {LONGEST_WORDS} characters.", field=field)
    return written


def _note(db: Database, lease: dict[str, Any], kind: str, now: datetime) -> None:
    events.append(
        db,
        now,
        kind,
        project_id=lease["project_id"],
        reviewer_id=lease["reviewer_id"],
        subject_id=lease["comparison_id"],
    )
