"""General abilities: a small set of prompts with checkable answers that no tuning may unlearn.

YAML or JSON lines: `area`, `prompt`, optionally `context` and `reference`, and a `check`, which is
a kind of `checking` with its settings. What ships is `rubrics/general.abilities.yaml`, and for
projects of the starter's cards `rubrics/starter.abilities.yaml`; a project may have its own.
"""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from workbench.checking.case import Case
from workbench.checking.making import kind_of
from workbench.errors import InvalidInput
from workbench.hashing import sha256_json
from workbench.records import Model, Project, Prompt
from workbench.settings import RUBRICS
from workbench.store import abilities
from workbench.store.database import Database

NAME = "general abilities"
GENERAL, STARTER = (RUBRICS / f"{name}.abilities.yaml" for name in ("general", "starter"))
KEYS = {"area", "prompt", "context", "reference", "check"}
LONGEST = 256  # tokens of an answer, where the file names no other number
Json = dict[str, Any]


@dataclass(frozen=True)
class Item:
    """One question, and the check that its answer must pass."""

    area: str
    prompt: str
    check: str
    settings: Json
    context: str | None = None
    reference: str | None = None

    @property
    def sha256(self) -> str:
        """What finds an answer again; an item that changes is another one."""
        return sha256_json([self.prompt, self.context, self.reference, self.check, self.settings])

    @property
    def asked(self) -> Prompt:
        return Prompt(({"role": "user", "content": self.prompt},), context=self.context)

    def passed(self, text: str) -> tuple[bool | None, str]:
        """Whether the answer passes, and a few words on why."""
        case = Case((text,), self.prompt, self.reference)
        found = kind_of(self.check, self.settings).find(case)
        return found.passed, found.note


@dataclass(frozen=True)
class Items:
    title: str
    most_tokens: int
    items: tuple[Item, ...]


def of_project(db: Database, project: Project) -> Items:
    """The project's own, or those that ship for its kind."""
    own = abilities.items(db, project.id)
    if own is not None:
        return items_of("the project's own items", own)
    return shipped(STARTER if project.settings.starter else GENERAL)


@cache
def shipped(path: Path) -> Items:
    return items_of(path.name, read(path))


def read(path: Path) -> Json:
    """A file as plain values, checked: JSON lines if it is called so, else YAML.

    Raises InvalidInput that names the place.
    """
    try:
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".jsonl":
            lines = [json.loads(line) for line in text.splitlines() if line.strip()]
            body: Any = {"title": path.stem, "items": lines}
        else:
            body = yaml.safe_load(text)
    except OSError as error:
        raise InvalidInput(f"{path} cannot be read: {error}", field="file") from error
    except (ValueError, yaml.YAMLError) as error:
        kind = "JSON lines" if path.suffix == ".jsonl" else "YAML"
        raise InvalidInput(f"{path.name} is not valid {kind}: {error}", field="file") from error
    if not isinstance(body, dict):
        raise InvalidInput(f"{path.name}: the file must hold keys and values.", field="file")
    items_of(path.name, body)
    return body


def items_of(name: str, body: Json) -> Items:
    """What a file called `name` holds. Raises InvalidInput."""
    found = body.get("items")
    if not isinstance(found, list) or not found:
        raise InvalidInput(f"{name}: items: must be a list with at least one entry.", field="items")
    made = tuple(_item(f"{name}: items[{at}]", one) for at, one in enumerate(found))
    return Items(str(body.get("title", name)), int(body.get("most_tokens", LONGEST)), made)


def _item(place: str, said: Any) -> Item:
    if not isinstance(said, dict) or not isinstance(said.get("check"), dict):
        raise InvalidInput(f"{place}: needs a check with its kind.", field="check")
    if unknown := sorted(set(said) - KEYS):
        raise InvalidInput(f"{place}: {unknown[0]} is not a known key.", field=unknown[0])
    settings = dict(said["check"])
    kind = str(settings.pop("kind", ""))
    try:
        kind_of(kind, settings)
    except InvalidInput as problem:
        raise InvalidInput(f"{place}: {problem}", field="check") from problem
    if not str(said.get("prompt", "")).strip():
        raise InvalidInput(f"{place}: prompt is missing.", field="prompt")
    texts = {key: str(said[key]) for key in ("context", "reference") if said.get(key) is not None}
    return Item(str(said.get("area", "other")), str(said["prompt"]), kind, settings, **texts)


def results(db: Database, project: Project, model: Model) -> dict[str, bool | None]:
    """By item's hash whether the model's answer passes; None where it gave none, or nothing can be
    said; what it was not asked yet is left out.
    """
    known = abilities.answered(db, model.id)
    items = of_project(db, project).items
    return {i.sha256: known[i.sha256].passed for i in items if i.sha256 in known}
