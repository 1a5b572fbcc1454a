"""Fixtures: a reward model trained once a session by TRL itself, and what registers it in a project
as `training` would.
"""

from collections.abc import Callable
from typing import Any

import pytest

from tests.conftest import Desk
from tests.reward_models import PAIRS, row, trainer_on
from workbench.demo import starter_model
from workbench.starter.cards import card_prompts
from workbench.store import reward_models, training_runs, variants
from workbench.store.datasets import DatasetVersion
from workbench.store.reward_models import RewardModel


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The trainer after its training; its model is saved in `trainer.args.output_dir`."""
    folder = tmp_path_factory.mktemp("reward-model")
    trainer = trainer_on([row(card) for card in card_prompts("train", PAIRS, seed=0)], folder)
    trainer.train()
    trainer.save_model(str(folder))
    return trainer


@pytest.fixture
def make_reward_model(trained: Any) -> Callable[[Desk, DatasetVersion], RewardModel]:
    """Registers the session's model in a project, as trained on a version of it."""

    def make(desk: Desk, version: DatasetVersion, name: str = "taste") -> RewardModel:
        now, folder = desk.clock.now, trained.args.output_dir

        def write(db: Any) -> RewardModel:
            base = variants.ensure_model(db, now, starter_model())
            run = training_runs.add(db, now, desk.project.id, version.id, base.id, {})
            return reward_models.ensure(
                db, now, RewardModel(name, desk.project.id, run, folder, "trained for tests")
            )

        return desk.store.write(write)

    return make
