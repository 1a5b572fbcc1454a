"""A small Batch API over real HTTP: files, batches, and what becomes of them as it is told.

No real one can be had in a test, and none expires or is refused on demand.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from tests.serving_app import served

Body = dict[str, Any]


@dataclass
class BatchServer:
    """`ends` is the status that a batch gets once it was looked at `looks` times; `skip` of its
    requests stay unanswered then, and those of `refused` fail.
    """

    url: str = ""
    ends: str = "completed"
    looks: int = 1
    skip: int = 0
    refused: tuple[str, ...] = ()
    files: dict[str, str] = field(default_factory=dict)
    batches: dict[str, Body] = field(default_factory=dict)

    async def add_file(self, request: Request) -> Response:
        form = await request.form()
        name = f"file-{len(self.files)}"
        self.files[name] = (await form["file"].read()).decode()  # type: ignore[union-attr]
        return JSONResponse({"id": name, "object": "file"})

    async def content(self, request: Request) -> Response:
        return PlainTextResponse(self.files[request.path_params["id"]])

    async def add_batch(self, request: Request) -> Response:
        body = await request.json()
        name = f"batch-{len(self.batches)}"
        self.batches[name] = body | {
            "id": name, "object": "batch", "status": "in_progress", "looked": 0,
        }  # fmt: skip
        return JSONResponse(self.batches[name])

    async def list_batches(self, request: Request) -> Response:
        return JSONResponse({"object": "list", "data": list(self.batches.values()),
                             "has_more": False})  # fmt: skip

    async def look(self, request: Request) -> Response:
        batch = self.batches[request.path_params["id"]]
        batch["looked"] += 1
        if batch["looked"] >= self.looks and batch["status"] == "in_progress":
            self._end(batch)
        return JSONResponse(batch)

    def _end(self, batch: Body) -> None:
        batch["status"] = self.ends
        if self.ends == "failed":
            batch["errors"] = {"object": "list", "data": [{"message": "The file is too large."}]}
            return
        asked = [json.loads(line) for line in self.files[batch["input_file_id"]].splitlines()]
        answered = asked[: len(asked) - self.skip]
        good = [self._result(one) for one in answered if one["custom_id"] not in self.refused]
        bad = [_refusal(one) for one in answered if one["custom_id"] in self.refused]
        bad += [_expired(one) for one in asked[len(answered) :]]
        for name, rows in (("output_file_id", good), ("error_file_id", bad)):
            if rows:
                batch[name] = f"file-{len(self.files)}"
                self.files[batch[name]] = "".join(json.dumps(row) + "\n" for row in rows)

    def _result(self, asked: Body) -> Body:
        question = asked["body"]["messages"][-1]["content"]
        choice = {"index": 0, "finish_reason": "stop",
                  "message": {"role": "assistant", "content": f"Batched: {question}"}}  # fmt: skip
        usage = {"prompt_tokens": 1000, "completion_tokens": 500, "total_tokens": 1500}
        body = {"id": "c", "object": "chat.completion", "created": 0, "model": "m",
                "choices": [choice], "usage": usage}  # fmt: skip
        return {"custom_id": asked["custom_id"], "error": None,
                "response": {"status_code": 200, "body": body}}  # fmt: skip


def _refusal(asked: Body) -> Body:
    body = {"error": {"message": "No such model.", "code": "model_not_found"}}
    return {"custom_id": asked["custom_id"], "error": None,
            "response": {"status_code": 404, "body": body}}  # fmt: skip


def _expired(asked: Body) -> Body:
    error = {"code": "batch_expired", "message": "It was not answered within 24 hours."}
    return {"custom_id": asked["custom_id"], "response": None, "error": error}


@contextmanager
def batch_server() -> Iterator[BatchServer]:
    server = BatchServer()
    routes = [
        Route("/v1/files", server.add_file, methods=["POST"]),
        Route("/v1/files/{id}/content", server.content),
        Route("/v1/batches", server.add_batch, methods=["POST"]),
        Route("/v1/batches", server.list_batches),
        Route("/v1/batches/{id}", server.look),
    ]
    with served(routes) as server.url:
        yield server
