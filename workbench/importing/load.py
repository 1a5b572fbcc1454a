"""Storing an import: checked rows in, in pieces, visible all at once at the end.

Importing the same file twice adds nothing. What a dead process left unfinished is removed at
the next start.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from workbench.clock import utc_now
from workbench.hashing import sha256_json
from workbench.importing import answers, judged, verdicts
from workbench.importing.checking import refuse
from workbench.importing.dropping import Dropped, Drops
from workbench.importing.parsed import Parsed
from workbench.importing.placing import content_hash, place
from workbench.importing.readers import BadRow, file_name
from workbench.importing.reading import PLAIN, Checked, Kind, Reading, check_file
from workbench.importing.under_way import Import
from workbench.locks import held
from workbench.records import Project, Prompt
from workbench.store import Store, imports, prompts


@dataclass
class Report:
    """What an import did; prompts are counted once each, however many rows ask them.

    `bad` names the rows that could not be used, `dropped` what else was not taken over; `formats`
    counts the rows by the format that read them, and `reading` says how the file was to be read.
    """

    prompts: int = 0
    known_prompts: int = 0
    completions: int = 0
    judgements: int = 0
    heldout: int = 0
    near_heldout: int = 0
    bad: list[BadRow] = field(default_factory=list)
    dropped: list[Dropped] = field(default_factory=list)
    formats: dict[str, int] = field(default_factory=dict)
    reading: dict[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def import_file(
    store: Store, project: Project, path: Path, now: datetime, *, kind: Kind = "prompts",
    skip_bad: bool = False, reading: Reading = PLAIN,
) -> Report:  # fmt: skip
    """Import a file of prompts, completions or judgements: its `kind`.

    Raises InvalidInput, naming line and reason of the bad rows, and imports nothing then, unless
    `skip_bad`.
    """
    checked = check_file(path, kind, project, reading)
    if checked.bad and not skip_bad:
        refuse(path, len(checked.rows), checked.bad)
    return add_checked(store, project, checked, now, kind=kind, file_name=file_name(path))


def add(
    store: Store, project: Project, rows: list[Parsed], now: datetime, *,
    kind: Kind = "prompts", file_name: str = "the workbench",
) -> Report:  # fmt: skip
    """Store rows that are known to be sound."""
    return add_checked(store, project, Checked(rows), now, kind=kind, file_name=file_name)


def add_checked(
    store: Store, project: Project, checked: Checked, now: datetime, *, kind: Kind, file_name: str
) -> Report:
    """Store what a check found good; the report says as well what it found bad."""
    rows = checked.rows
    digest = sha256_json([asdict(row.prompt) for row in rows])
    if kind != "prompts":
        rows = _with_known_sources(store, project, rows)
    with begun(store, project, now, kind, file_name, digest) as run:
        report = Report(bad=checked.bad, formats=checked.formats, reading=asdict(checked.reading))
        _add_prompts(run, rows, report)
        if kind != "prompts":
            _add_answers(run, rows, report, checked.drops)
        report.dropped = checked.drops.listed()
        finish(run, report.to_json())
    return report


@contextmanager
def begun(
    store: Store, project: Project, now: datetime, kind: str, file_name: str, digest: str
) -> Iterator[Import]:
    """An import under way, invisible until `finish`; its lock keeps a second import of this
    workspace waiting.
    """
    with held(store.workspace.locks / "import.lock", wait=True):
        _remove_unfinished(store)
        import_id = store.write(
            lambda db: imports.begin(db, now, project.id, kind, file_name, digest)
        )
        yield Import(store, project, now, import_id)


def finish(run: Import, report: dict[str, Any]) -> None:
    """From now on what was imported is seen."""
    run.store.write(lambda db: imports.finish(db, run.now, run.id, run.project.id, report))


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
    """Remove what a killed import left behind, and keep that for people to read; leaves a running
    one alone.
    """
    with held(store.workspace.locks / "import.lock", wait=False) as free:
        return _remove_unfinished(store) if free else 0


def _remove_unfinished(store: Store) -> int:
    """Only under the lock. What is left would hide the same prompts of the next import."""
    with store.read() as db:
        left = imports.unfinished(db)
    for import_id in left:
        store.write(partial(imports.remove, now=utc_now(), import_id=import_id))
    return len(left)


def _add_prompts(run: Import, rows: list[Parsed], report: Report) -> None:
    with run.store.read() as db:
        old = list(prompts.placements(db, run.project.id))
    given: dict[str, Prompt] = {}
    for row in rows:
        given.setdefault(content_hash(row.prompt), row.prompt)
    known = {placed.content_hash for placed in old}
    fresh = [prompt for name, prompt in given.items() if name not in known]
    placement = place(old, fresh, run.project.settings)
    report.prompts = run.write(
        placement.new, lambda db, one: prompts.insert(db, run.now, run.project.id, run.id, one)
    )
    run.store.write(lambda db: prompts.mark_near_heldout(db, run.project.id, placement.spoiled_ids))
    report.known_prompts = len(given) - report.prompts
    report.heldout = sum(placed.split == "heldout" for placed in placement.new)
    report.near_heldout = sum(p.near_heldout for p in placement.new) + len(placement.spoiled_ids)


def _add_answers(run: Import, rows: list[Parsed], report: Report, drops: Drops) -> None:
    answered, report.completions = answers.add(run, rows)
    report.judgements = verdicts.add(run, answered) + judged.add(run, answered, drops)
