"""Fixtures: a reward model trained once a session by TRL itself, and what registers it in a project
as `training` would.
"""

from collections.abc import Callable
from typing import Any

import pytest

from tests.reward_models import PAIRS, registered, row, trainer_on
from workbench.starter.cards import card_prompts
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
def make_reward_model(trained: Any) -> Callable[..., RewardModel]:
    """Registers the session's model in a project, as trained on a version of it."""

    return lambda desk, version, name="taste": registered(
        desk, version, trained.args.output_dir, name
    )
