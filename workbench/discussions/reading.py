"""Threads as a person may see them: the list, and one with its item and all that was said."""

from dataclasses import dataclass
from typing import Any

from workbench.discussions import access
from workbench.judging.items import Content, content_of
from workbench.records import Project, Reviewer
from workbench.store import Database, leases, mentions, projects, reviewers, threads
from workbench.store.threads import Status

MOST = 100


@dataclass(frozen=True)
class Summary:
    """A line of the list. People go by name, or by pseudonym once forgotten."""

    id: int
    status: Status
    opened_at: str
    question: str
    messages: int
    last_words: str
    last_by: str
    last_at: str
    mentioned: tuple[str, ...]


@dataclass(frozen=True)
class Said:
    """One message; its text is empty once its author was forgotten. `other_order`: who wrote it
    saw the answers in another order than the viewer does.
    """

    by: str
    text: str
    at: str
    mentioned: tuple[str, ...]
    other_order: bool


@dataclass(frozen=True)
class Thread:
    """A discussion with its item as text, the answers in the viewer's order."""

    id: int
    project_id: int
    status: Status
    resolved_by: str | None
    item: Content
    said: tuple[Said, ...]


def listed(
    db: Database, project: Project, viewer: Reviewer, status: Status = "open", most: int = MOST
) -> list[Summary]:
    """The project's threads, for a reviewer those that concern them; open ones the oldest first,
    resolved ones the newest.
    """
    concerning = None if access.leads(viewer) else viewer.id
    rows = threads.in_project(db, project.id, status, concerning, most)
    names = _names(db)
    return [
        Summary(
            id=row["id"],
            status=row["status"],
            opened_at=row["created_at"],
            question=mentions.spoken(db, row["first"]),
            messages=row["messages"],
            last_words=mentions.spoken(db, row["text"]),
            last_by=names[row["reviewer_id"]],
            last_at=row["said_at"],
            mentioned=tuple(names[person] for person in row["mentioned"]),
        )
        for row in rows
    ]


def thread(db: Database, viewer: Reviewer, thread_id: int) -> Thread:
    """All of a thread. Raises NotFound, and NotAllowed where it does not concern the viewer."""
    found = access.for_participant(db, viewer, thread_id)
    messages = threads.messages(db, thread_id)
    shown = _order(db, found, messages, viewer.id)
    names = _names(db)
    project = projects.by_id(db, found.project_id)
    said = [
        Said(
            by=names[message["reviewer_id"]],
            text=mentions.spoken(db, message["text"]),
            at=message["created_at"],
            mentioned=tuple(names[person] for person in message["mentioned"]),
            other_order=_order(db, found, messages, message["reviewer_id"]) != shown,
        )
        for message in messages
    ]
    return Thread(
        id=found.id,
        project_id=found.project_id,
        status=found.status,
        resolved_by=names[found.resolved_by] if found.resolved_by else None,
        item=content_of(db, project, found.prompt_id, found.turn, shown),
        said=tuple(said),
    )


def _order(
    db: Database, thread: threads.Thread, messages: list[dict[str, Any]], person_id: int
) -> list[int]:
    """The answers as this person was shown them; who never was sees what the asker saw, so that
    the question's “A” and “B” are theirs too. Drawn by chance, it tells nothing.
    """
    asker = messages[0]["reviewer_id"]
    shown = leases.shown_to(db, thread.comparison_id, person_id) or leases.shown_to(
        db, thread.comparison_id, asker
    )
    assert shown is not None, "a thread is opened by somebody who was given the item"
    return shown


def _names(db: Database) -> dict[int, str]:
    return {person.id: person.name or person.public_id for person in reviewers.everyone(db)}
