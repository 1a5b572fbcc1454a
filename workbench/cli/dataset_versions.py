"""Commands for dataset versions: list, show, push, and what changed."""

import json
from pathlib import Path

import click

from workbench.cli.quality import json_option
from workbench.cli.shared import find_project, open_store, project_option
from workbench.errors import InvalidInput
from workbench.exporting import diffs, pushing
from workbench.store import datasets
from workbench.store.datasets import DatasetVersion


@click.group("datasets")
def datasets_group() -> None:
    """The dataset versions of a project."""


@datasets_group.command("list")
@project_option
@json_option
def list_(slug: str, as_json: bool) -> None:
    """The newest first."""
    store = open_store()
    with store.read() as db:
        found = datasets.in_project(db, find_project(store, slug).id)
    if as_json:
        click.echo(json.dumps([version.manifest for version in found], ensure_ascii=False))
        return
    for version in found:
        counts = version.manifest["counts"]
        click.echo(
            f"{version.name}\t{version.format}\t{counts['train']:,} train"
            f"\t{counts['test']:,} test\t{version.created_at}"
        )


@datasets_group.command()
@click.argument("name")
@project_option
def show(name: str, slug: str) -> None:
    """The card of a version."""
    version = _version(slug, name)
    try:
        click.echo((Path(version.folder) / "README.md").read_text(encoding="utf-8"))
    except OSError as error:
        raise InvalidInput(
            f"The card of {name} cannot be read: {error.strerror}.",
            field="version",
            remedy="Restore its folder from a backup.",
        ) from error


@datasets_group.command()
@click.argument("name")
@click.argument("repo", metavar="OWNER/NAME")
@project_option
@click.option("--private", is_flag=True, help="A repository that is new is private.")
def push(name: str, repo: str, slug: str, private: bool) -> None:
    """Push a version and its card to a hub, by the token in HF_TOKEN."""
    push_version(_version(slug, name), repo, private)


@datasets_group.command()
@click.argument("first")
@click.argument("second")
@project_option
@json_option
def diff(first: str, second: str, slug: str, as_json: bool) -> None:
    """Which rows came and went from FIRST to SECOND, and what they declare differently."""
    found = diffs.diff(_version(slug, first), _version(slug, second))
    if as_json:
        click.echo(json.dumps(vars(found), ensure_ascii=False))
        return
    click.echo(f"{found.added:,} rows added, {found.removed:,} removed, {found.kept:,} kept")
    for word, rows, some in (
        ("added", found.added, found.some_added),
        ("removed", found.removed, found.some_removed),
    ):
        for pair_id in some:
            click.echo(f"  {word}: {pair_id}")
        if some and rows > len(some):
            click.echo(f"  {word}: {rows - len(some):,} more")
    for name, (before, after) in found.declared.items():
        click.echo(f"  {name}: {before} → {after}")


def _version(slug: str, name: str) -> DatasetVersion:
    store = open_store()
    with store.read() as db:
        return datasets.named(db, find_project(store, slug).id, name)


def push_version(version: DatasetVersion, repo: str, private: bool) -> None:
    click.echo(f"{version.name} is at {pushing.push(version, repo, private=private)}")


COMMANDS = (datasets_group,)
