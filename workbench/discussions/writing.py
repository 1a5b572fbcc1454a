"""What is done with a thread: answer, resolve, reopen, and see what one was mentioned in.

The event log keeps who did it, by ids; never the words.
"""

from datetime import datetime

from workbench.discussions import access
from workbench.errors import InvalidInput
from workbench.judging.asides import words
from workbench.records import Reviewer
from workbench.store import Database, events, mentions, threads
from workbench.store.mentions import Mention


def say(db: Database, author: Reviewer, thread_id: int, text: str, now: datetime) -> None:
    """Answer in an open thread; “@Name” calls a person of the workspace to it.

    Raises NotFound, NotAllowed, and InvalidInput without a text or in a resolved thread.
    """
    thread = access.for_participant(db, author, thread_id)
    written = words("text", text, "Write an answer first.")
    if thread.status == "resolved":
        raise InvalidInput("This discussion is resolved.", remedy="A lead can reopen it.")
    threads.add(db, now, thread_id, author.id, written)
    note(db, thread, author, "thread.answered", now)


def resolve(db: Database, by: Reviewer, thread_id: int, now: datetime) -> None:
    """Conclude a thread; one that is resolved stays as it is. Raises NotFound, NotAllowed."""
    thread = access.for_lead(db, by, thread_id)
    if thread.status == "open":
        threads.resolve(db, now, thread_id, by.id)
        note(db, thread, by, "thread.resolved", now)


def reopen(db: Database, by: Reviewer, thread_id: int, now: datetime) -> None:
    """Go on with a resolved thread. Raises NotFound, NotAllowed, and InvalidInput if another one
    is open on the same item.
    """
    thread = access.for_lead(db, by, thread_id)
    if thread.status == "open":
        return
    other = threads.open_on(db, thread.comparison_id)
    if other is not None:
        raise InvalidInput(
            "Another discussion of this item is open.", remedy=f"Go on in number {other}."
        )
    threads.reopen(db, thread_id)
    note(db, thread, by, "thread.reopened", now)


def mentions_of(db: Database, reviewer: Reviewer) -> list[Mention]:
    """The threads of all projects that mention somebody who has not looked yet."""
    return mentions.unseen(db, reviewer.id)


def mark_seen(db: Database, reviewer: Reviewer, thread_id: int, now: datetime) -> None:
    mentions.see(db, now, reviewer.id, thread_id)


def note(
    db: Database, thread: threads.Thread, by: Reviewer, kind: str, now: datetime, **data: int
) -> None:
    events.append(
        db, now, kind, project_id=thread.project_id, reviewer_id=by.id, subject_id=thread.id, **data
    )
