"""Checkpoints that a run can go on from: whole ones, and of no later step than its figures."""

import json
import re
import shutil
from pathlib import Path

from workbench.clock import iso, utc_now

WHOLE = "whole"


def mark(folder: Path, step: int) -> None:
    """Everything of this checkpoint is written."""
    (folder / f"checkpoint-{step}" / WHOLE).touch()


def last_whole(folder: Path) -> Path | None:
    """The newest one that was written to its end; those that were not are removed."""
    found = {int(p.name.removeprefix("checkpoint-")): p for p in _all(folder)}
    for step in sorted(found, reverse=True):
        if (found[step] / WHOLE).exists():
            return found[step]
        shutil.rmtree(found[step])
    return None


def _all(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return [p for p in folder.iterdir() if re.fullmatch(r"checkpoint-\d+", p.name)]


def cut_metrics(log: Path, step: int) -> None:
    """What was logged after the step that the run goes on from will be logged again."""
    if not log.exists():
        return
    kept = [
        line for line in log.read_text(encoding="utf-8").split("\n")[:-1] if _step(line) <= step
    ]
    aside = log.with_suffix(".writing")
    aside.write_text("".join(f"{line}\n" for line in kept), encoding="utf-8")
    aside.rename(log)


def note_resumed(log: Path, step: int) -> None:
    """Among the figures stands from which step the run went on, and when."""
    line = {"step": step, "resumed_at": iso(utc_now())}
    with open(log, "a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")


def _step(line: str) -> int:
    return int(json.loads(line)["step"])
