"""Recipes: YAML files whose keys are TRL's own; the newest good settings for each size."""

from pathlib import Path
from typing import Any

import yaml

from workbench.errors import InvalidInput

FOLDER = Path(__file__).parent
FEW_PAIRS = 100
OURS = frozenset({"model_name_or_path", "datasets", "output_dir", "dataset_name"})


def names() -> list[str]:
    return sorted(path.stem for path in FOLDER.glob("*.yaml"))


def load_recipe(name_or_path: str) -> dict[str, Any]:
    """The settings of a shipped recipe or of a YAML file of one's own.

    Raises InvalidInput where it sets what the run itself decides.
    """
    shipped = FOLDER / f"{name_or_path}.yaml"
    path = shipped if shipped.exists() else Path(name_or_path)
    if not path.is_file():
        raise InvalidInput(
            f"There is no recipe “{name_or_path}”.",
            field="recipe",
            remedy=f"Give a YAML file, or one of: {', '.join(names())}.",
        )
    try:
        recipe = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise InvalidInput(f"{path.name} is not valid YAML: {error}", field="recipe") from error
    if not isinstance(recipe, dict):
        raise InvalidInput(f"{path.name} must hold keys and values.", field="recipe")
    for key in sorted(OURS & set(recipe)):
        raise InvalidInput(f"{path.name}: {key} is decided by the run.", field=key)
    return {key: _number(value) for key, value in recipe.items()}


def _number(value: Any) -> Any:
    """YAML 1.1 takes 1e-4, without a point, for a text; whoever writes it means a number."""
    if not isinstance(value, str):
        return value
    try:
        return float(value)
    except ValueError:
        return value


def suggest(pairs: int, *, starter: bool, tuned_before: bool) -> str:
    """The shipped recipe that suits a model and a number of pairs."""
    if not starter:
        return "careful"
    return "starter" if tuned_before or pairs >= FEW_PAIRS else "starter-few"
