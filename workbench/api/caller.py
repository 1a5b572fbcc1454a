"""Who calls: a bearer token of the deck or an API key of a program, checked at each request."""

import asyncio
from collections.abc import Callable
from typing import Annotated, TypeVar

from fastapi import Depends, Request
from fastapi.openapi.models import HTTPBearer
from fastapi.security.base import SecurityBase

from workbench import signing_in
from workbench.api import tokens
from workbench.clock import utc_now
from workbench.errors import SignedOut
from workbench.records import Reviewer
from workbench.store import Database, Store, reviewers

T = TypeVar("T")


class Caller:
    """Runs functions as the person that a request comes from, role and active flag checked in
    the same transaction. Raises SignedOut or NotAllowed.
    """

    def __init__(self, store: Store, secret: str | None):
        self.store, self.secret = store, secret

    async def write(self, fn: Callable[[Database, Reviewer], T]) -> T:
        future = self.store.submit(lambda db: fn(db, self._person(db)))
        return await asyncio.wrap_future(future)

    async def read(self, fn: Callable[[Database, Reviewer], T]) -> T:
        def within() -> T:
            with self.store.read() as db:
                return fn(db, self._person(db))

        return await asyncio.to_thread(within)

    def _person(self, db: Database) -> Reviewer:
        if not self.secret:
            raise SignedOut("There is no bearer token.", remedy="Send `Authorization: Bearer …`.")
        now = utc_now()
        if self.secret.startswith(reviewers.SECRET_PREFIX):
            found = reviewers.holder(db, now, self.secret, "api_key")
        else:
            found = reviewers.get(db, tokens.reviewer_of(self.store.workspace, self.secret, now))
        return signing_in.require(found, "reviewer")


class _Bearer(SecurityBase):
    """Finds the caller in a request; being a security scheme, it is in the API's schema."""

    model = HTTPBearer(description="A deck's token, or an API key (`wb_…`).")
    scheme_name = "bearer"

    async def __call__(self, request: Request) -> Caller:
        scheme, _, secret = request.headers.get("authorization", "").partition(" ")
        return Caller(request.app.state.store, secret if scheme.lower() == "bearer" else None)


Calling = Annotated[Caller, Depends(_Bearer())]
