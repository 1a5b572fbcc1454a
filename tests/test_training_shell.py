"""Training from a shell: a run, what is seen of it, another beside it, one for a cluster."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import Desk
from tests.tuning import frozen, judged_pairs, starter
from workbench.store.datasets import DatasetVersion


@pytest.fixture
def version(desk: Desk) -> DatasetVersion:
    judged_pairs(desk)
    starter(desk)
    return frozen(desk)


def shell(desk: Desk, *words: str, code: int = 0) -> str:
    ended = subprocess.run(
        [sys.executable, "-m", "workbench", *words], capture_output=True, text=True, check=False,
        env=os.environ | {"WORKBENCH_HOME": str(desk.store.workspace.home)},
    )  # fmt: skip
    assert ended.returncode == code, ended.stderr[-2000:]
    return ended.stdout if code == 0 else ended.stderr


def test_runs_are_trained_shown_and_compared(desk: Desk, version: DatasetVersion) -> None:
    train = ("train", "dpo-tiny-few", "--project", "small", "--dataset", version.name)
    assert "12 rows, 6 steps" in shell(desk, *train, "--check")
    assert shell(desk, *train) == "Run 1 made the model “small run 1”.\n"
    shell(desk, *train, "--set", "learning_rate=1e-4")
    listed = shell(desk, "runs", "list", "--project", "small").splitlines()
    told = f"done\tdpo\tdpo-tiny-few\tstarter\t{version.name}\t"
    assert [line.rsplit("\t", 1)[0] + "\t" for line in listed] == [f"2\t{told}", f"1\t{told}"]
    said = json.loads(shell(desk, "runs", "show", "1"))
    assert said["from"]["dataset"]["sha256"] == version.sha256
    assert {"Loss", "Reward accuracy"} <= set(said)
    compared = dict(
        line.split("\t", 1) for line in shell(desk, "runs", "compare", "1", "2").splitlines()
    )
    assert compared["learning_rate"] == "0.0002\t0.0001"
    assert "recipe" not in compared, "what is the same in both is not listed"


def test_a_run_may_be_prepared_for_a_cluster_and_has_nothing_to_finish_yet(
    desk: Desk, version: DatasetVersion
) -> None:
    said = shell(desk, "train", "dpo-large", "--project", "small", "--dataset", version.name,
                 "--only-prepare", "--device", "gpu-0")  # fmt: skip
    folder = Path(said.removeprefix("Run 1 is prepared in ").rstrip(".\n"))
    recipe = (folder / "recipe.yaml").read_text()
    assert "accelerate_config: fsdp2" in recipe
    assert "use_cpu" not in recipe
    assert "has left no model yet" in shell(desk, "runs", "finish", "1", code=1)


def test_the_recipes_and_devices_are_listed() -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "workbench", "recipes"], capture_output=True, text=True, check=True
    )
    names = [line.split("\t")[0] for line in ended.stdout.splitlines()]
    assert {"dpo-tiny", "kto-small", "sft-large", "device cpu"} <= set(names)
