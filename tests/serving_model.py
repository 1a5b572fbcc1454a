"""`transformers serve` with the model that ships: a real OpenAI-compatible server, on the CPU."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from workbench.records import Model
from workbench.settings import REPOSITORY

SERVED = "workbench/starter/model"
DEADLINE = 120.0  # seconds until it must be up; 14 are usual


@contextmanager
def serving_model() -> Iterator[Model]:
    """The starter model behind an endpoint on this machine; its process ends with the block."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [str(Path(sys.executable).with_name("transformers")), "serve", SERVED, "--device",
               "cpu", "--host", "127.0.0.1", "--port", str(port)]  # fmt: skip
    environment = os.environ | {"HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1"}
    process = subprocess.Popen(command, cwd=REPOSITORY, env=environment, stdout=subprocess.DEVNULL)
    try:
        _wait_until_up(process, f"http://127.0.0.1:{port}/health")
        yield Model("starter", "endpoint", f"http://127.0.0.1:{port}/v1", served_as=SERVED)
    finally:
        process.kill()
        process.wait()


def _wait_until_up(process: "subprocess.Popen[bytes]", health: str) -> None:
    deadline = time.monotonic() + DEADLINE
    while True:
        assert process.poll() is None, "transformers serve ended at its start"
        assert time.monotonic() < deadline, f"waited {DEADLINE:.0f} s for transformers serve"
        try:
            urllib.request.urlopen(health, timeout=5).close()
            return
        except (OSError, urllib.error.URLError):
            time.sleep(0.1)
