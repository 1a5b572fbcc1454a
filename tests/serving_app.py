"""A Starlette app over real HTTP, in a thread of its own, on a free port."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from starlette.applications import Starlette
from starlette.routing import Route


@contextmanager
def served(routes: list[Route]) -> Iterator[str]:
    """The URL of the app's `/v1`."""
    config = uvicorn.Config(
        Starlette(routes=routes), port=0, log_level="error", date_header=False, lifespan="off"
    )
    runner = uvicorn.Server(config)
    thread = threading.Thread(target=runner.run, daemon=True)
    thread.start()
    while not runner.started:
        time.sleep(0.005)
    try:
        yield f"http://127.0.0.1:{runner.servers[0].sockets[0].getsockname()[1]}/v1"
    finally:
        runner.should_exit = runner.force_exit = True
        thread.join()
