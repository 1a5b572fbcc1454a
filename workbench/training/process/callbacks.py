"""What a run does beside TRL's own steps: it logs, says how far it is, stops at a loss that is no
number, and marks whole checkpoints.
"""

import json
import math
import time
from pathlib import Path
from typing import Any

from transformers import TrainerCallback

from workbench.training.process import checkpoints
from workbench.training.speech import say

EVERY_SECONDS = 0.25


class Log(TrainerCallback):  # type: ignore[misc]
    """Appends what TRL logs to the run's metrics, and tells the steps."""

    def __init__(self, path: Path):
        self.path, self.told = path, 0.0

    def on_step_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        if not state.is_world_process_zero:
            return
        now = time.monotonic()
        if now - self.told >= EVERY_SECONDS or state.global_step == state.max_steps:
            self.told = now
            say(done=state.global_step, total=state.max_steps, note="steps")

    def on_log(
        self, args: Any, state: Any, control: Any, logs: dict[str, Any], **kwargs: Any
    ) -> None:
        for name in ("loss", "grad_norm"):
            if not math.isfinite(float(logs.get(name, 0.0))):
                raise ArithmeticError(f"The {name} is not a number after step {state.global_step}.")
        if not state.is_world_process_zero:
            return
        line = {"step": state.global_step, "steps": state.max_steps, **logs}
        with open(self.path, "a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")


class Whole(TrainerCallback):  # type: ignore[misc]
    """Marks a checkpoint once all of it is written."""

    def on_save(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        if state.is_world_process_zero:
            checkpoints.mark(Path(args.output_dir), state.global_step)


class Seen:
    """A collator that counts the rows that go through it: what this process has worked on."""

    def __init__(self, collator: Any):
        self.collator, self.rows = collator, 0

    def __call__(self, rows: list[Any]) -> Any:
        self.rows += len(rows)
        return self.collator(rows)
