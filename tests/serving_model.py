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
from tempfile import TemporaryFile
from typing import IO

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
    with TemporaryFile() as log:
        process = subprocess.Popen(command, cwd=REPOSITORY, env=environment, stdout=log, stderr=log)
        try:
            _wait_until_up(process, f"http://127.0.0.1:{port}/health", log)
            yield Model("starter", "endpoint", f"http://127.0.0.1:{port}/v1", served_as=SERVED)
        finally:
            process.kill()
            process.wait()


def _wait_until_up(process: "subprocess.Popen[bytes]", health: str, log: IO[bytes]) -> None:
    deadline = time.monotonic() + DEADLINE
    while True:
        if process.poll() is not None:
            log.seek(0)
            raise AssertionError(f"transformers serve ended at its start: {log.read()[-2000:]!r}")
        assert time.monotonic() < deadline, f"waited {DEADLINE:.0f} s for transformers serve"
        try:
            urllib.request.urlopen(health, timeout=5).close()
            return
        except (OSError, urllib.error.URLError):
            time.sleep(0.1)
