"""A simulated endpoint of bounded capacity: `python -m benchmarks.bounded KIND PORT`.

`queue`: 16 work at once, the others wait. `crowded`: 8 at once, and each is slower the more there
are. `limited`: 16 at once, the others get a 429.
"""

import asyncio
import json
import random
import sys

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

SECONDS = 0.25  # an answer, on average
WORKERS = {"queue": 16, "crowded": 8, "limited": 16}
CHUNKS = (
    {"choices": [{"index": 0, "delta": {"content": "Yes."}, "finish_reason": None}]},
    {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}],
     "usage": {"prompt_tokens": 9, "completion_tokens": 2, "total_tokens": 11}},
)  # fmt: skip
BODY = "".join(f"data: {json.dumps(chunk)}\n\n" for chunk in CHUNKS) + "data: [DONE]\n\n"


class Bounded:
    def __init__(self, kind: str):
        self.kind = kind
        self.workers = asyncio.Semaphore(WORKERS[kind])
        self.there = 0

    async def answer(self, _: Request) -> Response:
        if self.kind == "limited" and self.there >= WORKERS["limited"]:
            return JSONResponse({"error": {"message": "Too many.", "code": "busy"}}, 429)
        self.there += 1
        try:
            async with self.workers:
                await asyncio.sleep(self._seconds())
        finally:
            self.there -= 1
        return Response(BODY, media_type="text/event-stream")

    def _seconds(self) -> float:
        crowd = max(0, self.there - WORKERS["crowded"]) if self.kind == "crowded" else 0
        return SECONDS * random.uniform(0.5, 1.5) * (1 + crowd / 20)


if __name__ == "__main__":
    bounded = Bounded(sys.argv[1])
    app = Starlette(routes=[Route("/v1/chat/completions", bounded.answer, methods=["POST"])])
    uvicorn.run(app, port=int(sys.argv[2]), log_level="error")
