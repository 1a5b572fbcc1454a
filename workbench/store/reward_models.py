"""Reward models: what a training run made to tell better answers from worse ones."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from workbench.clock import iso
from workbench.errors import NotFound
from workbench.store.database import Database, many, one, value


@dataclass(frozen=True)
class RewardModel:
    """`location` is a folder with a saved sequence classifier of one label, and its tokenizer."""

    name: str
    project_id: int
    training_run_id: int
    location: str
    fingerprint: str
    id: int = 0


def ensure(db: Database, now: datetime, model: RewardModel) -> RewardModel:
    """The stored reward model of this name, made if it is new."""
    known = one(db, "SELECT * FROM reward_models WHERE name = ?", (model.name,))
    if known:
        return _reward_model(known)
    new_id = value(
        db,
        "INSERT INTO reward_models (project_id, name, training_run_id, location, fingerprint,"
        " created_at) VALUES (?, ?, ?, ?, ?, ?) RETURNING id",
        (model.project_id, model.name, model.training_run_id, model.location, model.fingerprint,
         iso(now)),
    )  # fmt: skip
    return replace(model, id=int(new_id))


def get(db: Database, reward_model_id: int) -> RewardModel:
    row = one(db, "SELECT * FROM reward_models WHERE id = ?", (reward_model_id,))
    if row is None:
        raise NotFound(f"There is no reward model number {reward_model_id}.")
    return _reward_model(row)


def in_project(db: Database, project_id: int) -> list[RewardModel]:
    """The newest first."""
    rows = many(
        db, "SELECT * FROM reward_models WHERE project_id = ? ORDER BY id DESC", (project_id,)
    )
    return [_reward_model(row) for row in rows]


def of_run(db: Database, run_id: int) -> RewardModel | None:
    """What a training run made, if it was a reward model."""
    row = one(db, "SELECT * FROM reward_models WHERE training_run_id = ?", (run_id,))
    return _reward_model(row) if row else None


def named(db: Database, project_id: int, name: str) -> RewardModel:
    for model in in_project(db, project_id):
        if model.name == name:
            return model
    raise NotFound(
        f"There is no reward model “{name}” in this project.",
        remedy="Train one on a dataset version of preference pairs.",
    )


def _reward_model(row: dict[str, Any]) -> RewardModel:
    return RewardModel(
        row["name"], row["project_id"], row["training_run_id"], row["location"],
        row["fingerprint"], row["id"],
    )  # fmt: skip
