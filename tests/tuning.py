"""Short ways for the tests of training: judged pairs, versions of every format, prepared runs."""

from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Desk
from tests.running import add_cards
from workbench import training
from workbench.demo import starter_model
from workbench.exporting import Filters, export
from workbench.records import Model
from workbench.store import training_runs, variants
from workbench.store.datasets import DatasetVersion
from workbench.store.training_runs import TrainingRun

PAIRS = 12
RECIPE = training.load_recipe("dpo-tiny-few")


def judged_pairs(desk: Desk, count: int = PAIRS) -> Desk:
    """Pairs of the starter's kind, each found clearly better."""
    add_cards(desk, count)
    desk.open()
    desk.judge_all(desk.reviewer(), preference=3)
    return desk


@pytest.fixture
def judged(desk: Desk) -> Desk:
    return judged_pairs(desk)


@pytest.fixture
def version(judged: Desk) -> DatasetVersion:
    return frozen(judged)


def frozen(desk: Desk, format_: str = "preference", test_share: float = 0.0) -> DatasetVersion:
    chosen = Filters(test_share=test_share)
    return export(desk.store, desk.project, chosen, desk.clock.now, format_=format_)


def starter(desk: Desk) -> Model:
    now = desk.clock.now
    return desk.store.write(lambda db: variants.ensure_model(db, now, starter_model()))


def prepared(
    desk: Desk, version: DatasetVersion, recipe: training.Recipe = RECIPE, **changes: Any
) -> int:
    """A run's id."""
    return training.prepare(
        desk.store, desk.project, version, starter(desk), recipe.but(**changes), desk.clock.now
    )


def run_of(desk: Desk, run_id: int) -> TrainingRun:
    with desk.store.read() as db:
        return training_runs.get(db, run_id)


def folder_of(desk: Desk, run_id: int) -> Path:
    return Path(run_of(desk, run_id).folder)


def quiet(done: int, total: int, note: str) -> None:
    pass
