"""Signing in: links work once, secrets lie hashed, roles decide, and forgetting is thorough."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.conftest import START, Clock, Desk
from workbench import signing_in
from workbench.errors import InvalidInput, NotAllowed, SignedOut
from workbench.records import Reviewer, Role
from workbench.store import Store, reviewers
from workbench.store.database import many


def add(store: Store, name: str = "Ann", role: Role = "reviewer", **how: Any) -> signing_in.Added:
    return signing_in.add_reviewer(store, START, name, role, **how)


def holder(store: Store, clock: Clock, secret: str, kind: Any) -> Reviewer | None:
    with store.read() as db:
        return reviewers.holder(db, clock.now, secret, kind)


def test_the_first_person_also_brings_the_owners_link(store: Store) -> None:
    first, second = add(store, "Ann"), add(store, "Ben")
    assert first.owner_link
    assert second.owner_link is None


def test_the_owner_is_alone_until_a_person_is_added(store: Store) -> None:
    def alone() -> bool:
        with store.read() as db:
            return signing_in.owner_is_alone(db)

    store.write(lambda db: signing_in.ensure_owner(db, START))
    store.write(lambda db: reviewers.add(db, START, "robot", kind="simulated"))
    assert alone()
    store.write(lambda db: reviewers.add(db, START, "expert_3", imported_from="MT-Bench"))
    assert alone()
    add(store)
    assert not alone()


def test_who_came_with_an_import_never_gets_a_secret(store: Store) -> None:
    person = store.write(lambda db: reviewers.add(db, START, "expert_3", imported_from="MT-Bench"))
    assert not person.active
    with pytest.raises(InvalidInput, match="import from MT-Bench and can't sign in"):
        store.write(lambda db: reviewers.issue(db, START, person.id, "link", None))


def test_a_link_opens_one_session(store: Store, clock: Clock) -> None:
    link = add(store).link or ""
    session = signing_in.open_session(store, clock.now, link)
    person = holder(store, clock, session, "session")
    assert person is not None
    assert person.name == "Ann"
    with pytest.raises(NotAllowed, match="used before"):
        signing_in.open_session(store, clock.now, link)


@pytest.mark.parametrize(("days", "works"), [(6.9, True), (7, False)])
def test_a_link_is_valid_for_seven_days(
    store: Store, clock: Clock, days: float, works: bool
) -> None:
    link = add(store).link or ""
    clock.pass_by(days=days)
    if works:
        assert signing_in.open_session(store, clock.now, link)
    else:
        with pytest.raises(NotAllowed):
            signing_in.open_session(store, clock.now, link)


def test_a_session_ends_after_thirty_days(store: Store, clock: Clock) -> None:
    session = signing_in.open_session(store, clock.now, add(store).link or "")
    clock.pass_by(days=30)
    assert holder(store, clock, session, "session") is None


@pytest.mark.parametrize("kind", ["session", "link"])
def test_an_api_key_is_an_api_key_only(store: Store, clock: Clock, kind: str) -> None:
    added = add(store, api_key=True)
    assert added.link is None
    assert holder(store, clock, added.api_key or "", "api_key") == added.reviewer
    assert holder(store, clock, added.api_key or "", kind) is None


def test_a_revoked_secret_is_valid_no_more(store: Store, clock: Clock) -> None:
    key = add(store, api_key=True).api_key or ""
    store.write(lambda db: reviewers.revoke(db, START, key))
    assert holder(store, clock, key, "api_key") is None


def test_no_secret_lies_in_the_database(store: Store) -> None:
    added = add(store)
    signing_in.open_session(store, START, added.link or "")
    with store.read() as db:
        tables = [r["name"] for r in many(db, "SELECT name FROM sqlite_master WHERE type='table'")]
        stored = repr([many(db, f"SELECT * FROM [{table}]") for table in tables])
    assert "wb_" not in stored


def test_a_name_is_taken_once(store: Store) -> None:
    add(store, "Ann")
    with pytest.raises(InvalidInput, match="“Ann” already"):
        add(store, "Ann")


@pytest.mark.parametrize(
    ("has", "needs", "allowed"),
    [
        ("reviewer", "reviewer", True),
        ("reviewer", "lead", False),
        ("lead", "lead", True),
        ("lead", "owner", False),
        ("owner", "reviewer", True),
    ],
)
def test_a_role_permits_what_lies_below_it(
    store: Store, has: Role, needs: Role, allowed: bool
) -> None:
    person = add(store, role=has).reviewer
    if allowed:
        assert signing_in.require(person, needs) is person
    else:
        with pytest.raises(NotAllowed, match=f"This is for a {needs}"):
            signing_in.require(person, needs)


def test_who_is_signed_out_or_paused_may_do_nothing(store: Store) -> None:
    with pytest.raises(SignedOut):
        signing_in.require(None, "reviewer")
    person = add(store).reviewer
    store.write(lambda db: reviewers.set_active(db, START, person.id, False))
    with store.read() as db, pytest.raises(NotAllowed, match="paused"):
        signing_in.require(reviewers.get(db, person.id), "reviewer")


def test_forgetting_blanks_the_person_and_keeps_the_judgements(
    make_desk: Callable[..., Desk], clock: Clock
) -> None:
    desk = make_desk()
    desk.add_answers(1)
    desk.open()
    added = add(desk.store, "Ann Brook", api_key=True)
    ann = added.reviewer
    [item] = desk.claim(ann)
    desk.submit(ann, item, rationale="As Ann Brook, I say so", correction={1: "Ann Brook's text"})
    desk.store.write(lambda db: reviewers.forget(db, START, ann.id))
    assert holder(desk.store, clock, added.api_key or "", "api_key") is None
    assert [v["reviewer_id"] for v in desk.counted()] == [ann.id]
    assert desk.rows("SELECT name, active FROM reviewers WHERE id = ?", ann.id) == [
        {"name": None, "active": 0}
    ]
    assert desk.rows("SELECT rationale FROM judgements") == [{"rationale": ""}]
