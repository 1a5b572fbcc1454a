"""Models, templates and variants: each is stored once and found again by what it is."""

import json
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from workbench.clock import iso
from workbench.errors import NotFound
from workbench.hashing import canonical_json
from workbench.records import Model, Sampling, Template, Variant
from workbench.store.database import Database, many, one, value

_VARIANT = (
    "SELECT v.id, v.name, v.sampling, m.id AS model_id, m.name AS model_name, m.kind, m.location,"
    " m.fingerprint, m.training_run_id, t.id AS template_id, t.name AS template_name, t.system,"
    " t.user FROM variants v JOIN models m ON m.id = v.model_id"
    " JOIN templates t ON t.id = v.template_id"
)


def ensure_model(db: Database, now: datetime, model: Model) -> Model:
    """The stored model of this name, made if it is new."""
    row = one(db, "SELECT * FROM models WHERE name = ?", (model.name,))
    if row:
        return _model(row)
    model_id = value(
        db,
        "INSERT INTO models (name, kind, location, fingerprint, training_run_id, created_at)"
        " VALUES (?, ?, ?, ?, ?, ?) RETURNING id",
        (model.name, model.kind, model.location, model.fingerprint, model.training_run_id,
         iso(now)),
    )  # fmt: skip
    return replace(model, id=int(model_id))


def ensure_template(db: Database, now: datetime, project_id: int, template: Template) -> Template:
    """The newest version of this template; a changed text becomes the next version."""
    row = one(
        db,
        "SELECT * FROM templates WHERE project_id = ? AND name = ? ORDER BY version DESC LIMIT 1",
        (project_id, template.name),
    )
    if row and (row["system"], row["user"]) == (template.system, template.user):
        return replace(template, id=row["id"])
    template_id = value(
        db,
        "INSERT INTO templates (project_id, name, version, system, user, created_at)"
        " VALUES (?, ?, ?, ?, ?, ?) RETURNING id",
        (project_id, template.name, row["version"] + 1 if row else 1, template.system,
         template.user, iso(now)),
    )  # fmt: skip
    return replace(template, id=int(template_id))


def ensure_variant(db: Database, now: datetime, project_id: int, variant: Variant) -> Variant:
    """The stored variant of this model, template and sampling; the first name it got stays."""
    model = ensure_model(db, now, variant.model)
    template = ensure_template(db, now, project_id, variant.template)
    sampling = canonical_json(asdict(variant.sampling))
    found = value(
        db,
        "SELECT id FROM variants"
        " WHERE project_id = ? AND model_id = ? AND template_id = ? AND sampling = ?",
        (project_id, model.id, template.id, sampling),
    )
    if found is None:
        found = value(
            db,
            "INSERT INTO variants (project_id, name, model_id, template_id, sampling, created_at)"
            " VALUES (?, ?, ?, ?, ?, ?) RETURNING id",
            (project_id, variant.name, model.id, template.id, sampling, iso(now)),
        )
    return get(db, int(found))


def get(db: Database, variant_id: int) -> Variant:
    row = one(db, f"{_VARIANT} WHERE v.id = ?", (variant_id,))
    if row is None:
        raise NotFound(f"There is no variant number {variant_id}.")
    return _variant(row)


def in_project(db: Database, project_id: int) -> list[Variant]:
    rows = many(db, f"{_VARIANT} WHERE v.project_id = ? ORDER BY v.id", (project_id,))
    return [_variant(row) for row in rows]


def model(db: Database, model_id: int) -> Model:
    row = one(db, "SELECT * FROM models WHERE id = ?", (model_id,))
    if row is None:
        raise NotFound(f"There is no model number {model_id}.")
    return _model(row)


def models(db: Database) -> list[Model]:
    return [_model(row) for row in many(db, "SELECT * FROM models ORDER BY id")]


def _model(row: dict[str, Any]) -> Model:
    return Model(
        name=row["name"],
        kind=row["kind"],
        location=row["location"],
        fingerprint=row["fingerprint"],
        training_run_id=row["training_run_id"],
        id=row["id"],
    )


def _variant(row: dict[str, Any]) -> Variant:
    return Variant(
        name=row["name"],
        model=_model(row | {"id": row["model_id"], "name": row["model_name"]}),
        template=Template(row["template_name"], row["system"], row["user"], row["template_id"]),
        sampling=Sampling(**json.loads(row["sampling"])),
        id=row["id"],
    )
