"""Storing the answers of a file: each text of a variant once, however many rows give it."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from workbench.hashing import sha256_json
from workbench.importing.parsed import Parsed
from workbench.importing.placing import content_hash
from workbench.importing.under_way import Import
from workbench.records import Completion, Message, Model, Sampling, Template, Variant
from workbench.store import Database, completions, prompts, variants
from workbench.templating import render

Key = tuple[int, int, str]


@dataclass(frozen=True)
class Answered:
    """A row with the ids of what it is about: its prompt, and its answers by key."""

    row: Parsed
    prompt_id: int
    answers: dict[str, int]


def add(run: Import, rows: list[Parsed]) -> tuple[list[Answered], int]:
    """The rows with their ids, and how many answers are new.

    A text that the variant gave already is not stored again; a new one is a new sample.
    """
    found = _variants(run, rows)
    with run.store.read() as db:
        by_hash = prompts.ids_by_hash(db, run.project.id)
    prompt_ids = [by_hash[content_hash(row.prompt)] for row in rows]
    keys = [_keys(row, i, found) for row, i in zip(rows, prompt_ids, strict=True)]
    new = list(_new(rows, keys, _stored(run, prompt_ids)))
    added = run.write(new, lambda db, one: completions.insert(db, run.now, one, import_id=run.id))
    ids = {_key(c.prompt_id, c.variant_id, c.messages): c.id for c in _stored(run, prompt_ids)}
    answered = [
        Answered(row, prompt_id, {name: ids[key] for name, key in own.items()})
        for row, prompt_id, own in zip(rows, prompt_ids, keys, strict=True)
    ]
    return answered, added


def _variants(run: Import, rows: list[Parsed]) -> dict[str, int]:
    names = sorted({row.variant(key) for row in rows for key in row.completions})
    return run.store.write(lambda db: {name: _variant(db, run, name).id for name in names})


def _variant(db: Database, run: Import, name: str) -> Variant:
    """What an import says answered: no model to run, the default template, sampling unknown."""
    model = Model(name=f"imported/{name}", kind="imported", location="", fingerprint="")
    variant = Variant(name, model, Template(), Sampling())
    return variants.ensure_variant(db, run.now, run.project.id, variant)


def _keys(row: Parsed, prompt_id: int, variant_ids: dict[str, int]) -> dict[str, Key]:
    """What each of the row's answers is known by."""
    return {
        key: _key(prompt_id, variant_ids[row.variant(key)], messages)
        for key, messages in row.completions.items()
    }


def _key(prompt_id: int, variant_id: int, messages: tuple[Message, ...]) -> Key:
    return prompt_id, variant_id, sha256_json(messages)


def _stored(run: Import, prompt_ids: Iterable[int]) -> list[Completion]:
    with run.store.read() as db:
        return [c for i in sorted(set(prompt_ids)) for c in completions.all_of_prompt(db, i)]


def _new(
    rows: list[Parsed], keys: list[dict[str, Key]], stored: list[Completion]
) -> Iterator[Completion]:
    """Each answer that is not stored, once."""
    known = {_key(c.prompt_id, c.variant_id, c.messages) for c in stored}
    samples = Counter((c.prompt_id, c.variant_id) for c in stored)
    rendered: dict[int, tuple[Message, ...]] = {}
    for row, own in zip(rows, keys, strict=True):
        for name, key in own.items():
            if key in known:
                continue
            known.add(key)
            prompt_id, variant_id, _ = key
            if prompt_id not in rendered:
                rendered[prompt_id] = render(row.prompt, Template())
            yield Completion(
                prompt_id=prompt_id,
                variant_id=variant_id,
                sample_index=samples[prompt_id, variant_id],
                messages=row.completions[name],
                rendered=rendered[prompt_id],
            )
            samples[prompt_id, variant_id] += 1
