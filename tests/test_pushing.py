"""A version pushed to a hub: with its card, by a token of the environment; and what is said where
that fails. Each push is a process of its own, as from the shell.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import Desk
from tests.fake_hub import FakeHub, fake_hub
from workbench.exporting import Filters, export
from workbench.settings import REPOSITORY
from workbench.store.datasets import DatasetVersion

CLOSED = "http://127.0.0.1:9"
SECRET = "hf_secretsecret"


@pytest.fixture
def hub() -> Iterator[FakeHub]:
    with fake_hub() as server:
        yield server


@pytest.fixture
def version(desk: Desk) -> DatasetVersion:
    desk.add_answers(12)
    desk.open()
    desk.judge_all(desk.reviewer("Ann"))
    return export(desk.store, desk.project, Filters(test_share=0.3), desk.clock.now)


def shell(
    desk: Desk, *words: str, endpoint: str = CLOSED, token: str | None = SECRET
) -> subprocess.CompletedProcess[str]:
    home = desk.store.workspace.home
    told = {name: value for name, value in os.environ.items() if not name.startswith("HF_")}
    told |= {"WORKBENCH_HOME": str(home), "HF_ENDPOINT": endpoint, "HF_HUB_DISABLE_XET": "1",
             "HF_HOME": str(home / "hub"), "PYTHONPATH": str(REPOSITORY)}  # fmt: skip
    if token:
        told["HF_TOKEN"] = token
    return subprocess.run(
        [sys.executable, "-m", "workbench", *words, "--project", "small"],
        env=told, cwd=REPOSITORY, capture_output=True, text=True, check=False,
    )  # fmt: skip


def contents(folder: str) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in Path(folder).iterdir()}


def test_the_parts_and_the_card_are_pushed(
    desk: Desk, version: DatasetVersion, hub: FakeHub
) -> None:
    ended = shell(desk, "datasets", "push", version.name, "owner/name", endpoint=hub.url)
    assert ended.returncode == 0, ended.stderr
    assert f"{version.name} is at {hub.url}/datasets/owner/name" in ended.stdout
    parquet = {name for name in hub.files if name.endswith(".parquet")}
    assert parquet == {f"data/{part}-00000-of-00001.parquet" for part in ("train", "test")}
    card = hub.files["README.md"]
    assert f"# {version.name}" in card
    assert "path: data/train-*" in card
    assert "path: data/test-*" in card
    assert hub.tokens == {f"Bearer {SECRET}"}


def test_an_export_is_pushed_when_it_is_frozen(
    desk: Desk, version: DatasetVersion, hub: FakeHub
) -> None:
    ended = shell(desk, "export", "--format", "kto", "--push-to-hub", "owner/name", "--private",
                  endpoint=hub.url)  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    assert "README.md" in hub.files


def test_a_hub_that_cannot_be_reached_is_named_and_nothing_is_lost(
    desk: Desk, version: DatasetVersion
) -> None:
    before = contents(version.folder)
    ended = shell(desk, "datasets", "push", version.name, "owner/name")
    assert ended.returncode == 1
    assert f"could not be pushed to {CLOSED}/datasets/owner/name" in ended.stderr
    assert "See that the hub can be reached." in ended.stderr
    assert f"datasets push {version.name} owner/name" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert contents(version.folder) == before


def test_a_hub_that_refuses_is_told_apart(
    desk: Desk, version: DatasetVersion, hub: FakeHub
) -> None:
    hub.refuses = 403
    ended = shell(desk, "datasets", "push", version.name, "owner/name", endpoint=hub.url)
    assert ended.returncode == 1
    assert "See that the token in HF_TOKEN may write there." in ended.stderr


@pytest.mark.parametrize(
    "words",
    [("datasets", "push", "NAME", "owner/name"), ("export", "--push-to-hub", "owner/name")],
)
def test_without_a_token_nothing_is_begun(
    desk: Desk, version: DatasetVersion, words: tuple[str, ...]
) -> None:
    ended = shell(desk, *(version.name if w == "NAME" else w for w in words), token=None)
    assert ended.returncode == 1
    assert "HF_TOKEN is not set" in ended.stderr
    assert len(desk.rows("SELECT * FROM dataset_versions")) == 1


def test_a_repository_is_an_owner_and_a_name(desk: Desk, version: DatasetVersion) -> None:
    ended = shell(desk, "datasets", "push", version.name, "nobody")
    assert ended.returncode == 1
    assert "“nobody” is no repository. Write it as owner/name." in ended.stderr


def test_the_token_is_kept_nowhere(desk: Desk, version: DatasetVersion, hub: FakeHub) -> None:
    ended = shell(desk, "datasets", "push", version.name, "owner/name", endpoint=hub.url)
    assert SECRET not in ended.stdout + ended.stderr
    kept = [path for path in desk.store.workspace.home.rglob("*") if path.is_file()]
    assert not [path for path in kept if SECRET.encode() in path.read_bytes()]


def test_neither_pushing_nor_the_shell_loads_what_only_training_needs() -> None:
    program = (
        "import sys, workbench.cli, workbench.exporting.pushing\n"
        "print(sorted({'torch', 'datasets', 'huggingface_hub'} & set(sys.modules)))"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )
    assert ended.stdout.strip() == "[]"
