"""Dataset versions on disk: written aside, then renamed, so that a crash leaves no half one.

A version is named by the hash of its rows and lineage; the same store gives the same bytes.
"""

import hashlib
import json
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import workbench
from workbench.clock import iso
from workbench.errors import InvalidInput
from workbench.exporting.card import card
from workbench.exporting.collecting import Row, collect
from workbench.exporting.files import Lines, to_parquet
from workbench.exporting.filters import Filters
from workbench.exporting.formats import FORMATS, Format, NoRow
from workbench.records import Project
from workbench.store import Store, datasets
from workbench.store.database import Database
from workbench.store.datasets import DatasetVersion

PARTS = ("train", "test")


def export(
    store: Store, project: Project, filters: Filters, now: datetime, out: Path | None = None,
    *, format_: str = "preference",
) -> DatasetVersion:  # fmt: skip
    """Freeze the project's pairs as a version below `out` and register it.

    Raises InvalidInput when no judged pair passes the filters.
    """
    base = out or store.workspace.exports
    base.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(prefix=".writing-", dir=base))
    try:
        with store.read() as db:
            written = _write(db, aside, project, filters, FORMATS[format_])
        version = _describe(aside, project, filters, format_, written, now)
        folder = base / version.name
        _publish(aside, folder)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    placed = DatasetVersion(**{**vars(version), "folder": str(folder)})
    return store.write(lambda db: datasets.add(db, now, placed))


@dataclass(frozen=True)
class Written:
    """What lies in the folder: rows by part, what was left out by rule, who judged, the hash."""

    counts: dict[str, int]
    left_out: dict[str, int]
    reviewers: int
    sha256: str


def _write(
    db: Database, aside: Path, project: Project, filters: Filters, format_: Format
) -> Written:
    """Raises InvalidInput when there is nothing to train on."""
    rows = collect(db, project, filters, format_.of)
    left_out = Counter({reason: cost.rows for reason, cost in rows.chosen.left_out.items()})
    with ExitStack() as stack:
        parts = {part: stack.enter_context(Lines(aside / f"{part}.jsonl")) for part in PARTS}
        lineage = stack.enter_context(Lines(aside / "lineage.jsonl"))
        for page in rows.pages():
            lines = _lines(page, format_, left_out)
            for part, file in parts.items():
                file.write([line for row, line in lines if row.part == part])
            lineage.write([row.lineage for row, _ in lines])
    left_out.update(rows.reader.left_out)
    counts = {part: file.rows for part, file in parts.items()}
    if not counts["train"]:
        raise InvalidInput(
            f"No judged pair of “{project.slug}” can be exported.", remedy=_why(left_out)
        )
    for part in PARTS:
        to_parquet(aside / f"{part}.jsonl", aside / f"{part}.parquet", format_.schema)
    digest = hashlib.sha256(b"".join(file.digest() for file in (*parts.values(), lineage)))
    return Written(counts, dict(+left_out), len(rows.source.heard), digest.hexdigest())


def _lines(page: Sequence[Row], format_: Format, left_out: Counter[str]) -> list[tuple[Row, str]]:
    found = []
    for row in page:
        try:
            found.append((row, format_.line(row)))
        except NoRow as reason:
            left_out[str(reason)] += 1
    return found


def _why(left_out: Counter[str]) -> str:
    if not left_out:
        return "Judge some comparisons first, or count other kinds of reviewers."
    reasons = ", ".join(f"{n} {reason}" for reason, n in left_out.items())
    return f"Left out: {reasons}."


def _describe(
    aside: Path, project: Project, filters: Filters, format_: str, written: Written,
    now: datetime,
) -> DatasetVersion:  # fmt: skip
    """The manifest and the card beside the rows."""
    name = f"{project.slug}-{written.sha256[:12]}"
    manifest = {
        "name": name,
        "format": format_,
        "project": project.slug,
        "filters": filters.to_json(),
        "guidelines_version": project.guidelines_version,
        "code_version": workbench.__version__,
    } | vars(written)
    text = json.dumps(manifest, ensure_ascii=False, indent=2, sort_keys=True)
    (aside / "manifest.json").write_text(text + "\n", encoding="utf-8")
    (aside / "README.md").write_text(card(manifest), encoding="utf-8")
    return DatasetVersion(0, project.id, name, written.sha256, format_, "", manifest, iso(now))


def _publish(aside: Path, folder: Path) -> None:
    """Rename into place; a version that is there already has the same content."""
    os.chmod(aside, 0o755)
    try:
        os.rename(aside, folder)
    except OSError:
        if not (folder / "manifest.json").is_file():
            raise
