"""Recipes: YAML files with a method and settings whose keys are TRL's own. Those that ship suit a
size: `tiny` a CPU, `small` one GPU (LoRA), `large` many (FSDP).
"""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self

import yaml

from workbench.errors import InvalidInput
from workbench.training.methods import Method, known

FOLDER = Path(__file__).parent
FEW_PAIRS = 100
OURS = frozenset({"model_name_or_path", "datasets", "output_dir", "dataset_name"})
# What every run wants of TRL, unless its recipe says otherwise; shares are of all steps.
USUAL: dict[str, Any] = {
    "seed": 42,
    "num_processes": 1,
    "logging_steps": 0.025,
    "logging_first_step": True,
    "logging_nan_inf_filter": False,
    "save_strategy": "steps",
    "save_steps": 0.2,
    "save_total_limit": 2,
    "report_to": "none",
    "disable_tqdm": True,
}


@dataclass(frozen=True)
class Recipe:
    """`settings` are TRL's; `about` is the comment that its file begins with."""

    name: str
    method: Method
    settings: dict[str, Any]
    about: str = ""

    @property
    def whole(self) -> dict[str, Any]:
        """With what every run wants."""
        return USUAL | self.settings

    @property
    def processes(self) -> int:
        return int(self.whole["num_processes"])

    @property
    def sharded_over(self) -> int:
        """Over how many processes the weights are spread; a config of one's own is taken to."""
        config = self.whole.get("accelerate_config")
        spread = config not in (None, "single_gpu", "multi_gpu")
        own = self.whole.get("fsdp") or self.whole.get("deepspeed")
        return self.processes if spread or own else 1

    def but(self, **changes: Any) -> Self:
        """The same recipe with some settings changed."""
        return replace(self, settings=self.settings | changes)


def names() -> list[str]:
    return sorted(path.stem for path in FOLDER.glob("*.yaml"))


def load_recipe(name_or_path: str) -> Recipe:
    """A recipe that ships, or a YAML file of one's own.

    Raises InvalidInput where it names no method, or sets what the run itself decides.
    """
    shipped = FOLDER / f"{name_or_path}.yaml"
    path = shipped if shipped.exists() else Path(name_or_path)
    if not path.is_file():
        raise InvalidInput(
            f"There is no recipe “{name_or_path}”.",
            field="recipe",
            remedy=f"Give a YAML file, or one of: {', '.join(names())}.",
        )
    text = path.read_text(encoding="utf-8")
    settings = _settings(path.name, text)
    for key in sorted(OURS & set(settings)):
        raise InvalidInput(f"{path.name}: {key} is decided by the run.", field=key)
    if "method" not in settings:
        raise InvalidInput(
            f"{path.name} names no method.",
            field="method",
            remedy="Begin it with `method: dpo`, or kto, sft or reward.",
        )
    method = known(settings.pop("method"))
    numbers = {key: _number(value) for key, value in settings.items()}
    return Recipe(path.stem, method, numbers, _about(text))


def changed(recipe: Recipe, text: str) -> Recipe:
    """The recipe with changes that are given as YAML. Raises InvalidInput."""
    if not text.strip():
        return recipe
    changes = _settings("Your changes", text)
    for key in sorted((OURS | {"method"}) & set(changes)):
        raise InvalidInput(f"{key} is not changed here.", field=key)
    return recipe.but(**{key: _number(value) for key, value in changes.items()})


def _settings(name: str, text: str) -> dict[str, Any]:
    try:
        recipe = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise InvalidInput(f"{name} is not valid YAML: {error}", field="recipe") from error
    if not isinstance(recipe, dict):
        raise InvalidInput(f"{name} must hold keys and values.", field="recipe")
    return recipe


def _about(text: str) -> str:
    """The comment at the beginning, as one line."""
    lines = text.splitlines()
    end = next((i for i, line in enumerate(lines) if not line.startswith("#")), len(lines))
    return " ".join(line.lstrip("# ").rstrip() for line in lines[:end])


def _number(value: Any) -> Any:
    """YAML 1.1 takes 1e-4, without a point, for a text; whoever writes it means a number."""
    if not isinstance(value, str):
        return value
    try:
        return float(value)
    except ValueError:
        return value


def suggest(method: Method, rows: int, *, starter: bool, tuned_before: bool) -> str:
    """The shipped recipe that suits a method, a model and a number of rows."""
    if not starter:
        return f"{method}-small"
    few = method == "dpo" and rows < FEW_PAIRS and not tuned_before
    return "dpo-tiny-few" if few else f"{method}-tiny"
