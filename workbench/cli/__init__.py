"""The shell: every service of the app as `python -m workbench …`, with the same code.

One module for each group of commands; `work` maps a kind of job to the function that does it.
"""

import sys

import click

from workbench.cli import (
    adjudicate,
    batch,
    benchmarks,
    checks,
    compare,
    data,
    dataset_versions,
    exports,
    generate,
    gold,
    imports,
    judges,
    lineage,
    loop,
    models,
    people,
    project,
    proving,
    quality,
    rewards,
    threads,
    training,
    upkeep,
)
from workbench.errors import WorkbenchError


class _Shell(click.Group):
    """Errors meant for people are shown as they stand, without a traceback."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except WorkbenchError as error:
            click.echo(f"Error: {error}", err=True)
            sys.exit(1)


@click.group(cls=_Shell, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """The workbench: judge answers, tune the model on the judgements, prove that it helped.

    All commands work on the workspace in WORKBENCH_HOME (default: workspace/).
    """


for module in (
    project,
    imports,
    data,
    dataset_versions,
    exports,
    training,
    models,
    generate,
    batch,
    benchmarks,
    checks,
    gold,
    threads,
    adjudicate,
    judges,
    quality,
    compare,
    rewards,
    loop,
    proving,
    lineage,
    people,
    upkeep,
):
    for command in module.COMMANDS:
        main.add_command(command)
