"""Known answers from a file become gold: all of it or nothing, and the same file only once.

A prompt that the project has is used as it is; a new one is made for gold alone.
"""

from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from workbench.gold.keeping import Known, keep, require_verdicts
from workbench.gold.rows import parse
from workbench.hashing import sha256_json
from workbench.importing.checking import check_rows, refuse
from workbench.importing.load import begun, finish
from workbench.importing.placing import content_hash
from workbench.importing.readers import BadRow
from workbench.importing.under_way import Import
from workbench.records import Project
from workbench.store import Database, Store, prompts
from workbench.store.prompts import Placed

SOURCE = "import"


@dataclass
class Report:
    """How many gold items are new, how many rows were gold already, how many prompts were made
    for them, and the rows that could not be used.
    """

    made: int = 0
    known: int = 0
    prompts: int = 0
    bad: list[BadRow] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def import_file(
    store: Store, project: Project, path: Path, now: datetime, *, training: bool = False,
    skip_bad: bool = False,
) -> Report:  # fmt: skip
    """Import a file of known answers, as `training` items or to be mixed into the work.

    Raises InvalidInput, naming line and reason of the bad rows, and imports nothing then, unless
    `skip_bad`; also for a project that judges single answers.
    """
    require_verdicts(project)
    rows, bad = check_rows(path, partial(parse, settings=project.settings))
    if bad and not skip_bad:
        refuse(path, len(rows), bad)
    report = Report(bad=bad)
    digest = sha256_json([asdict(row) for row in rows])
    with begun(store, project, now, "gold", path.name, digest) as run:
        report.prompts = _add_prompts(run, rows)
        report.made = _add_items(run, rows, training)
        report.known = len(rows) - report.made
        finish(run, report.to_json())
    return report


def _add_prompts(run: Import, rows: list[Known]) -> int:
    """Each prompt in a cluster of its own: it is neither counted nor split."""
    placed = [
        Placed(row.prompt, name := content_hash(row.prompt), name, "train", False, gold_only=True)
        for row in rows
    ]
    return run.write(
        placed, lambda db, one: prompts.insert(db, run.now, run.project.id, run.id, one)
    )


def _add_items(run: Import, rows: list[Known], training: bool) -> int:
    with run.store.read() as db:
        ids = prompts.ids_by_hash(db, run.project.id)
    found = [
        replace(row, prompt=replace(row.prompt, id=ids[content_hash(row.prompt)])) for row in rows
    ]

    def add(db: Database, known: Known) -> bool:
        return keep(
            db, run.now, run.project, known, source=SOURCE, training=training, import_id=run.id
        )

    return run.write(found, add)
