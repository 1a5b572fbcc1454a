"""Models, templates and variants: each is stored once and found again by what it is."""

import json
from dataclasses import replace
from datetime import datetime
from typing import Any

from workbench.clock import iso
from workbench.errors import NotFound
from workbench.hashing import canonical_json
from workbench.records import Model, Sampling, Template, Variant
from workbench.store.database import Database, dumps, many, one, value

_VARIANT = (
    "SELECT v.id, v.name, v.sampling, m.id AS model_id, m.name AS model_name, m.kind, m.location,"
    " m.adapter, m.served_as, m.key_variable, m.most_at_once, m.fingerprint, m.training_run_id,"
    " t.id AS template_id, t.name AS template_name, t.version, t.system, t.user, t.few_shot"
    " FROM variants v JOIN models m ON m.id = v.model_id"
    " JOIN templates t ON t.id = v.template_id"
)


def ensure_model(db: Database, now: datetime, model: Model) -> Model:
    """The stored model of this name, made if it is new."""
    row = one(db, "SELECT * FROM models WHERE name = ?", (model.name,))
    if row:
        return _model(row)
    model_id = value(
        db,
        "INSERT INTO models (name, kind, location, adapter, served_as, key_variable, most_at_once,"
        " fingerprint, training_run_id, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        " RETURNING id",
        (model.name, model.kind, model.location, model.adapter, model.served_as,
         model.key_variable, model.most_at_once, model.fingerprint, model.training_run_id,
         iso(now)),
    )  # fmt: skip
    return replace(model, id=int(model_id))


def ensure_template(db: Database, now: datetime, project_id: int, template: Template) -> Template:
    """The version of this template with the same texts; other texts become the next version."""
    versions = [t for t in templates(db, project_id) if t.name == template.name]
    for known in versions:
        if _texts(known) == _texts(template):
            return known
    row = one(
        db,
        "INSERT INTO templates (project_id, name, version, system, user, few_shot, created_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING id, version",
        (project_id, template.name, len(versions) + 1, template.system, template.user,
         dumps(template.few_shot), iso(now)),
    )  # fmt: skip
    assert row is not None
    return replace(template, **row)


def _texts(template: Template) -> tuple[object, ...]:
    return template.system, template.user, template.few_shot


def templates(db: Database, project_id: int) -> list[Template]:
    """All versions of a project's templates, by name and version."""
    rows = many(
        db,
        "SELECT id, name AS template_name, version, system, user, few_shot FROM templates"
        " WHERE project_id = ? ORDER BY name, version",
        (project_id,),
    )
    return [_template(row | {"template_id": row["id"]}) for row in rows]


def ensure_variant(db: Database, now: datetime, project_id: int, variant: Variant) -> Variant:
    """The stored variant of this model, template and sampling; the first name it got stays."""
    model = ensure_model(db, now, variant.model)
    template = ensure_template(db, now, project_id, variant.template)
    sampling = canonical_json(variant.sampling.to_json())
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
        adapter=row["adapter"],
        served_as=row["served_as"],
        key_variable=row["key_variable"],
        most_at_once=row["most_at_once"],
        training_run_id=row["training_run_id"],
        id=row["id"],
    )


def _template(row: dict[str, Any]) -> Template:
    return Template(
        name=row["template_name"],
        system=row["system"],
        user=row["user"],
        few_shot=tuple(json.loads(row["few_shot"])),
        version=row["version"],
        id=row["template_id"],
    )


def _variant(row: dict[str, Any]) -> Variant:
    return Variant(
        name=row["name"],
        model=_model(row | {"id": row["model_id"], "name": row["model_name"]}),
        template=_template(row),
        sampling=Sampling.from_json(json.loads(row["sampling"])),
        id=row["id"],
    )
