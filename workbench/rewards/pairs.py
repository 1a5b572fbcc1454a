"""Judged pairs that a reward model was not trained on, and what lengths teach on those it was.

It reads dataset versions as they lie on disk, and judgements through exporting.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workbench.errors import InvalidInput
from workbench.exporting import Filters, collect
from workbench.records import Message, plain_text
from workbench.store import datasets, exports, projects, training_runs
from workbench.store.database import Database
from workbench.store.datasets import DatasetVersion
from workbench.store.reward_models import RewardModel

TEST_PART = "the test part of its dataset version"
JUDGED_SINCE = "judged pairs whose prompts are not among those it was trained on"


@dataclass(frozen=True)
class JudgedPair:
    """Two whole conversations that differ in their last turn."""

    prompt_id: int
    chosen: tuple[Message, ...]
    rejected: tuple[Message, ...]

    @property
    def longer_by(self) -> int:
        """By how many characters the better answer is longer."""
        return length(self.chosen) - length(self.rejected)


@dataclass(frozen=True)
class Lengths:
    """How often the longer and the shorter answer was the better one in the training rows."""

    longer: int
    shorter: int

    @property
    def sign(self) -> int:
        return 1 if self.longer >= self.shorter else -1


def length(conversation: Sequence[Message]) -> int:
    """The characters of the answer, which is the last message."""
    return len(plain_text(conversation[-1]["content"]))


def version_of(db: Database, model: RewardModel) -> DatasetVersion:
    """What it was trained on."""
    run = training_runs.get(db, model.training_run_id)
    return datasets.get(db, run.dataset_version_id)


def lengths(version: DatasetVersion) -> Lengths:
    """Over the rows that trained."""
    signs = [_pair(0, row).longer_by for row in _lines(version, "train.jsonl")]
    return Lengths(sum(s > 0 for s in signs), sum(s < 0 for s in signs))


def held_out(db: Database, version: DatasetVersion) -> tuple[str, list[JudgedPair]]:
    """Where they come from, and the pairs: the version's test part; where that is empty, what
    people judged of prompts that are not in its training rows, nor near one that is.
    """
    prompts = {line["pair_id"]: line["prompt_id"] for line in _lines(version, "lineage.jsonl")}
    tested = [_pair(prompts[row["pair_id"]], row) for row in _lines(version, "test.jsonl")]
    return (TEST_PART, tested) if tested else (JUDGED_SINCE, _judged_since(db, version))


def trained_prompts(db: Database, version: DatasetVersion) -> set[int]:
    """The prompts of its training rows, and those near one of them."""
    lines = _lines(version, "lineage.jsonl")
    trained = {line["prompt_id"] for line in lines if line["part"] == "train"}
    clusters = dict(exports.clusters(db, version.project_id))
    near = {clusters[i] for i in trained if i in clusters}
    return trained | {i for i, cluster in clusters.items() if cluster in near}


def _judged_since(db: Database, version: DatasetVersion) -> list[JudgedPair]:
    """By the kinds of reviewers that the version counts."""
    kinds = Filters.from_json(version.manifest["filters"]).kinds
    project = projects.by_id(db, version.project_id)
    rows = collect(db, project, Filters(kinds=kinds, test_share=0.0))
    seen = trained_prompts(db, version)
    found = []
    for pair in (pair for page in rows.pages() for pair in page):
        prompt = json.loads(pair.lineage)["prompt_id"]
        if prompt not in seen:
            texts = {
                key: json.loads(getattr(pair, key)) for key in ("prompt", "chosen", "rejected")
            }
            found.append(_pair(prompt, texts))
    return found


def _pair(prompt_id: int, row: dict[str, Any]) -> JudgedPair:
    """Rows with a prompt of their own, and those where both conversations begin with it."""
    asked = row.get("prompt", [])
    if isinstance(row["chosen"], str):
        raise InvalidInput(
            "A reward model is measured on conversations, and this version has plain texts.",
            field="dataset",
            remedy="Export the project as “preference” or “reward”, and train on that version.",
        )
    return JudgedPair(prompt_id, (*asked, *row["chosen"]), (*asked, *row["rejected"]))


def _lines(version: DatasetVersion, name: str) -> Iterator[dict[str, Any]]:
    try:
        with open(Path(version.folder) / name, "rb") as file:
            yield from map(json.loads, file)
    except OSError as error:
        raise InvalidInput(
            f"{version.name} cannot be read: {error}",
            field="dataset",
            remedy="Put the version's folder back where it was.",
        ) from error
