"""The way back from a row, a model or a reviewer, and the way on: whose judgements a version holds,
which models learned from it, and what of it no longer counts. Nothing here changes anything.
"""

import json
import zlib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from workbench.errors import NotFound
from workbench.records import Model, Reviewer
from workbench.stats.arrays import Ints
from workbench.store import datasets, opinions, training_runs, variants
from workbench.store.database import Database
from workbench.store.datasets import DatasetVersion


@dataclass(frozen=True)
class Changed:
    """What of a version's judgements no longer counts: by reviewer's public id how many were
    withdrawn, and how many were revised since.
    """

    withdrawn: dict[str, int]
    revised: dict[str, int]

    def __bool__(self) -> bool:
        return bool(self.withdrawn or self.revised)


@dataclass(frozen=True)
class Touched:
    """A version with the models that learned from it, and what of it no longer counts."""

    version: DatasetVersion
    models: tuple[str, ...]
    changed: Changed


@dataclass(frozen=True)
class Step:
    """A model, the run that made it, and what that run learned from; the base has neither."""

    model: str
    run_id: int | None
    touched: Touched | None


@dataclass(frozen=True)
class Origin:
    """A row of a version: its line of lineage, and what stands of its judgements."""

    touched: Touched
    line: dict[str, Any]
    opinions: tuple[dict[str, Any], ...]


def pack(ids: Ints) -> bytes:
    """Rising numbers as the compressed steps between them."""
    steps = np.diff(np.unique(ids), prepend=0).astype("<i8")
    return zlib.compress(steps.tobytes())


def unpack(packed: bytes) -> Ints:
    ids: Ints = np.cumsum(np.frombuffer(zlib.decompress(packed), "<i8"))
    return ids


def touched(db: Database, version: DatasetVersion) -> Touched:
    return Touched(version, tuple(datasets.models_trained_on(db, version.id)), changed(db, version))


def changed(db: Database, version: DatasetVersion) -> Changed:
    """Nothing is known of a version that was made before its judgements were kept."""
    withdrawn: Counter[str] = Counter()
    revised: Counter[str] = Counter()
    behind = unpack(datasets.judgements(db, version.id) or pack(np.array([], np.int64)))
    gone = datasets.no_longer(db, version.project_id)
    hit = np.isin(np.array([row["id"] for row in gone], np.int64), behind)
    for row in (row for row, mine in zip(gone, hit.tolist(), strict=True) if mine):
        (withdrawn if row["withdrawn"] else revised)[row["reviewer"]] += 1
    return Changed(dict(withdrawn), dict(revised))


def of_reviewer(db: Database, reviewer: Reviewer) -> list[Touched]:
    """The versions that this person's judgements stand behind, the newest first."""
    return [touched(db, version) for version in datasets.judged_by(db, reviewer.public_id)]


def of_model(db: Database, model: Model) -> list[Step]:
    """From the model back to the base that it began with."""
    steps = []
    while model.training_run_id is not None:
        run = training_runs.get(db, model.training_run_id)
        version = datasets.get(db, run.dataset_version_id)
        steps.append(Step(model.name, run.id, touched(db, version)))
        model = variants.model(db, run.base_model_id)
    return [*steps, Step(model.name, None, None)]


def of_row(db: Database, pair_id: str, project_id: int | None = None) -> list[Origin]:
    """In each version that holds the row, the newest first. Raises NotFound."""
    found = [
        Origin(touched(db, version), line, tuple(_opinions(db, line)))
        for version in datasets.every(db, project_id)
        if (line := _line(Path(version.folder), pair_id))
    ]
    if not found:
        raise NotFound(
            f"No dataset version has a row “{pair_id}”.",
            remedy="Give its pair_id, and see that the versions' folders are where they were.",
        )
    return found


def _line(folder: Path, pair_id: str) -> dict[str, Any] | None:
    """The row's line of lineage; a folder that is gone has none."""
    wanted = f'{{"pair_id":"{pair_id}"'.encode()
    try:
        with open(folder / "lineage.jsonl", "rb") as file:
            found = next((line for line in file if line.startswith(wanted)), None)
    except OSError:
        return None
    return json.loads(found) if found else None


def _opinions(db: Database, line: dict[str, Any]) -> list[dict[str, Any]]:
    """What stands in the store of the row's own judgements, as it is today."""
    return opinions.of(db, [judgement["id"] for judgement in line["judgements"]])
