"""`--best-of N --by REWARD_MODEL`: what the commands that draw samples have in common."""

import click

from workbench.cli.shared import follow
from workbench.errors import InvalidInput
from workbench.records import Project
from workbench.rewards import best_of as choosing
from workbench.store import Store, reward_models
from workbench.store.grids import Grid
from workbench.store.reward_models import RewardModel


def best_of_by(
    store: Store,
    project: Project,
    best_of: int | None,
    by: str | None,
    *,
    in_batches: bool = False,
) -> RewardModel | None:
    """The reward model that chooses, where one is to. Raises InvalidInput."""
    if bool(best_of) != bool(by):
        raise InvalidInput("--best-of and --by go together: how many, and who chooses.", field="by")
    if best_of and in_batches:
        raise InvalidInput(
            "The best is chosen once the answers are there, and a batch takes its time.",
            field="best_of",
            remedy="Read the batch first; then the same command without --batch chooses.",
        )
    with store.read() as db:
        return reward_models.named(db, project.id, by) if by else None


def put_forward(store: Store, grid: Grid, model: RewardModel, best_of: int) -> None:
    """Let the model choose from what a grid has answered, and say what came of it."""
    result = follow(store, choosing.begin(store, grid, model, best_of))
    for name in result["variants"]:
        click.echo(f"{name}\tputs the best forward")
    click.echo(f"{result['answers']} answers are the best of {best_of}.")
    if left := result["short"] + result["unscored"]:
        click.echo(
            f"{left} more have none: {result['short']} lack samples (the same command asks for"
            f" them), of {result['unscored']} no sample could be scored.",
            err=True,
        )
