"""A model behind an OpenAI-compatible address, by transformers' own server: `transformers serve`.

The server is a child process that ends with this one. It answers to the model's own name, since it
is started in a folder where that name leads to the weights; those of an adapter are merged first.
"""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from workbench.errors import InvalidInput
from workbench.lifeline import die_with_parent
from workbench.records import Model
from workbench.settings import Workspace

NEEDED = ("fastapi", "uvicorn", "openai", "rich")
PATIENCE = 10.0  # seconds that the server has to end when it is asked to
Say = Callable[[str], None]


def serve(model: Model, workspace: Workspace, host: str, port: int, device: str, say: Say) -> None:
    """Serve until interrupted or terminated. `say` hears the address once it answers.

    Raises InvalidInput for a model that cannot be served, a port that is taken, and a server that
    ends by itself.
    """
    _check(model, host, port)
    _make_hub_cache()
    with _asked_to_end(), _folder(workspace.home / "serving" / str(port)) as folder:
        name = _place(model, folder, say)
        with _server(folder, name, host, port, device) as process:
            try:
                _wait_until_up(process, port, model)
                say(_address(model, name, host, port))
                process.wait()
            except KeyboardInterrupt:
                say("Ended.")
                return
    raise InvalidInput(
        f"The server of “{model.name}” ended by itself (exit code {process.returncode}).",
        remedy="What it said last stands above.",
    )


def _make_hub_cache() -> None:
    """The server lists its models from there too, and stumbles where there is none."""
    from huggingface_hub.constants import HF_HUB_CACHE

    Path(HF_HUB_CACHE).mkdir(parents=True, exist_ok=True)


def _check(model: Model, host: str, port: int) -> None:
    if model.kind == "endpoint":
        raise InvalidInput(f"“{model.name}” is served already, at {model.location}.", field="model")
    missing = [name for name in NEEDED if find_spec(name) is None]
    if missing or not _command().exists():
        raise InvalidInput(
            f"transformers cannot serve here: {', '.join(missing) or _command().name} is missing.",
            remedy="Install what requirements.txt names: pip install 'transformers[serving]'.",
        )
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise InvalidInput(
                f"Port {port} of {host} cannot be used: {error.strerror}.",
                field="port",
                remedy="Give another with --port.",
            ) from error


def _command() -> Path:
    return Path(sys.executable).with_name("transformers")


def _place(model: Model, folder: Path, say: Say) -> str:
    """The name by which the server finds the weights in this folder; a hub id is its own."""
    name = re.sub(r"[^\w.-]+", "-", model.name).strip("-") or "model"
    if model.adapter:
        from workbench.providers.loading import save_merged

        say(f"Merging the adapter of “{model.name}” …")
        save_merged(model, folder / name)
        return name
    if not Path(model.location).is_dir():
        return model.location
    (folder / name).symlink_to(Path(model.location).resolve(), target_is_directory=True)
    return name


@contextmanager
def _folder(path: Path) -> Iterator[Path]:
    """For as long as the block. The port is free, so what a killed server left is nobody's."""
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir(parents=True)
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


@contextmanager
def _server(
    folder: Path, name: str, host: str, port: int, device: str
) -> Iterator["subprocess.Popen[bytes]"]:
    """The server's process, in a group of its own, of which nothing is left after the block."""
    command = [str(_command()), "serve", name, "--host", host, "--port", str(port),
               "--device", device]  # fmt: skip
    process = subprocess.Popen(
        command, cwd=folder, start_new_session=True, preexec_fn=die_with_parent
    )
    try:
        yield process
    finally:
        _end(process)


def _end(process: "subprocess.Popen[bytes]") -> None:
    """Ask the whole group to end, and kill what does not."""
    for sent in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, sent)
            process.wait(PATIENCE)
        except ProcessLookupError:
            return
        except subprocess.TimeoutExpired:
            continue


@contextmanager
def _asked_to_end() -> Iterator[None]:
    """Being terminated is being interrupted, so that the server and its folder go too."""

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _wait_until_up(process: "subprocess.Popen[bytes]", port: int, model: Model) -> None:
    """A large model takes minutes to load, so there is no deadline but the server's own end."""
    while process.poll() is None:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=5).close()
            return
        except (OSError, urllib.error.URLError):
            time.sleep(0.2)


def _address(model: Model, name: str, host: str, port: int) -> str:
    url = f"http://{host}:{port}/v1"
    open_to_all = (
        "" if host in ("127.0.0.1", "localhost")
        else "\nAnyone who reaches this machine can use it: it asks for no key."
    )  # fmt: skip
    return (
        f"“{model.name}” answers at {url} as “{name}”; Ctrl-C ends it.{open_to_all}\n\n"
        f"  curl {url}/chat/completions -H 'Content-Type: application/json' \\\n"
        f'    -d \'{{"model": "{name}", "messages": [{{"role": "user", "content": "Hello"}}]}}\'\n'
    )
