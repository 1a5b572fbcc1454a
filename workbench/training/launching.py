"""The process that trains, started and heard by the job: one process, or several under the
launchers that torch and accelerate bring.

It dies with the job , and is ended with all of its own when the job is cancelled.
"""

import os
import queue
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from importlib.resources import files
from pathlib import Path
from threading import Thread
from typing import Any

import yaml

from workbench.devices import CPU, apart
from workbench.errors import InvalidInput, JobFailed
from workbench.jobs import MEMORY, Report
from workbench.lifeline import die_with_parent
from workbench.settings import REPOSITORY
from workbench.training.folder import read
from workbench.training.speech import LOOK, heard

MODULE = "workbench.training.process"
LOOK_SECONDS = 0.25
GRACE_SECONDS = 10.0
KEPT_LINES = 20


def run(folder: Path, report: Report) -> None:
    """Train what the folder says.

    Raises InvalidInput for what the process refuses, JobFailed if it ends without a model, and what
    `report` raises when the job is to stop.
    """
    recipe = _recipe(folder)
    _watch(command(folder, recipe), recipe, folder, report)


def look(folder: Path, report: Report) -> None:
    """Only look at the rows and the machine, in one process; raises as `run`."""
    recipe = _recipe(folder) | {"num_processes": 1, "accelerate_config": None}
    _watch([*command(folder, recipe), LOOK], recipe, folder, report)


def _recipe(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((folder / "recipe.yaml").read_text(encoding="utf-8"))
    return found


def _watch(words: list[str], recipe: dict[str, Any], folder: Path, report: Report) -> None:
    told = read(folder, "run.json")
    child = subprocess.Popen(
        words,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        env=environment(recipe, told["device"]),
        cwd=REPOSITORY,
        start_new_session=True,
        preexec_fn=die_with_parent,
    )
    try:
        said, last = _follow(child, report)
    finally:
        _end(child)
    if said or child.returncode:
        raise _failure(said, last, child.returncode)


def command(folder: Path, recipe: dict[str, Any]) -> list[str]:
    """One process by Python itself; several by torch's launcher, or by accelerate's where the
    recipe names one of its configs.
    """
    count = int(recipe["num_processes"])
    if config := recipe.get("accelerate_config"):
        launcher = ["accelerate.commands.launch", "--config_file", _accelerate(config),
                    "--num_processes", str(count), "-m"]  # fmt: skip
    elif count > 1:
        launcher = ["torch.distributed.run", "--standalone", "--nproc_per_node", str(count), "-m"]
    else:
        launcher = []
    return [sys.executable, "-u", "-m", *launcher, MODULE, str(folder)]


def _accelerate(config: str) -> str:
    """A file of one's own, or one of those that TRL ships."""
    if Path(config).is_file():
        return str(Path(config).resolve())
    shipped = Path(str(files("trl"))) / "accelerate_configs"
    known = sorted(path.stem for path in shipped.glob("*.yaml"))
    if config not in known:
        raise InvalidInput(
            f"There is no accelerate config “{config}”.",
            field="accelerate_config",
            remedy=f"Give a file, or one of: {', '.join(known)}.",
        )
    return str(shipped / f"{config}.yaml")


def environment(recipe: dict[str, Any], device: str) -> dict[str, str]:
    """The app's, with what the recipe sets, and only the devices of this run to be seen.

    Without the job's rule for memory: giving each large array back costs a training a tenth.
    """
    own = {key: str(value) for key, value in recipe.get("env", {}).items()}
    inherited = {key: value for key, value in os.environ.items() if key not in MEMORY}
    if device == CPU:
        return inherited | own
    visible = os.environ.get("CUDA_VISIBLE_DEVICES", "").split(",")
    numbers = [int(one.removeprefix("gpu-")) for one in apart(device)]
    names = [visible[n] if visible != [""] else str(n) for n in numbers]
    return inherited | own | {"CUDA_VISIBLE_DEVICES": ",".join(names)}


def _follow(child: subprocess.Popen[str], report: Report) -> tuple[dict[str, Any], deque[str]]:
    """Pass on what it says until it ends: its error, if it named one, and its last lines."""
    failed: dict[str, Any] = {}
    last: deque[str] = deque(maxlen=KEPT_LINES)
    told: tuple[int, int, str] = (0, 1, "starting")
    for line in _lines(child):
        said = heard(line) if line else None
        if said is None:
            if line.strip():
                print(line, end="", flush=True)
                last.append(line)
        elif "error" in said:
            failed = failed or said
        else:
            told = (said["done"], said["total"], said["note"])
        report(*told)
    return failed, last


def _lines(child: subprocess.Popen[str]) -> Iterator[str]:
    """Its lines as they come, and "" whenever none has come for a while."""
    found: queue.Queue[str | None] = queue.Queue()

    def read_all() -> None:
        assert child.stdout is not None
        for line in child.stdout:
            found.put(line)
        found.put(None)

    Thread(target=read_all, daemon=True).start()
    while True:
        try:
            line = found.get(timeout=LOOK_SECONDS)
        except queue.Empty:
            yield ""
            continue
        if line is None:
            child.wait()
            return
        yield line


def _end(child: subprocess.Popen[str]) -> None:
    """End it and all that it started: politely, then not."""
    for number, grace in ((signal.SIGTERM, GRACE_SECONDS), (signal.SIGKILL, None)):
        if child.poll() is not None:
            break
        with suppress(ProcessLookupError):
            os.killpg(child.pid, number)
        with suppress(subprocess.TimeoutExpired):
            child.wait(grace)
    with suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)  # those that outlived their launcher


def _failure(said: dict[str, Any], last: deque[str], code: int) -> Exception:
    if said:
        return InvalidInput(said["error"], field="run", remedy=said.get("remedy"))
    if code in (-signal.SIGKILL, 128 + signal.SIGKILL):
        return JobFailed(
            "The process that trained was killed, as the system does when memory runs out.",
            remedy="Resume the run, or take a recipe that needs less memory.",
        )
    words = "".join(last).strip().splitlines()
    return JobFailed(
        f"The process that trained ended with code {code}: {words[-1] if words else 'no word'}",
        remedy="The job's log says more.",
    )
