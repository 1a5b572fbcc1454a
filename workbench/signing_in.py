"""Signing in: links that work once, session cookies, API keys, and the owner of a laptop.

It decides who somebody is and what their role permits; it knows no HTTP and no screens.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from workbench.errors import NotAllowed, SignedOut
from workbench.records import ROLES, Reviewer, Role
from workbench.store import Database, Store, reviewers

OWNER = "owner"
LINK_DAYS = 7
SESSION_DAYS = 30


@dataclass(frozen=True)
class Added:
    """A new reviewer with the secret to hand over; `owner_link` only for the first person."""

    reviewer: Reviewer
    link: str | None
    api_key: str | None
    owner_link: str | None


def ensure_owner(db: Database, now: datetime) -> Reviewer:
    """The person whose laptop this is; made with the workspace."""
    found = next((r for r in reviewers.humans(db) if r.role == "owner"), None)
    return found or reviewers.add(db, now, OWNER, role="owner")


def owner_is_alone(db: Database) -> bool:
    """Whether no other human reviewer exists, so that the owner need not sign in."""
    return len(reviewers.humans(db)) <= 1


def add_reviewer(
    store: Store, now: datetime, name: str, role: Role, *, api_key: bool = False
) -> Added:
    """Add a person; the first one also makes a link for the owner, who must sign in from now."""

    def write(db: Database) -> Added:
        owner, alone = ensure_owner(db, now), owner_is_alone(db)
        person = reviewers.add(db, now, name, role=role)
        expires = now + timedelta(days=LINK_DAYS)
        return Added(
            reviewer=person,
            link=None if api_key else reviewers.issue(db, now, person.id, "link", expires),
            api_key=reviewers.issue(db, now, person.id, "api_key", None) if api_key else None,
            owner_link=reviewers.issue(db, now, owner.id, "link", expires) if alone else None,
        )

    return store.write(write)


def open_session(store: Store, now: datetime, link: str) -> str:
    """Trade a link for a session's secret. Raises NotAllowed for one that is not valid."""

    def write(db: Database) -> str | None:
        person = reviewers.use_link(db, now, link)
        if person is None or not person.active:
            return None
        expires = now + timedelta(days=SESSION_DAYS)
        return reviewers.issue(db, now, person.id, "session", expires)

    session = store.write(write)
    if session is None:
        raise NotAllowed(
            "This link was used before, ran out, or was revoked.",
            remedy="Ask the project's lead for a new one.",
        )
    return session


def require(person: Reviewer | None, role: Role) -> Reviewer:
    """The person, if active and of at least this role. Raises NotAllowed."""
    if person is None:
        raise SignedOut("You are not signed in.", remedy="Open your sign-in link.")
    if not person.active:
        raise NotAllowed("You are paused.", remedy="Ask the project's lead.")
    if ROLES.index(person.role) < ROLES.index(role):
        raise NotAllowed(f"This is for a {role}.", remedy="Ask the project's owner.")
    return person
