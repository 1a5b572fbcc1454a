"""Who may do what with a thread: leads and owners all, reviewers what concerns them."""

from workbench.errors import NotAllowed, NotFound
from workbench.records import Reviewer
from workbench.store import Database, threads


def leads(person: Reviewer) -> bool:
    return person.role != "reviewer"


def found(db: Database, thread_id: int) -> threads.Thread:
    """Raises NotFound."""
    thread = threads.get(db, thread_id)
    if thread is None:
        raise NotFound(
            f"There is no discussion number {thread_id}.",
            field="thread_id",
            remedy="`python -m workbench threads list --project P` names the open ones.",
        )
    return thread


def for_participant(db: Database, person: Reviewer, thread_id: int) -> threads.Thread:
    """A thread that this person may read and answer in: one of an item that they were given, or
    one that mentions them. Raises NotFound, NotAllowed.
    """
    thread = found(db, thread_id)
    if not leads(person) and not threads.concerns(db, thread_id, person.id):
        raise NotAllowed(
            "This discussion is about an item that you were never given.",
            remedy="Somebody who takes part in it can mention you.",
        )
    return thread


def for_lead(db: Database, person: Reviewer, thread_id: int) -> threads.Thread:
    """A thread that this person may conclude. Raises NotFound, NotAllowed."""
    thread = found(db, thread_id)
    if not leads(person):
        raise NotAllowed("Leads conclude discussions.", remedy="Ask the project's lead.")
    return thread
