"""A run's `recipe.yaml` as TRL reads it, and what is wrong with it in words."""

import importlib
from dataclasses import fields
from pathlib import Path
from typing import Any, NoReturn

import yaml

from workbench.errors import InvalidInput

# Keys that `trl` hands on to `accelerate launch`; the others must be known to the method.
LAUNCH = frozenset({
    "num_processes", "accelerate_config", "num_machines", "machine_rank", "main_process_ip",
    "main_process_port",
})  # fmt: skip
NOT_NEGATIVE = frozenset({"beta", "learning_rate"})


def parsed(method: str, path: Path) -> tuple[Any, Any, Any, Any]:
    """TRL's script arguments, training config, model config and dataset mixture.

    Raises InvalidInput for a key that TRL does not know, and for a value that it does not take.
    """
    parser = importlib.import_module(f"trl.scripts.{method}").make_parser()
    parser.error = _refuse
    settings: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    known = {one.name: one for kind in parser.dataclass_types for one in fields(kind)}
    for name, value in settings.items():
        if name not in known and name not in LAUNCH | {"env"}:
            raise InvalidInput(
                f"TRL's {method} does not know the setting “{name}”.",
                field=name,
                remedy=f"Its settings are those of `trl {method} --help`.",
            )
        _refuse_text_for_number(name, value, known.get(name))
        _refuse_negative(name, value)
    try:
        found = parser.parse_args_and_config(["--config", str(path)], fail_with_unknown_args=False)
    except (TypeError, ValueError) as error:
        _refuse(str(error))
    return found[0], found[1], found[2], found[3]


def _refuse_text_for_number(name: str, value: Any, setting: Any) -> None:
    """TRL takes them, and stumbles over them in the midst of the training."""
    if setting and isinstance(value, str) and isinstance(setting.default, int | float):
        raise InvalidInput(f"{name} must be a number, not “{value}”.", field=name)


def _refuse_negative(name: str, value: Any) -> None:
    """TRL takes them, and learns the opposite."""
    if name in NOT_NEGATIVE and isinstance(value, int | float) and value < 0:
        raise InvalidInput(f"{name} must not be negative.", field=name)


def _refuse(message: str) -> NoReturn:
    raise InvalidInput(f"TRL refuses the recipe: {message}", field="recipe")
