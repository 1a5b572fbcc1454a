"""Rubrics and tag taxonomies: YAML in, plain checked values out.

A problem names the file, the key and what is wrong. Nothing here is stored; a project keeps
a snapshot of what was loaded, so that later edits of a file do not change past judgements.
"""

from pathlib import Path
from typing import Any

import yaml

from workbench.errors import InvalidInput
from workbench.settings import RUBRICS

_CRITERION_KEYS = {
    "key",
    "title",
    "question",
    "min",
    "max",
    "anchors",
    "required",
    "more_is_better",
}
_CATEGORY_KEYS = {
    "key", "title", "description", "severity", "hotkey", "subtypes", "hallucination"
}  # fmt: skip
_SUBTYPE_KEYS = {"key", "title", "description"}


def available(kind: str) -> list[str]:
    """The names of what ships; `kind` is `rubric` or `taxonomy`."""
    return sorted(p.name.removesuffix(f".{kind}.yaml") for p in RUBRICS.glob(f"*.{kind}.yaml"))


def load_rubric(name_or_path: str) -> dict[str, Any]:
    """`{slug, title, criteria: [{key, title, question, min, max, anchors, required}]}`; of which
    more is not better, `more_is_better` is false, and it guards no promotion.
    """
    path = _find(name_or_path, "rubric")
    value = _read(path)
    value["criteria"] = [
        _criterion(path, i, c) for i, c in enumerate(_list(path, value, "criteria"))
    ]
    _unique(path, "criteria", [c["key"] for c in value["criteria"]])
    return {"slug": path.name.split(".")[0], "title": value.get("title", path.stem)} | {
        "criteria": value["criteria"]
    }


def load_taxonomy(name_or_path: str) -> dict[str, Any]:
    """`{slug, title, categories: [{key, title, description, severity, hotkey, subtypes}]}`; those
    that are hallucinations have `hallucination`. A subtype is `{key, title, description}`.
    """
    path = _find(name_or_path, "taxonomy")
    value = _read(path)
    categories = [_category(path, i, c) for i, c in enumerate(_list(path, value, "categories"))]
    _unique(path, "categories", [c["key"] for c in categories])
    _unique(path, "hotkeys", [c["hotkey"] for c in categories])
    return {
        "slug": path.name.split(".")[0],
        "title": value.get("title", path.stem),
        "categories": categories,
    }


def _find(name_or_path: str, kind: str) -> Path:
    shipped = RUBRICS / f"{name_or_path}.{kind}.yaml"
    path = shipped if shipped.exists() else Path(name_or_path)
    if not path.is_file():
        raise InvalidInput(
            f"There is no {kind} “{name_or_path}”.",
            field=kind,
            remedy=f"Give a YAML file, or one of: {', '.join(available(kind))}.",
        )
    return path


def _read(path: Path) -> dict[str, Any]:
    try:
        value = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise InvalidInput(f"{path.name} is not valid YAML: {error}") from error
    if not isinstance(value, dict):
        raise InvalidInput(f"{path.name}: the file must hold keys and values.")
    return value


def _list(path: Path, value: dict[str, Any], key: str) -> list[Any]:
    found = value.get(key)
    if not isinstance(found, list) or not found:
        raise InvalidInput(
            f"{path.name}: {key}: must be a list with at least one entry.", field=key
        )
    return found


def _criterion(path: Path, index: int, value: Any) -> dict[str, Any]:
    place = f"{path.name}: criteria[{index}]"
    _keys(place, value, _CRITERION_KEYS, required={"key", "question", "min", "max"})
    low, high = value["min"], value["max"]
    if not (isinstance(low, int) and isinstance(high, int) and 0 <= low < high <= 9):
        raise InvalidInput(f"{place}: min and max must be whole numbers, 0 ≤ min < max ≤ 9.")
    given = value.get("anchors") or {}
    if not isinstance(given, dict):
        raise InvalidInput(f"{place}: anchors: must hold scores and what they mean.")
    anchors = {str(k): str(v) for k, v in given.items()}
    strange = [k for k in anchors if k not in {str(i) for i in range(low, high + 1)}]
    if strange:
        raise InvalidInput(f"{place}: anchors: {strange[0]} is not on the scale {low}–{high}.")
    return {
        "key": str(value["key"]),
        "title": str(value.get("title", value["key"])),
        "question": str(value["question"]),
        "min": low,
        "max": high,
        "anchors": anchors,
        "required": bool(value.get("required", False)),
        **({} if value.get("more_is_better", True) else {"more_is_better": False}),
    }


def _category(path: Path, index: int, value: Any) -> dict[str, Any]:
    place = f"{path.name}: categories[{index}]"
    _keys(place, value, _CATEGORY_KEYS, required={"key", "title", "hotkey"})
    hotkey = str(value["hotkey"])
    if len(hotkey) != 1 or not hotkey.isalpha() or hotkey in "rc":
        raise InvalidInput(f"{place}: hotkey: must be one letter other than r and c.")
    return {
        "key": str(value["key"]),
        "title": str(value["title"]),
        "description": str(value.get("description", "")),
        "severity": bool(value.get("severity", False)),
        "hotkey": hotkey,
        "subtypes": [_subtype(place, i, s) for i, s in enumerate(value.get("subtypes") or [])],
        **({"hallucination": True} if value.get("hallucination", False) else {}),
    }


def _subtype(place: str, index: int, value: Any) -> dict[str, str]:
    place = f"{place}: subtypes[{index}]"
    _keys(place, value, _SUBTYPE_KEYS, required={"key", "title"})
    return {key: str(value.get(key, "")) for key in ("key", "title", "description")}


def _keys(place: str, value: Any, known: set[str], required: set[str]) -> None:
    if not isinstance(value, dict):
        raise InvalidInput(f"{place}: must hold keys and values.")
    for key in sorted(required - set(value)):
        raise InvalidInput(f"{place}: {key} is missing.", field=key)
    for key in sorted(set(map(str, value)) - known):
        raise InvalidInput(f"{place}: {key} is not a known key.", field=key)


def _unique(path: Path, what: str, keys: list[str]) -> None:
    for key in keys:
        if keys.count(key) > 1:
            raise InvalidInput(f"{path.name}: {what}: {key} appears twice.")
