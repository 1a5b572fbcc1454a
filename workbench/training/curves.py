"""A run's figures as curves: TRL's own, and two that are reckoned from them. Pure.

`drift` is the KL divergence of the model that DPO began with from the tuned one, by its answers:
with log ratios r = log π/π₀ of the pairs' texts, drawn from π₀ where the round's model answered,
KL(π₀‖π) = −E r, and TRL's rewards are β r. `tokens` is the length of a row, from the running sum.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

from workbench.training.methods import METHODS, Curve, Method

Part = Literal["train", "test"]
BETA = 0.1  # TRL's default
Line = dict[str, Any]


@dataclass(frozen=True)
class Point:
    step: int
    value: float
    part: Part


def curves(
    method: Method, lines: Sequence[Line], recipe: Line, rows: int
) -> dict[Curve, list[Point]]:
    """Every curve of the method that has points; those of the test part come with `part` “test”.
    `rows` are those of the train part.
    """
    logged = [line for line in lines if "loss" in line]
    measured = [line for line in lines if "eval_loss" in line]
    found = {
        curve: _points(curve, logged, measured, recipe, rows) for curve in METHODS[method].curves
    }
    return {curve: points for curve, points in found.items() if points}


def _points(
    curve: Curve, logged: list[Line], measured: list[Line], recipe: Line, rows: int
) -> list[Point]:
    if curve.metric == "tokens":
        return _lengths(logged, recipe, rows)
    if curve.metric == "drift":
        return [
            *(Point(line["step"], value, "train") for line in logged
              if (value := _drift(line, "", recipe)) is not None),
            *(Point(line["step"], value, "test") for line in measured
              if (value := _drift(line, "eval_", recipe)) is not None),
        ]  # fmt: skip
    return [
        *(Point(line["step"], float(line[curve.metric]), "train") for line in logged
          if curve.metric in line),
        *(Point(line["step"], float(line[f"eval_{curve.metric}"]), "test") for line in measured
          if f"eval_{curve.metric}" in line),
    ]  # fmt: skip


def _drift(line: Line, prefix: str, recipe: Line) -> float | None:
    chosen, rejected = (line.get(f"{prefix}rewards/{side}") for side in ("chosen", "rejected"))
    if chosen is None or rejected is None:
        return None
    value = -(float(chosen) + float(rejected)) / (2 * float(recipe.get("beta", BETA)))
    return value if math.isfinite(value) else None


def _lengths(logged: list[Line], recipe: Line, rows: int) -> list[Point]:
    """Tokens a row between two lines; the sum begins anew where a run went on."""
    found = []
    for before, line in pairwise(logged):
        tokens = float(line.get("num_tokens", 0)) - float(before.get("num_tokens", 0))
        worked_on = _rows_until(line["step"], recipe, rows)
        worked_on -= _rows_until(before["step"], recipe, rows)
        if tokens > 0 and worked_on > 0:
            found.append(Point(line["step"], tokens / worked_on, "train"))
    return found


def _rows_until(step: int, recipe: Line, rows: int) -> int:
    """An epoch's last step has what is left of them."""
    at_once = (
        int(recipe.get("per_device_train_batch_size", 8))
        * int(recipe.get("gradient_accumulation_steps", 1))
        * int(recipe.get("num_processes", 1))
    )
    epochs, within = divmod(step, max(1, -(-rows // at_once)))
    return epochs * rows + min(within * at_once, rows)


def last(method: Method, lines: Sequence[Line], metric: str) -> float | None:
    """The newest value of one of TRL's figures, of the test part where that was measured."""
    for name in (f"eval_{metric}", metric):
        for line in reversed(lines):
            if name in line:
                return float(line[name])
    return None
