"""The docs' commands exist: every `python -m workbench …` line is parsed by the real shell."""

import re
import shlex

import click
import pytest

from workbench.cli import main
from workbench.settings import REPOSITORY

DOCS = [REPOSITORY / "README.md", *sorted((REPOSITORY / "docs").rglob("*.md"))]
COMMANDS = sorted(
    {
        line
        for path in DOCS
        for line in re.findall(r"^python -m workbench (.+)$", path.read_text(), re.MULTILINE)
    }
)


def command_of(words: list[str]) -> tuple[click.Command, list[str]]:
    """The command that the first words name, and the words that are left for it."""
    command: click.Command = main
    while isinstance(command, click.Group):
        if command.invoke_without_command and words[:1] and words[0].startswith("-"):
            break
        name, *words = words
        found = command.get_command(click.Context(command), name)
        assert found is not None, f"{name} is no command"
        command = found
    return command, words


def test_there_are_commands_in_the_docs() -> None:
    assert len(COMMANDS) >= 6


@pytest.mark.parametrize("line", COMMANDS)
def test_every_command_of_the_docs_is_one_that_the_shell_takes(line: str) -> None:
    command, words = command_of(shlex.split(line))
    command.make_context(command.name, words)
