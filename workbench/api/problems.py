"""Errors in one shape: `{error: {code, message, field?, remedy?}}`, whatever went wrong."""

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from workbench.errors import (
    InvalidInput,
    NeverHeld,
    NotAllowed,
    NotFound,
    SignedOut,
    WorkbenchError,
)

STATUS: tuple[tuple[type[WorkbenchError], int], ...] = (
    (SignedOut, 401),
    (NotAllowed, 403),
    (NotFound, 404),
    (NeverHeld, 409),
    (InvalidInput, 422),
)


def handle(api: FastAPI) -> None:
    api.add_exception_handler(WorkbenchError, _show_error)
    api.add_exception_handler(RequestValidationError, _show_bad_request)
    api.add_exception_handler(HTTPException, _show_http_error)


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
    answer = _error(error.status_code, code, str(error.detail), None, None)
    answer.headers.update(error.headers or {})
    return answer


def _error(
    status: int, code: str, message: str, field: str | None, remedy: str | None
) -> JSONResponse:
    body = {"code": code, "message": message, "field": field, "remedy": remedy}
    present = {key: text for key, text in body.items() if text is not None}
    return JSONResponse({"error": present}, status_code=status)
