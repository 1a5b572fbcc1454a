"""Mentions: whom a message addresses by “@Name”, and who has not seen that yet.

A stored text holds a pseudonym in the name's place, so that names live in the reviewers table
alone; `spoken` puts the names back. It knows nothing of who may read a thread.
"""

import re
from dataclasses import dataclass
from datetime import datetime

from workbench.clock import iso
from workbench.records import Reviewer
from workbench.store import reviewers
from workbench.store.database import Database, many, run

_PSEUDONYM = re.compile(r"(?<!\w)@(r-[0-9a-f]{8})(?!\w)")


@dataclass(frozen=True)
class Mention:
    """Somebody was addressed in a thread, by a reviewer's name or pseudonym."""

    thread_id: int
    project: str
    by: str


def encoded(db: Database, text: str) -> tuple[str, tuple[int, ...]]:
    """The text with pseudonyms for the names after an @, and the reviewers meant, each once.

    The longest name wins; case does not matter. An @ that no name follows stays as it is, but who
    types a pseudonym must not learn whose it is, so that one loses its @.
    """
    people = sorted(_people(db), key=lambda person: -len(person.name or ""))
    text = _PSEUDONYM.sub(r"\1", text)
    if not people:
        return text, ()
    names = "|".join(f"({re.escape(person.name or '')})" for person in people)
    met: dict[int, None] = {}

    def pseudonym(found: re.Match[str]) -> str:
        person = people[(found.lastindex or 0) - 1]
        met[person.id] = None
        return f"@{person.public_id}"

    text = re.sub(rf"(?<!\w)@(?:{names})(?!\w)", pseudonym, text, flags=re.IGNORECASE)
    return text, tuple(met)


def spoken(db: Database, text: str) -> str:
    """A stored text with the names that are known today; who was forgotten stays a pseudonym."""
    names = {person.public_id: person.name for person in _people(db)}
    return _PSEUDONYM.sub(lambda found: f"@{names.get(found[1], found[1])}", text)


def without(text: str) -> str:
    """A stored text that addresses nobody any more."""
    return re.sub(r" {2,}", " ", _PSEUDONYM.sub("", text)).strip(" ,:")


def _people(db: Database) -> list[Reviewer]:
    """Those who can be mentioned: the people of the workspace who were not forgotten."""
    return [person for person in reviewers.humans(db) if person.name]


def note(db: Database, message_id: int, author_id: int, mentioned: tuple[int, ...]) -> None:
    """Keep who is to see a message; nobody calls upon themselves."""
    for reviewer_id in mentioned:
        if reviewer_id != author_id:
            run(
                db,
                "INSERT INTO mentions (message_id, reviewer_id) VALUES (?, ?)",
                (message_id, reviewer_id),
            )


def unseen(db: Database, reviewer_id: int) -> list[Mention]:
    """What still waits to be seen by somebody, one a thread: by its newest mention, that first."""
    rows = many(
        db,
        "SELECT m.thread_id, p.slug AS project, coalesce(r.name, r.public_id) AS by,"
        " max(m.id) AS newest FROM mentions n CROSS JOIN thread_messages m ON m.id = n.message_id"
        " CROSS JOIN threads t ON t.id = m.thread_id"
        " CROSS JOIN comparisons c ON c.id = t.comparison_id"
        " CROSS JOIN projects p ON p.id = c.project_id CROSS JOIN reviewers r"
        " ON r.id = m.reviewer_id"
        " WHERE n.reviewer_id = ? AND n.seen_at IS NULL GROUP BY m.thread_id ORDER BY newest DESC",
        (reviewer_id,),
    )
    return [Mention(row["thread_id"], row["project"], row["by"]) for row in rows]


def see(db: Database, now: datetime, reviewer_id: int, thread_id: int) -> None:
    """This reviewer has seen all that a thread says to them."""
    run(
        db,
        "UPDATE mentions SET seen_at = ? WHERE reviewer_id = ? AND seen_at IS NULL"
        " AND message_id IN (SELECT id FROM thread_messages WHERE thread_id = ?)",
        (iso(now), reviewer_id, thread_id),
    )
