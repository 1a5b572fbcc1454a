"""Storing an import: checked rows in, in pieces, visible all at once at the end.

Importing the same file twice adds nothing. What a dead process left unfinished is removed at
the next start.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from workbench.errors import InvalidInput
from workbench.hashing import sha256_json
from workbench.importing import verdicts
from workbench.importing.placing import content_hash, place
from workbench.importing.readers import BadRow, read
from workbench.importing.shapes import BadShape, Parsed, parse
from workbench.locks import held
from workbench.records import Completion, Model, Project, Prompt, Sampling, Template, Variant
from workbench.store import Database, Store, completions, imports, prompts, variants
from workbench.templating import render

BATCH = 250
SHOWN_BAD_ROWS = 20


@dataclass
class Report:
    """What an import did. `bad` names the rows that could not be used."""

    prompts: int = 0
    known_prompts: int = 0
    completions: int = 0
    judgements: int = 0
    heldout: int = 0
    near_heldout: int = 0
    bad: list[BadRow] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def import_file(
    store: Store, project: Project, path: Path, now: datetime, *, kind: str = "prompts",
    skip_bad: bool = False,
) -> Report:  # fmt: skip
    """Import a file of prompts or completions.

    Raises InvalidInput, naming line and reason of the bad rows, and imports nothing then, unless
    `skip_bad`.
    """
    rows, bad = check_file(path, kind)
    if bad and not skip_bad:
        raise InvalidInput(
            f"{path.name}: {len(bad)} of {len(rows) + len(bad)} rows cannot be used;"
            f" nothing was imported.\n{_listed(path.name, bad)}",
            field="file",
            remedy="Mend them, or import the rest with --skip-bad.",
        )
    report = add(store, project, rows, now, kind=kind, file_name=path.name)
    report.bad = bad
    return report


def check_file(path: Path, kind: str) -> tuple[list[Parsed], list[BadRow]]:
    """Every row that can be used, and every one that can't with the reason."""
    rows: list[Parsed] = []
    bad: list[BadRow] = []
    for line, row in read(path):
        try:
            if isinstance(row, BadRow):
                bad.append(row)
                continue
            parsed = parse(row)
            if kind == "completions" and not parsed.completions:
                raise BadShape("no `completion` or `completions`")
            rows.append(parsed)
        except BadShape as problem:
            bad.append(BadRow(line, str(problem)))
    return rows, bad


def _listed(name: str, bad: list[BadRow]) -> str:
    lines = [f"  {name}:{row.line}: {row.reason}" for row in bad[:SHOWN_BAD_ROWS]]
    more = len(bad) - SHOWN_BAD_ROWS
    return "\n".join([*lines, f"  and {more} more"] if more > 0 else lines)


def add(
    store: Store, project: Project, rows: list[Parsed], now: datetime, *,
    kind: str = "prompts", file_name: str = "the workbench",
) -> Report:  # fmt: skip
    """Store checked rows; the lock keeps a second import of this workspace waiting."""
    digest = sha256_json([asdict(row.prompt) for row in rows])
    if kind == "completions":
        rows = _with_known_sources(store, project, rows)
    with held(store.workspace.locks / "import.lock", wait=True):
        _remove_unfinished(store)
        import_id = store.write(
            lambda db: imports.begin(db, now, project.id, kind, file_name, digest)
        )
        report = Report()
        _add_prompts(store, project, rows, now, import_id, report)
        if kind == "completions":
            _add_completions(store, project, rows, now, import_id, report)
        store.write(lambda db: imports.finish(db, now, import_id, project.id, report.to_json()))
    return report


def _with_known_sources(store: Store, project: Project, rows: list[Parsed]) -> list[Parsed]:
    """Answers may name a stored prompt by `id` and words, and leave its source text out."""
    ids = {row.prompt.external_id for row in rows if row.prompt.external_id}
    with store.read() as db:
        known = prompts.by_external_ids(db, project.id, ids)

    def with_source(row: Parsed) -> Parsed:
        found = known.get(row.prompt.external_id or "")
        if found is None or row.prompt.context or found.messages != row.prompt.messages:
            return row
        return replace(row, prompt=replace(row.prompt, context=found.context))

    return [with_source(row) for row in rows]


def remove_unfinished(store: Store) -> int:
    """Remove what a killed import left behind; leaves a running one alone."""
    with held(store.workspace.locks / "import.lock", wait=False) as free:
        return _remove_unfinished(store) if free else 0


def _remove_unfinished(store: Store) -> int:
    """Only under the lock. What is left would hide the same prompts of the next import."""
    with store.read() as db:
        left = imports.unfinished(db)
    for import_id in left:
        store.write(partial(imports.remove, import_id=import_id))
    return len(left)


def _batches(rows: list[Any]) -> Iterator[list[Any]]:
    return (rows[at : at + BATCH] for at in range(0, len(rows), BATCH))


def _add_prompts(
    store: Store, project: Project, rows: list[Parsed], now: datetime, import_id: int,
    report: Report,
) -> None:  # fmt: skip
    with store.read() as db:
        old = list(prompts.placements(db, project.id))
    known = {placed.content_hash for placed in old}
    fresh: dict[str, Prompt] = {}
    for row in rows:
        name = content_hash(row.prompt)
        if name not in known:
            fresh.setdefault(name, row.prompt)
    placement = place(old, list(fresh.values()), project.settings)
    for batch in _batches(placement.new):

        def write(db: Database, batch: list[prompts.Placed]) -> None:
            for placed in batch:
                prompts.insert(db, now, project.id, import_id, placed)

        store.write(partial(write, batch=batch))
    store.write(lambda db: prompts.mark_near_heldout(db, project.id, placement.spoiled_ids))
    report.prompts = len(placement.new)
    report.known_prompts = len(rows) - len(placement.new)
    report.heldout = sum(placed.split == "heldout" for placed in placement.new)
    report.near_heldout = sum(p.near_heldout for p in placement.new) + len(placement.spoiled_ids)


def _add_completions(
    store: Store, project: Project, rows: list[Parsed], now: datetime, import_id: int,
    report: Report,
) -> None:  # fmt: skip
    names = sorted({name for row in rows for name in row.completions})
    found = {name: store.write(partial(_variant, now=now, project=project, name=name))
             for name in names}  # fmt: skip
    with store.read() as db:
        ids = prompts.ids_by_hash(db, project.id)
    for batch in _batches(rows):

        def write(db: Database, batch: list[Parsed]) -> tuple[int, int]:
            stored = judged = 0
            for row in batch:
                prompt_id = ids[content_hash(row.prompt)]
                stored += _add_answers(db, row, prompt_id, found, now, import_id)
                judged += verdicts.add(db, project, row, prompt_id, found, now, import_id)
            return stored, judged

        stored, judged = store.write(partial(write, batch=batch))
        report.completions += stored
        report.judgements += judged


def _variant(db: Database, *, now: datetime, project: Project, name: str) -> Variant:
    """What an import says answered: no model to run, the default template, sampling unknown."""
    model = Model(name=f"imported/{name}", kind="imported", location="", fingerprint="")
    variant = Variant(name, model, Template(), Sampling())
    return variants.ensure_variant(db, now, project.id, variant)


def _add_answers(
    db: Database, row: Parsed, prompt_id: int, found: dict[str, Variant], now: datetime,
    import_id: int,
) -> int:  # fmt: skip
    """A text that the variant gave already is not stored again; a new one is a new sample."""
    stored = 0
    for name, messages in row.completions.items():
        variant = found[name]
        earlier = [c for c in completions.all_of_prompt(db, prompt_id)
                   if c.variant_id == variant.id]  # fmt: skip
        if messages in [c.messages for c in earlier]:
            continue
        completion = Completion(
            prompt_id=prompt_id,
            variant_id=variant.id,
            sample_index=len(earlier),
            messages=messages,
            rendered=render(row.prompt, variant.template),
        )
        stored += completions.insert(db, now, completion, import_id=import_id)
    return stored
