"""The devices of this machine that models run on, found without torch, which no screen may load.

It knows NVIDIA's device files alone: on any other accelerator a job counts as one for the CPU.
"""

import os
import re
import subprocess
from pathlib import Path

CPU = "cpu"


def gpus() -> tuple[str, ...]:
    """“gpu-0”, “gpu-1”, … as CUDA numbers them here; without what CUDA_VISIBLE_DEVICES hides."""
    nodes = [p for p in Path("/dev").glob("nvidia*") if re.fullmatch(r"nvidia\d+", p.name)]
    visible = os.environ.get("CUDA_VISIBLE_DEVICES")
    count = len(nodes)
    if visible is not None:
        count = min(
            count, len([one for one in visible.split(",") if one.strip() not in ("", "-1")])
        )
    return tuple(f"gpu-{i}" for i in range(count))


def usual() -> str:
    """Where one model runs: the first GPU, or the CPU."""
    return next(iter(gpus()), CPU)


def together(devices: tuple[str, ...]) -> str:
    """The resource of a job that takes all of them."""
    return "+".join(sorted(devices))


def apart(resource: str) -> list[str]:
    """The single resources of a job, always in one order, so that two jobs never wait crosswise."""
    return sorted(resource.split("+"))


def label(device: str) -> str:
    """“GPU 0: NVIDIA H200, 139 GiB” where the driver tells, else its number."""
    if device == CPU:
        return f"CPU, {os.cpu_count()} cores"
    number = device.removeprefix("gpu-")
    told = _driver_says().get(number)
    return f"GPU {number}: {told}" if told else f"GPU {number}"


def gpu_memory() -> dict[str, int]:
    """Bytes of memory of each GPU that the driver tells of."""
    said = _ask("memory.total")
    return {f"gpu-{number}": int(mib) << 20 for number, mib in said.items() if mib.isdigit()}


def _driver_says() -> dict[str, str]:
    names, sizes = _ask("name"), _ask("memory.total")
    return {
        number: f"{name}, {int(sizes[number]) / 1024:.0f} GiB"
        for number, name in names.items()
        if sizes.get(number, "").isdigit()
    }


def _ask(what: str) -> dict[str, str]:
    """GPU number → what nvidia-smi says; nothing where it is missing or fails."""
    command = ["nvidia-smi", f"--query-gpu=index,{what}", "--format=csv,noheader,nounits"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=10, check=True)
    except (OSError, subprocess.SubprocessError):
        return {}
    lines = (line.split(",", 1) for line in done.stdout.splitlines() if "," in line)
    return {number.strip(): said.strip() for number, said in lines}
