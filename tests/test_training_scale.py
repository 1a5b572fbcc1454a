"""Runs by several processes, and by TRL alone: the same folder, the same model."""

import json
import os
import shlex
import shutil
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load_file

from tests.conftest import Desk
from tests.tuning import folder_of, frozen, prepared, quiet, run_of
from workbench import training
from workbench.errors import InvalidInput
from workbench.settings import REPOSITORY
from workbench.starter import MODEL_FOLDER
from workbench.training import runs

# A loss that is a mean over pairs: over tokens, halves of unequal length would weigh otherwise
FLAT = training.load_recipe("dpo-tiny-few").but(loss_type=["sigmoid"], loss_weights=[1.0])
ALIKE = 0.05  # of the way that training went


def way(folder: Path) -> Any:
    """What training added to the weights that it began with, as one vector."""
    before, after = (load_file(f / "model.safetensors") for f in (MODEL_FOLDER, folder))
    return np.concatenate([(after[name] - before[name]).ravel() for name in sorted(after)])


def apart(one: Path, other: Path) -> float:
    """How far two models lie apart, as a share of the way that one of them went."""
    first, second = way(one), way(other)
    return float(np.linalg.norm(first - second) / np.linalg.norm(first))


@pytest.mark.parametrize(
    ("recipe", "format_"),
    [
        ("dpo-tiny-few", "preference"),
        ("kto-tiny", "kto"),
        ("sft-tiny", "sft"),
        ("reward-tiny", "preference"),
    ],
)
def test_trl_alone_makes_the_same_model_of_the_folder(
    judged: Desk, tmp_path: Path, recipe: str, format_: str
) -> None:
    """By the command in the folder's README, on a copy of the folder without the model."""
    run_id = prepared(judged, frozen(judged, format_, 0.3), training.load_recipe(recipe))
    training.train(judged.store, run_id, quiet)
    made = folder_of(judged, run_id)
    alone = tmp_path / "elsewhere"
    shutil.copytree(made, alone, ignore=shutil.ignore_patterns("model", "metrics.jsonl"))
    [command] = [line for line in (alone / "README.md").read_text().splitlines() if "trl " in line]
    words = shlex.split(command)
    words[0] = str(Path(sys.executable).with_name("trl"))
    ended = subprocess.run(
        words, capture_output=True, text=True, cwd=alone, check=False,
        env=os.environ | {"HF_HUB_OFFLINE": "1"},
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr[-2000:]
    again = (alone / "again" / "model.safetensors").read_bytes()
    assert again == (made / "model" / "model.safetensors").read_bytes()


def test_two_processes_share_the_rows_and_the_gradients(judged: Desk) -> None:
    """Two of half the batch each end where one with the whole batch does."""
    version = frozen(judged)
    one = prepared(judged, version, FLAT, per_device_train_batch_size=4)
    two = prepared(judged, version, FLAT, per_device_train_batch_size=2, num_processes=2)
    for run_id in (one, two):
        training.train(judged.store, run_id, quiet)
    together = json.loads((folder_of(judged, two) / "together.json").read_text())
    assert [each["process"] for each in together] == [0, 1]
    assert [each["rows"] for each in together] == [12, 12], "half of 2 × 12 rows each"
    assert together[0]["weights"] == pytest.approx(together[1]["weights"], rel=1e-9)
    assert apart(folder_of(judged, one) / "model", folder_of(judged, two) / "model") < ALIKE


def test_a_launcher_that_starts_too_few_processes_is_caught(judged: Desk) -> None:
    run_id = prepared(judged, frozen(judged), FLAT, num_processes=2)
    told = folder_of(judged, run_id) / "run.json"
    told.write_text(json.dumps(json.loads(told.read_text()) | {"processes": 3}))
    with pytest.raises(InvalidInput, match="was to have 3 processes, and has 2"):
        training.train(judged.store, run_id, quiet)


Hosts = tuple[tuple[str, str], tuple[str, str]]  # name and address of each


@pytest.fixture
def two_hosts() -> Iterator[Hosts]:
    """Two network namespaces with a wire between them: all that two hosts see of each other."""
    if not shutil.which("ip"):
        pytest.skip("two hosts on one machine want iproute2")
    tag = uuid.uuid4().hex[:6]
    hosts = ((f"a{tag}", "10.99.7.1"), (f"b{tag}", "10.99.7.2"))
    made = [_ip("netns", "add", name) for name, _ in hosts]
    if any(made):
        pytest.skip("network namespaces want root")
    try:
        ends = [f"v{name}" for name, _ in hosts]
        _ip("link", "add", ends[0], "type", "veth", "peer", "name", ends[1])
        for (name, address), end in zip(hosts, ends, strict=True):
            _ip("link", "set", end, "netns", name)
            for words in (f"addr add {address}/24 dev {end}", f"link set {end} up",
                          "link set lo up"):  # fmt: skip
                _ip("-n", name, *words.split())
        yield hosts
    finally:
        for name, _ in hosts:
            _ip("netns", "del", name)


def _ip(*words: str) -> int:
    return subprocess.run(["ip", *words], capture_output=True, check=False).returncode


def test_two_hosts_train_one_model_as_the_docs_say(judged: Desk, two_hosts: Hosts) -> None:
    """Each process sees the other over the wire alone; the run is then made known by hand."""
    version = frozen(judged)
    one = prepared(judged, version, FLAT, per_device_train_batch_size=4)
    training.train(judged.store, one, quiet)
    run_id = prepared(judged, version, FLAT, per_device_train_batch_size=2, num_processes=2)
    folder = folder_of(judged, run_id)
    at = two_hosts[0][1]
    processes = []
    for rank, (name, _) in enumerate(two_hosts):
        command = [
            "ip", "netns", "exec", name, sys.executable, "-m", "torch.distributed.run",
            "--nnodes", "2", "--nproc_per_node", "1", "--node_rank", str(rank),
            "--master_addr", at, "--master_port", "29511",
            "-m", "workbench.training.process", str(folder),
        ]  # fmt: skip
        processes.append(
            subprocess.Popen(
                command,
                cwd=REPOSITORY,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                env=os.environ | {"GLOO_SOCKET_IFNAME": f"v{name}", "OMP_NUM_THREADS": "1"},
            )
        )
    said = [process.communicate(timeout=300)[0] for process in processes]
    assert [process.returncode for process in processes] == [0, 0], said[0][-3000:]
    assert apart(folder_of(judged, one) / "model", folder / "model") < ALIKE
    made = runs.finish(judged.store, run_id)
    assert run_of(judged, run_id).status == "done"
    assert made.location == str(folder / "model")


def test_a_run_without_a_model_cannot_be_finished(judged: Desk) -> None:
    run_id = prepared(judged, frozen(judged))
    with pytest.raises(InvalidInput, match="no model yet"):
        runs.finish(judged.store, run_id)
