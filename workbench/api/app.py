"""The FastAPI app: identity from a bearer token or key, errors in one shape, the routes."""

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

import workbench
from workbench import judging, signing_in
from workbench.api import tokens
from workbench.api.shapes import ClaimBody, DraftBody, JudgementBody, ReleaseBody, item_json
from workbench.clock import utc_now
from workbench.errors import (
    InvalidInput,
    NeverHeld,
    NotAllowed,
    NotFound,
    SignedOut,
    WorkbenchError,
)
from workbench.records import Reviewer
from workbench.settings import ProjectSettings
from workbench.store import Database, Store, leases, projects, reviewers

T = TypeVar("T")
STATUS: tuple[tuple[type[WorkbenchError], int], ...] = (
    (SignedOut, 401),
    (NotAllowed, 403),
    (NotFound, 404),
    (NeverHeld, 409),
    (InvalidInput, 422),
)


def build(store: Store) -> FastAPI:
    """The API on one store, whose writer thread must run."""
    api = FastAPI(
        title="The workbench", version=workbench.__version__, docs_url=None, redoc_url=None
    )
    api.add_exception_handler(WorkbenchError, _show_error)
    api.add_exception_handler(RequestValidationError, _show_bad_request)
    api.add_exception_handler(HTTPException, _show_http_error)
    _add_routes(api, store)
    return api


def _add_routes(api: FastAPI, store: Store) -> None:
    @api.get("/projects/{slug}")
    async def project(slug: str, request: Request) -> dict[str, Any]:
        """What a reviewer needs to know to judge: rubric, taxonomy, guidelines."""

        def read(db: Database, person: Reviewer) -> dict[str, Any]:
            found = projects.get(db, slug)
            return {
                "slug": found.slug,
                "title": found.title,
                "rubric": found.rubric,
                "taxonomy": found.taxonomy,
                "guidelines": {"version": found.guidelines_version, "text": found.guidelines},
                "judging": ProjectSettings.from_json(found.settings).judging,
            }

        return await _as(store, request, read)

    @api.post("/projects/{slug}/claim")
    async def claim(slug: str, body: ClaimBody, request: Request) -> dict[str, Any]:
        """Lease comparisons; those that this tab holds already come first."""

        def write(db: Database, person: Reviewer) -> dict[str, Any]:
            found, now = projects.get(db, slug), utc_now()
            items = judging.claim(db, found, person, body.tab, body.count, now)
            open_now = leases.open_work(db, found.id, person.id, 1000)
            return {"items": [item_json(item) for item in items], "open": open_now}

        return await _as(store, request, write)

    @api.post("/judgements")
    async def judge(body: JudgementBody, request: Request) -> dict[str, bool]:
        """Store a verdict, once; a second one for the same item is a revision."""

        def write(db: Database, person: Reviewer) -> dict[str, bool]:
            return vars(judging.submit(db, person, body.submission(), utc_now()))

        return await _as(store, request, write)

    @api.put("/drafts/{item_id}")
    async def draft(item_id: str, body: DraftBody, request: Request) -> dict[str, bool]:
        """Keep a partial judgement and renew the lease."""

        def write(db: Database, person: Reviewer) -> dict[str, bool]:
            judging.save_draft(db, person, item_id, body.draft, utc_now())
            return {"saved": True}

        return await _as(store, request, write)

    @api.post("/leases/release")
    async def release(body: ReleaseBody, request: Request) -> dict[str, int]:
        """Give back items that will not be judged now."""
        return await _as(
            store,
            request,
            lambda db, person: {"released": judging.release(db, person, body.item_ids)},
        )


async def _as(store: Store, request: Request, fn: Callable[[Database, Reviewer], T]) -> T:
    """Run `fn` in one write, as the person that the request comes from."""
    scheme, _, secret = request.headers.get("authorization", "").partition(" ")

    def write(db: Database) -> T:
        if scheme.lower() != "bearer" or not secret:
            raise SignedOut("There is no bearer token.", remedy="Send `Authorization: Bearer …`.")
        return fn(db, signing_in.require(_person(store, db, secret), "reviewer"))

    return await asyncio.wrap_future(store.submit(write))


def _person(store: Store, db: Database, secret: str) -> Reviewer | None:
    if secret.startswith(reviewers.SECRET_PREFIX):
        return reviewers.holder(db, utc_now(), secret, "api_key")
    return reviewers.get(db, tokens.reviewer_of(store.workspace, secret, utc_now()))


async def _show_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, WorkbenchError)
    status = next((code for kind, code in STATUS if isinstance(error, kind)), 500)
    return _error(status, error.code, error.message, error.field, error.remedy)


async def _show_bad_request(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"] if part != "body")
    return _error(422, "invalid", f"{place or 'The body'}: {first['msg']}.", place or None, None)


async def _show_http_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    code = "not_found" if error.status_code == 404 else "error"
    return _error(error.status_code, code, str(error.detail), None, None)


def _error(
    status: int, code: str, message: str, field: str | None, remedy: str | None
) -> JSONResponse:
    body = {"code": code, "message": message, "field": field, "remedy": remedy}
    present = {key: text for key, text in body.items() if text is not None}
    return JSONResponse({"error": present}, status_code=status)
