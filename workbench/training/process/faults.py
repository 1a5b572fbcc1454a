"""From what ended a training to words: what happened, and what to do about it."""

import errno
import shutil
from pathlib import Path
from typing import Any

from workbench.errors import WorkbenchError

FULL_BYTES = 1 << 20  # with less than this left, an error of torch's writer is a full disk
TORCH_WRITES = ("inline_container", "PytorchStreamWriter")
SAYS_FULL = "os error 28"  # safetensors, which is written in Rust
LESS_MEMORY = (
    "Take a smaller per_device_train_batch_size with more gradient_accumulation_steps, a smaller"
    " max_length, or a recipe with LoRA."
)


def explained(problem: BaseException, folder: Path) -> dict[str, Any]:
    """`{error, remedy}` for the line that the job hears."""
    text = f"{type(problem).__name__}: {problem}"
    if isinstance(problem, WorkbenchError):
        return {"error": problem.message, "remedy": problem.remedy}
    if isinstance(problem, ArithmeticError):
        return {"error": str(problem), "remedy": "Lower the learning rate, and look at the rows."}
    if disk_is_full(problem, text, folder):
        return {
            "error": "The disk is full: the run cannot be saved.",
            "remedy": "Make room, and resume the run: it goes on from its last whole checkpoint.",
        }
    if isinstance(problem, MemoryError) or "out of memory" in text or "can't allocate" in text:
        return {"error": f"The memory does not suffice: {problem}", "remedy": LESS_MEMORY}
    if isinstance(problem, KeyboardInterrupt):
        return {"error": "The training was interrupted.", "remedy": "Resume the run."}
    return {"error": text, "remedy": None}


def disk_is_full(problem: BaseException, text: str, folder: Path) -> bool:
    """torch and safetensors do not say so by the error's number."""
    if isinstance(problem, OSError) and problem.errno in (errno.ENOSPC, errno.EDQUOT):
        return True
    writing = any(word in text for word in TORCH_WRITES)
    left = shutil.disk_usage(folder / "checkpoints").free if writing else FULL_BYTES
    return SAYS_FULL in text or left < FULL_BYTES
