"""The shell: every service of the app as `python -m workbench …`, with the same code.

One module for each group of commands, loaded when one of its commands is called: a shell that
trains needs nothing of what asks models.
"""

import sys
from importlib import import_module

import click

from workbench.errors import WorkbenchError

COMMANDS = {
    "project": "projects demo",
    "imports": "import",
    "data": "queue simulate",
    "dataset_versions": "datasets",
    "exports": "export",
    "training": "train recipes runs",
    "models": "models templates",
    "generate": "generate grids replay",
    "batch": "batch",
    "benchmarks": "benchmarks",
    "checks": "checks",
    "gold": "gold",
    "threads": "threads",
    "adjudicate": "adjudicate",
    "judges": "judges",
    "quality": "quality",
    "compare": "leaderboard compare gate plan",
    "rewards": "rewards",
    "loop": "rounds loop",
    "proving": "prove abilities",
    "lineage": "lineage",
    "people": "reviewers",
    "upkeep": "serve doctor backup restore jobs cancel starter",
}
_MODULE_OF = {name: module for module, names in COMMANDS.items() for name in names.split()}


class _Shell(click.Group):
    """Errors meant for people are shown as they stand, without a traceback."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except WorkbenchError as error:
            click.echo(f"Error: {error}", err=True)
            sys.exit(1)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(_MODULE_OF)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _MODULE_OF:
            return None
        module = import_module(f"workbench.cli.{_MODULE_OF[cmd_name]}")
        return next((one for one in module.COMMANDS if one.name == cmd_name), None)


@click.group(cls=_Shell, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """The workbench: judge answers, tune the model on the judgements, prove that it helped.

    All commands work on the workspace in WORKBENCH_HOME (default: workspace/).
    """
