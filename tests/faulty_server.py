"""A small OpenAI-compatible server over real HTTP that fails as it is told to.

Each request takes the next behaviour of the script; when the script is over, answers are fine.
"""

import asyncio
import json
import threading
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from tests.serving_app import served

Body = dict[str, Any]
Behaviour = Callable[[Body], Response]
USAGE = {"prompt_tokens": 11, "completion_tokens": 3, "total_tokens": 14}
LOGPROBS = {"content": [{"token": "x", "logprob": -0.5, "bytes": None, "top_logprobs": []}]}


@dataclass
class FaultyServer:
    """`asked` are the bodies of all requests, `keys` their Authorization headers."""

    url: str = ""
    script: deque[Behaviour] = field(default_factory=deque)
    otherwise: Behaviour | None = None
    asked: list[Body] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)

    def plays(self, *script: Behaviour, otherwise: Behaviour | None = None) -> None:
        self.script = deque(script)
        self.otherwise = otherwise

    async def answer(self, request: Request) -> Response:
        body = json.loads(await request.body())
        self.asked.append(body)
        self.keys.append(request.headers.get("authorization", ""))
        behaviour = self.script.popleft() if self.script else self.otherwise or fine()
        return behaviour(body)


@contextmanager
def faulty_server() -> Iterator[FaultyServer]:
    server = FaultyServer()
    with served([Route("/v1/chat/completions", server.answer, methods=["POST"])]) as server.url:
        yield server


# Behaviours


def fine(
    text: str = "Hello there",
    *,
    finish: str | None = "stop",
    usage: bool = True,
    done: bool = True,
    logprobs: bool = False,
    whole: bool = False,
    **message: Any,
) -> Behaviour:
    """Streamed where the request asks for it, unless `whole`."""
    spoken = {"content": text} | message

    def behave(body: Body) -> Response:
        counted = {"usage": USAGE} if usage else {}
        scored = {"logprobs": LOGPROBS} if logprobs else {}
        if whole or not body.get("stream"):
            choice = {"index": 0, "finish_reason": finish, "message": spoken} | scored
            return JSONResponse({"object": "chat.completion", "choices": [choice]} | counted)
        words = [{k: v} for k, v in spoken.items() if v]
        chunks = [_chunk(delta, None, scored) for delta in words]
        if finish:
            chunks.append(_chunk({}, finish, {}))
        if usage:
            chunks.append({"choices": []} | counted)
        lines = [json.dumps(chunk) for chunk in chunks] + (["[DONE]"] if done else [])
        return _stream(lines)

    return behave


def error(
    status: int, body: Any = None, *, headers: dict[str, str] | None = None, **said: Any
) -> Behaviour:
    """`said` is what an OpenAI error says: message, type, code, param; or a `body` of any shape."""
    content = body if body is not None else {"error": {"message": "It went wrong."} | said}
    return lambda _: JSONResponse(content, status, headers)


def plain_error(status: int) -> Behaviour:
    return lambda _: PlainTextResponse("Internal Server Error", status)


def rate_limited(retry_after: str | None = None, **headers: str) -> Behaviour:
    given = {"Retry-After": retry_after} if retry_after else {}
    return error(429, headers=given | headers, message="Slow down.", code="rate_limit_exceeded")


def cut(text: str = "Hel") -> Behaviour:
    """A stream that ends in the middle, without a finish reason."""
    return lambda _: _stream([json.dumps(_chunk({"content": text}, None, {}))])


def garbled() -> Behaviour:
    return lambda _: _stream(['{"choices": [{"del'])


def error_within(**said: Any) -> Behaviour:
    """A stream whose second event is an error."""
    events = [_chunk({"content": "Hel"}, None, {}), {"error": {"message": "Oh."} | said}]
    return lambda _: _stream([json.dumps(event) for event in events])


def stall(after: str = "") -> Behaviour:
    """Says `after`, if anything, and then nothing until the client is gone."""

    async def silence() -> AsyncIterator[str]:
        if after:
            yield _line(json.dumps(_chunk({"content": after}, None, {})))
        await asyncio.Event().wait()

    return lambda _: StreamingResponse(silence(), media_type="text/event-stream")


def slowly(
    words: list[str], go_on: threading.Event, begun: Callable[[], None] = lambda: None
) -> Behaviour:
    """Says the first word, tells that it has begun, and says the others after `go_on` is set."""

    async def speak() -> AsyncIterator[str]:
        yield _line(json.dumps(_chunk({"content": words[0]}, None, {})))
        await asyncio.to_thread(begun)
        await asyncio.to_thread(go_on.wait, 60)
        for word in words[1:]:
            yield _line(json.dumps(_chunk({"content": word}, None, {})))
        yield _line(json.dumps(_chunk({}, "stop", {})))
        yield _line(json.dumps({"choices": [], "usage": USAGE}))

    return lambda _: StreamingResponse(speak(), media_type="text/event-stream")


def rejects(name: str, said: Callable[[str], Behaviour]) -> Behaviour:
    """Fine for a request without that parameter."""
    return lambda body: (said(name) if name in body else fine())(body)


def _chunk(delta: Any, finish: str | None, scored: Any) -> Body:
    choice = {"index": 0, "delta": delta, "finish_reason": finish} | scored
    return {"object": "chat.completion.chunk", "choices": [choice]}


def _stream(lines: list[str]) -> Response:
    async def events() -> AsyncIterator[str]:
        for line in lines:
            yield _line(line)

    return StreamingResponse(events(), media_type="text/event-stream")


def _line(data: str) -> str:
    return f"data: {data}\n\n"
