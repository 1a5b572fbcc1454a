"""The models that a workspace knows: what may be entered, and how it is found by its name."""

import os
from datetime import datetime
from pathlib import Path

from workbench.errors import InvalidInput, NotFound
from workbench.fingerprint import model_fingerprint
from workbench.generation.models import check_url
from workbench.generation.names import check_name
from workbench.records import Model
from workbench.store import Store, variants


def local(location: str, name: str | None = None, adapter: str | None = None) -> Model:
    """A folder or hub id, with an adapter or without."""
    where, over = _place(location), _place(adapter) if adapter else None
    folder = Path(location).expanduser()
    usual = folder.name if folder.is_dir() else location
    name = name or (f"{usual} + {Path(adapter).name}" if adapter else usual)
    return Model(name, "local", where, model_fingerprint(where, over), adapter=over)


def _place(location: str) -> str:
    """A folder by its whole path; anything else is a hub id."""
    folder = Path(location).expanduser()
    return str(folder.resolve()) if folder.is_dir() else location


def endpoint(
    name: str, url: str, served_as: str | None = None, key_variable: str | None = None,
    most_at_once: int | None = None,
) -> Model:  # fmt: skip
    """An OpenAI-compatible endpoint. Raises InvalidInput for an address that is none."""
    if key_variable and not key_variable.isidentifier():
        raise InvalidInput(
            f"“{key_variable[:4]}…” is no name of an environment variable.",
            field="key_variable",
            remedy="Give the variable's name, such as OPENAI_API_KEY, and not the key itself.",
        )
    return Model(
        name=name,
        kind="endpoint",
        location=check_url(url),
        served_as=served_as or name,
        key_variable=key_variable or None,
        most_at_once=most_at_once,
    )


def add(store: Store, model: Model, now: datetime) -> Model:
    """Raises InvalidInput where the name stands for another model already."""
    check_name(model.name)
    stored = store.write(lambda db: variants.ensure_model(db, now, model))
    if _what(stored) != _what(model):
        raise InvalidInput(
            f"“{model.name}” is another model already.",
            field="name",
            remedy="Give this one another name.",
        )
    return stored


def _what(model: Model) -> tuple[object, ...]:
    return (model.kind, model.location, model.adapter, model.served_as, model.key_variable,
            model.most_at_once, model.fingerprint)  # fmt: skip


def key_is_set(variable: str) -> bool:
    """Whether the process that asks now has this environment variable; its value stays there."""
    return bool(os.environ.get(variable, "").strip())


def able(store: Store) -> list[Model]:
    """Every model that can answer."""
    with store.read() as db:
        return [model for model in variants.models(db) if model.kind != "imported"]


def find(store: Store, name: str) -> Model | None:
    """The model of this name, if there is one that can answer."""
    return next((model for model in able(store) if model.name == name), None)


def named(store: Store, name: str) -> Model:
    """The model of this name that can answer. Raises NotFound."""
    model = find(store, name)
    if model is None:
        raise NotFound(
            f"There is no model “{name}” that can answer.",
            remedy=f"There are: {', '.join(one.name for one in able(store)) or 'none yet'}.",
        )
    return model
