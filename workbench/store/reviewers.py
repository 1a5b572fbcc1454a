"""Reviewers and what they sign in with. Secrets are stored as SHA-256 only.

Credentials are long random strings, so a plain hash is enough; there is nothing to guess.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from workbench.clock import iso
from workbench.errors import InvalidInput, NotFound
from workbench.hashing import sha256_text
from workbench.records import Reviewer, ReviewerKind, Role
from workbench.store import events
from workbench.store.database import Database, many, one, run, value

SECRET_PREFIX = "wb_"
CredentialKind = Literal["link", "session", "api_key"]


def add(
    db: Database,
    now: datetime,
    name: str,
    *,
    kind: ReviewerKind = "human",
    role: Role = "reviewer",
    imported_from: str | None = None,
    seed: int | None = None,
) -> Reviewer:
    """A new reviewer; its pseudonym and seed are random unless the seed is given.

    Who comes with an import is not active: they judged elsewhere, and are not here.
    """
    if one(db, "SELECT id FROM reviewers WHERE name = ?", (name,)):
        raise InvalidInput(f"There is a reviewer named “{name}” already.", field="name")
    reviewer_id = value(
        db,
        "INSERT INTO reviewers (public_id, name, kind, role, active, seed, imported_from,"
        " created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
        (f"r-{secrets.token_hex(4)}", name, kind, role, int(imported_from is None),
         secrets.randbits(31) if seed is None else seed, imported_from, iso(now)),
    )  # fmt: skip
    events.append(db, now, "reviewer.added", subject_id=reviewer_id, role=role)
    return get(db, int(reviewer_id))


def ensure(
    db: Database,
    now: datetime,
    name: str,
    kind: ReviewerKind,
    *,
    imported_from: str | None = None,
    seed: int | None = None,
) -> Reviewer:
    """The reviewer of this name and kind from this place, added if new."""
    row = one(
        db,
        "SELECT * FROM reviewers WHERE name = ? AND kind = ? AND imported_from IS ?",
        (name, kind, imported_from),
    )
    if row:
        return _reviewer(row)
    return add(db, now, name, kind=kind, imported_from=imported_from, seed=seed)


def get(db: Database, reviewer_id: int) -> Reviewer:
    row = one(db, "SELECT * FROM reviewers WHERE id = ?", (reviewer_id,))
    if row is None:
        raise NotFound(f"There is no reviewer number {reviewer_id}.")
    return _reviewer(row)


def named(db: Database, name: str) -> Reviewer:
    row = one(db, "SELECT * FROM reviewers WHERE name = ? OR public_id = ?", (name, name))
    if row is None:
        raise NotFound(
            f"There is no reviewer “{name}”.",
            remedy="`python -m workbench reviewers list` names them all.",
        )
    return _reviewer(row)


def shown_sides(db: Database) -> list[int]:
    """Who judged here, with one answer shown first: no judge model, and nobody from a file."""
    rows = many(db, "SELECT id FROM reviewers WHERE kind <> 'judge' AND imported_from IS NULL")
    return [row["id"] for row in rows]


def everyone(db: Database) -> list[Reviewer]:
    return [_reviewer(row) for row in many(db, "SELECT * FROM reviewers ORDER BY id")]


def humans(db: Database) -> list[Reviewer]:
    """The people of this workspace; not those whose judgements came with an import."""
    rows = many(
        db,
        "SELECT * FROM reviewers WHERE kind = 'human' AND imported_from IS NULL ORDER BY id",
    )
    return [_reviewer(row) for row in rows]


def set_active(db: Database, now: datetime, reviewer_id: int, active: bool) -> None:
    run(db, "UPDATE reviewers SET active = ? WHERE id = ?", (int(active), reviewer_id))
    kind = "reviewer.resumed" if active else "reviewer.paused"
    events.append(db, now, kind, subject_id=reviewer_id)


@dataclass(frozen=True)
class Pay:
    """What a reviewer costs, in the currency of the project that asks."""

    amount: float
    per: Literal["hour", "item"]


def set_pay(db: Database, now: datetime, reviewer_id: int, pay: Pay | None) -> None:
    run(
        db,
        "UPDATE reviewers SET pay = ?, pay_per = ? WHERE id = ?",
        (pay.amount if pay else None, pay.per if pay else None, reviewer_id),
    )
    events.append(db, now, "reviewer.pay", subject_id=reviewer_id)


def pays(db: Database) -> dict[int, Pay]:
    """Everybody's whose is known."""
    rows = many(db, "SELECT id, pay, pay_per FROM reviewers WHERE pay IS NOT NULL")
    return {row["id"]: Pay(row["pay"], row["pay_per"]) for row in rows}


def forget(db: Database, now: datetime, reviewer_id: int) -> None:
    """Blank the name, revoke every credential, redact free text; the judgements stay."""
    run(
        db,
        "UPDATE reviewers SET name = NULL, active = 0, forgotten_at = ? WHERE id = ?",
        (iso(now), reviewer_id),
    )
    run(
        db,
        "UPDATE credentials SET revoked_at = ? WHERE reviewer_id = ? AND revoked_at IS NULL",
        (iso(now), reviewer_id),
    )
    run(db, "UPDATE judgements SET rationale = '' WHERE reviewer_id = ?", (reviewer_id,))
    run(
        db,
        "UPDATE spans SET note = '' WHERE judgement_id IN"
        " (SELECT id FROM judgements WHERE reviewer_id = ?)",
        (reviewer_id,),
    )
    run(db, "UPDATE skips SET reason = '' WHERE reviewer_id = ?", (reviewer_id,))
    run(db, "DELETE FROM drafts WHERE reviewer_id = ?", (reviewer_id,))
    run(db, "UPDATE thread_messages SET text = '' WHERE reviewer_id = ?", (reviewer_id,))
    run(db, "UPDATE adjudications SET note = '' WHERE reviewer_id = ?", (reviewer_id,))
    run(db, "UPDATE reviews SET note = '' WHERE decided_by = ?", (reviewer_id,))
    run(db, "UPDATE promotions SET despite = '' WHERE reviewer_id = ?", (reviewer_id,))
    events.append(db, now, "reviewer.forgotten", subject_id=reviewer_id)


def issue(
    db: Database, now: datetime, reviewer_id: int, kind: CredentialKind, expires: datetime | None
) -> str:
    """A new secret for this reviewer, returned once and stored hashed.

    Raises InvalidInput for one who came with an import.
    """
    if source := get(db, reviewer_id).imported_from:
        raise InvalidInput(
            f"This reviewer came with an import from {source} and can't sign in.",
            remedy="Add the person: `python -m workbench reviewers add NAME`.",
        )
    secret = f"{SECRET_PREFIX}{secrets.token_urlsafe(32)}"
    run(
        db,
        "INSERT INTO credentials (reviewer_id, kind, sha256, created_at, expires_at)"
        " VALUES (?, ?, ?, ?, ?)",
        (reviewer_id, kind, sha256_text(secret), iso(now), iso(expires) if expires else None),
    )
    events.append(db, now, f"{kind}.issued", subject_id=reviewer_id)
    return secret


def holder(db: Database, now: datetime, secret: str, kind: CredentialKind) -> Reviewer | None:
    """Whose valid credential this is; a link that was used is valid no more."""
    row = _valid(db, now, secret, kind)
    return _reviewer(row) if row else None


def use_link(db: Database, now: datetime, secret: str) -> Reviewer | None:
    """Whose one-time link this is; from now on it is used."""
    row = _valid(db, now, secret, "link")
    if row is None:
        return None
    run(db, "UPDATE credentials SET used_at = ? WHERE id = ?", (iso(now), row["credential_id"]))
    events.append(db, now, "reviewer.signed_in", reviewer_id=row["id"])
    return _reviewer(row)


def revoke(db: Database, now: datetime, secret: str) -> None:
    run(
        db,
        "UPDATE credentials SET revoked_at = ? WHERE sha256 = ? AND revoked_at IS NULL",
        (iso(now), sha256_text(secret)),
    )


def _valid(db: Database, now: datetime, secret: str, kind: CredentialKind) -> dict[str, Any] | None:
    return one(
        db,
        "SELECT r.*, c.id AS credential_id FROM credentials c"
        " JOIN reviewers r ON r.id = c.reviewer_id WHERE c.sha256 = ? AND c.kind = ?"
        " AND c.revoked_at IS NULL AND c.used_at IS NULL"
        " AND (c.expires_at IS NULL OR c.expires_at > ?)",
        (sha256_text(secret), kind, iso(now)),
    )


def _reviewer(row: dict[str, Any]) -> Reviewer:
    return Reviewer(
        id=row["id"],
        public_id=row["public_id"],
        name=row["name"],
        kind=row["kind"],
        role=row["role"],
        active=bool(row["active"]),
        seed=row["seed"],
        imported_from=row["imported_from"],
    )
