"""Serving a model from the shell: it answers under its own name, and ends with the command."""

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.asking import GREEDY, requests_of, texts
from tests.conftest import Desk
from tests.running import DEADLINE, until
from tests.test_local_loading import adapter, with_adapter
from workbench import model_serving
from workbench.clock import utc_now
from workbench.demo import starter_model
from workbench.errors import InvalidInput
from workbench.providers.loading import save_merged
from workbench.providers.local import LocalModel
from workbench.records import Model
from workbench.settings import REPOSITORY
from workbench.store import promotions, variants
from workbench.store.promotions import NewPromotion


@pytest.fixture(scope="session")
def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def promoted(desk: Desk) -> Desk:
    """The starter is the project's current model."""

    def write(db: Any) -> None:
        model = variants.ensure_model(db, utc_now(), starter_model())
        promotions.promote(db, utc_now(), desk.project.id, NewPromotion(model.id))

    desk.store.write(write)
    return desk


@contextmanager
def served(desk: Desk, port: int, log: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """`models serve current` as a process, once it says that it answers."""
    home = {"WORKBENCH_HOME": str(desk.store.workspace.home), "HF_HUB_OFFLINE": "1"}
    with open(log, "wb") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "workbench", "models", "serve", "current", "--project", "small",
             "--port", str(port), "--device", "cpu"],
            cwd=REPOSITORY, env=os.environ | home, stdout=said, stderr=said,
        )  # fmt: skip
    try:
        until(lambda: "answers at" in log.read_text() or process.poll() is not None, "the server")
        assert process.poll() is None, log.read_text()[-2000:]
        yield process
    finally:
        process.kill()
        process.wait()


def asked(port: int) -> dict[str, Any]:
    body = {"model": "starter", "max_tokens": 8, "messages": [{"role": "user", "content": "Hi"}]}
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/v1/chat/completions", json.dumps(body).encode(),
        {"Content-Type": "application/json"},
    )  # fmt: skip
    found: dict[str, Any] = json.load(urllib.request.urlopen(request, timeout=60))
    return found


def is_open(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_the_current_model_answers_by_its_name_until_ctrl_c(
    promoted: Desk, tmp_path: Path, free_port: int
) -> None:
    log = tmp_path / "log"
    with served(promoted, free_port, log) as process:
        assert asked(free_port)["choices"][0]["message"]["content"]
        assert f"curl http://127.0.0.1:{free_port}/v1/chat/completions" in log.read_text()
        process.send_signal(signal.SIGINT)
        assert process.wait(DEADLINE) == 0
        assert not is_open(free_port)
        assert not list((promoted.store.workspace.home / "serving").iterdir())


def test_a_server_does_not_outlive_a_command_that_is_killed(
    promoted: Desk, tmp_path: Path, free_port: int
) -> None:
    with served(promoted, free_port, tmp_path / "log") as process:
        process.kill()
        process.wait()
        until(lambda: not is_open(free_port), "the end of the server")


def test_a_merged_adapter_says_what_the_adapted_model_says(tmp_path: Path) -> None:
    model = with_adapter(adapter(tmp_path / "adapter"))
    save_merged(model, tmp_path / "merged")
    merged = Model("merged", "local", str(tmp_path / "merged"))
    requests = requests_of(4)
    assert texts(requests, GREEDY, LocalModel(merged)) == texts(requests, GREEDY, LocalModel(model))


def refused(desk: Desk, model: Model, port: int) -> str:
    with pytest.raises(InvalidInput) as problem:
        model_serving.serve(model, desk.store.workspace, "127.0.0.1", port, "cpu", print)
    return str(problem.value)


def test_what_is_served_elsewhere_is_not_served_again(desk: Desk, free_port: int) -> None:
    there = Model("far", "endpoint", "http://far.example/v1")
    assert refused(desk, there, free_port) == "“far” is served already, at http://far.example/v1."


def test_a_port_that_is_taken_is_named(desk: Desk) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert f"Port {port} of 127.0.0.1 cannot be used" in refused(desk, starter_model(), port)
