"""Which heldout prompts a model may have learned from: all rows that it was trained on, in every
run back to its base, are looked through for the same prompt, the same text and nearly the same.

It knows rows as they lie in a version's folder, wherever they came from: of other projects and
other files too.
"""

import json
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_array

from workbench.errors import InvalidInput
from workbench.importing.near_duplicates import shingles
from workbench.records import Model, Prompt, plain_text
from workbench.store import Store, datasets, prompts, training_runs, variants
from workbench.store.database import Database
from workbench.store.datasets import DatasetVersion
from workbench.store.proofs import Leak

PAGE = 2_000  # rows that are compared together


def versions_behind(db: Database, *models: Model) -> list[DatasetVersion]:
    """Every dataset version that one of these models, or what it was tuned from, learned from."""
    ids: dict[int, None] = {}
    for model in models:
        while model.training_run_id is not None:
            run = training_runs.get(db, model.training_run_id)
            ids[run.dataset_version_id] = None
            model = variants.model(db, run.base_model_id)
    return [datasets.get(db, i) for i in ids]


def leaks(
    store: Store, heldout: list[Prompt], versions: list[DatasetVersion], threshold: float
) -> tuple[Leak, ...]:
    """The heldout prompts that a version's training rows hold, with where and how, each once.

    Raises InvalidInput for a version whose rows no longer lie where they were.
    """
    found: dict[int, str] = {}
    for version in versions:
        trained = _prompt_ids(version)
        for prompt in heldout:
            if prompt.id in trained:
                found.setdefault(prompt.id, f"{version.name} trains on it")
        said = chain(_own_texts(store, trained), _texts(version))
        for place, alike in near(heldout, said, threshold).items():
            how = "the same" if alike == 1 else f"nearly the same ({alike:.2f} alike)"
            found.setdefault(heldout[place].id, f"{version.name} has a row that asks {how}")
    return tuple(Leak(prompt_id, why) for prompt_id, why in sorted(found.items()))


def near(heldout: list[Prompt], texts: Iterable[str], threshold: float) -> dict[int, float]:
    """By place in `heldout`, how much the nearest text is alike where that is `threshold` or more:
    Jaccard similarity of 5-character shingles, as at an import.

    Exact, a page of texts at a time: a product of two sparse tables of who has which shingle. An
    index of sets, as imports use it, takes several times as long where one side has so many rows.
    """
    sets = [shingles(prompt.text()) for prompt in heldout]
    columns = {shingle: at for at, shingle in enumerate(frozenset().union(*sets))}
    table, sizes = _table(sets, columns), np.array([len(one) for one in sets])
    nearest, coming = np.zeros(len(heldout)), iter(texts)
    while heldout and (page := list(islice(coming, PAGE))):
        rows = [shingles(text) for text in set(page)]
        shared = (table @ _table(rows, columns).T).tocoo()
        other = np.array([len(one) for one in rows])[shared.col]
        alike = shared.data / (sizes[shared.row] + other - shared.data)
        np.maximum.at(nearest, shared.row, alike)
    return {at: float(nearest[at]) for at in np.flatnonzero(nearest >= threshold).tolist()}


def _table(sets: list[frozenset[str]], columns: dict[str, int]) -> csr_array:
    """Sets × known shingles: 1 where the set has it."""
    places = [[columns[one] for one in found if one in columns] for found in sets]
    starts = np.cumsum([0, *map(len, places)])
    indices = np.fromiter(chain.from_iterable(places), np.int64, int(starts[-1]))
    ones = np.ones(len(indices), np.int64)
    return csr_array((ones, indices, starts), shape=(len(sets), len(columns)))


def _own_texts(store: Store, ids: set[int]) -> Iterator[str]:
    """What these prompts ask, whatever a template made of it; a page at a time, so that no read is
    open for long.
    """
    coming = iter(sorted(ids))
    while page := list(islice(coming, PAGE)):
        with store.read() as db:
            known = [prompt for i in page if (prompt := prompts.get(db, i))]
        yield from (prompt.text() for prompt in known)


def _prompt_ids(version: DatasetVersion) -> set[int]:
    """Those of its training rows, by their lineage."""
    rows = _rows(version, "lineage.jsonl")
    return {row["prompt_id"] for row in rows if row.get("part", "train") == "train"}


def _texts(version: DatasetVersion) -> Iterator[str]:
    """What each training row asks, as one text."""
    for row in _rows(version, "train.jsonl"):
        yield asked_in(row)


def asked_in(row: dict[str, Any]) -> str:
    """What a row of a format that is trained on asks: the texts of all messages but the
    answers, put together as `Prompt.text` does it.
    """
    asked = row.get("prompt") or row.get("messages") or row["chosen"]
    if isinstance(asked, str):
        return asked
    return "\n".join(plain_text(m["content"]) for m in asked if m["role"] != "assistant")


def _rows(version: DatasetVersion, name: str) -> Iterator[dict[str, Any]]:
    try:
        with open(Path(version.folder) / name, encoding="utf-8") as file:
            yield from map(json.loads, file)
    except OSError as error:
        raise InvalidInput(
            f"The rows of {version.name} cannot be looked through: {error.strerror}.",
            field="dataset",
            remedy=f"A proof needs them: put its folder back to {version.folder}, and begin again.",
        ) from error
