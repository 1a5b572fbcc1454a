"""What went wrong at an endpoint, told by status and error code, never by the words of a message.

It knows the exceptions of the openai client and nothing of retries; `key` is taken out of every
text, as some servers repeat it.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from email.utils import parsedate_to_datetime

import openai

from workbench.clock import utc_now
from workbench.providers import FailureCode
from workbench.records import Model

OVERLOADED = {502, 503, 504, 520, 521, 522, 523, 524, 529}  # 5xx that tend to pass
WIDE = {401, 402, 404}  # statuses that say nothing about the request itself
LONGEST = 300  # characters of a server's own words


class CutStream(Exception):
    """The answer ended before its end, or was none."""


@dataclass(frozen=True)
class Fault:
    """`kind` tells whether two are the same; a `stubborn` one that comes three times in a row will
    not pass; a `wide` one would hit every request.
    """

    code: FailureCode
    message: str
    kind: tuple[object, ...]
    retry_after: float | None = None
    stubborn: bool = False
    wide: bool = False

    @property
    def passing(self) -> bool:
        return self.code in ("rate_limited", "transient")


class Faulty(Exception):
    """A fault on its way up; it carries no trace of the request that it is about."""

    def __init__(self, fault: Fault):
        super().__init__(fault.message)
        self.fault = fault


def fault_of(error: Exception, model: Model, key: str) -> Fault:
    """`error` is one of the openai client's, a TimeoutError or a CutStream."""
    fault = _fault(error, model)
    words = fault.message.replace(key, "…") if key else fault.message
    kind = (*fault.kind, words) if fault.code == "permanent" and not fault.wide else fault.kind
    return replace(fault, message=words, kind=kind)


def _fault(error: Exception, model: Model) -> Fault:
    if isinstance(error, openai.APIStatusError):
        return _of_status(error.status_code, error, model)
    if isinstance(error, TimeoutError | openai.APITimeoutError):
        return Fault("transient", "The endpoint stopped answering.", ("stall",), wide=True)
    if isinstance(error, openai.APIConnectionError):
        said = f"The connection to {model.location} failed."
        return Fault("transient", said, ("connection",), wide=True)
    if isinstance(error, openai.APIError) and error.body is not None:  # sent within a stream
        code = error.code or ""
        return _of_status(int(code) if code.isdigit() else 500, error, model)
    return Fault("transient", "The answer was cut off.", ("cut",))


def _of_status(status: int, error: openai.APIError, model: Model) -> Fault:
    kind = (status, error.code, error.type)
    said = f"The endpoint answered {status}: {_words(error)}"
    if error.code == "content_filter":
        return Fault("content_filter", said, kind)
    if error.code == "context_length_exceeded":
        return Fault("prompt_too_long", said, kind)
    if "insufficient_quota" in (error.code, error.type):
        remedy = "The account has no credit left: add some, then start again."
        return Fault("permanent", f"{said} {remedy}", kind, wide=True)
    if status == 429 or error.code == "rate_limit_exceeded":
        return Fault("rate_limited", said, kind, _retry_after(error), wide=True)
    if status in (408, 409) or status >= 500:
        stubborn = status >= 500 and status not in OVERLOADED
        return Fault("transient", said, kind, _retry_after(error), stubborn=stubborn)
    remedy = _remedy(status, model)
    return Fault("permanent", f"{said} {remedy}", kind, wide=status in WIDE)


def _remedy(status: int, model: Model) -> str:
    name = model.served_as or model.name
    key = f"The key in {model.key_variable} is not accepted: check it."
    no_key = "The endpoint wants a key: name its environment variable in the model."
    remedies = {
        400: f"Check that the endpoint serves “{name}” and takes these sampling settings.",
        401: key if model.key_variable else no_key,
        402: "The account has no credit left: add some, then start again.",
        403: f"The key may not use “{name}”, or the endpoint does not want this prompt.",
        404: f"Check the base URL {model.location} (most end in /v1) and the name “{name}”.",
        422: "Check the sampling settings: the endpoint does not take one of them.",
    }
    return remedies.get(status, "Check the model's settings.")


def _words(error: openai.APIError) -> str:
    """The server's own words, whatever shape its body has."""
    body = error.body
    if isinstance(body, dict):
        body = body.get("message") or body.get("detail") or body
    return str(body or error.message).strip()[:LONGEST]


def _retry_after(error: openai.APIError) -> float | None:
    """Seconds; a date is read by the server's own clock, where it says its time."""
    response = getattr(error, "response", None)
    if response is None:
        return None
    given = response.headers.get("retry-after", "")
    milliseconds = _number(response.headers.get("retry-after-ms", ""))
    seconds = milliseconds / 1000 if milliseconds is not None else _number(given)
    if seconds is None and (moment := _date(given)):
        now = _date(response.headers.get("date", "")) or utc_now()
        seconds = (moment - now).total_seconds()
    return seconds if seconds is not None and 0 < seconds < float("inf") else None


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _date(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else None
