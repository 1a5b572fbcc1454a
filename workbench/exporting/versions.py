"""Dataset versions on disk: written aside, then renamed, so that a crash leaves no half one.

A version is named by the hash of its rows and lineage; the same store gives the same bytes.
"""

import hashlib
import json
import os
import shutil
import tempfile
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

import workbench
from workbench.clock import iso
from workbench.errors import InvalidInput
from workbench.exporting.card import card
from workbench.exporting.pairs import Filters, Preview, Row, collect
from workbench.hashing import canonical_json
from workbench.records import Project
from workbench.store import Store, datasets
from workbench.store.datasets import DatasetVersion

_MESSAGES = pa.list_(pa.struct([("role", pa.string()), ("content", pa.string())]))
SCHEMA = pa.schema(
    [
        ("prompt", _MESSAGES),
        ("chosen", _MESSAGES),
        ("rejected", _MESSAGES),
        ("pair_id", pa.string()),
    ]
)
PARTS = ("train", "test")


def export(
    store: Store, project: Project, filters: Filters, now: datetime, out: Path | None = None
) -> DatasetVersion:
    """Freeze the project's pairs as a version below `out` and register it.

    Raises InvalidInput when no judged pair passes the filters.
    """
    with store.read() as db:
        preview = collect(db, project.id, filters)
    if not any(row.part == "train" for row in preview.rows):
        raise InvalidInput(
            f"No judged pair of “{project.slug}” can be exported.", remedy=_why(preview)
        )
    base = out or store.workspace.exports
    base.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(prefix=".writing-", dir=base))
    try:
        version = _write(aside, project, filters, preview, now)
        folder = base / version.name
        _publish(aside, folder)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    placed = DatasetVersion(**{**vars(version), "folder": str(folder)})
    return store.write(lambda db: datasets.add(db, now, placed))


def _why(preview: Preview) -> str:
    if not preview.left_out:
        return "Judge some comparisons first, or count other kinds of reviewers."
    reasons = ", ".join(f"{n} {reason}" for reason, n in preview.left_out.items())
    return f"Left out: {reasons}."


def _write(
    aside: Path, project: Project, filters: Filters, preview: Preview, now: datetime
) -> DatasetVersion:
    digest = hashlib.sha256()
    for part in PARTS:
        rows = [_columns(row) for row in preview.rows if row.part == part]
        digest.update(_write_lines(aside / f"{part}.jsonl", rows))
        table = pa.Table.from_pylist(rows, schema=SCHEMA)
        pq.write_table(table, aside / f"{part}.parquet", compression="zstd")
    lineage = [row.lineage for row in preview.rows]
    digest.update(_write_lines(aside / "lineage.jsonl", lineage))
    sha256 = digest.hexdigest()
    manifest = _manifest(project, filters, preview, sha256)
    text = json.dumps(manifest, ensure_ascii=False, indent=2, sort_keys=True)
    (aside / "manifest.json").write_text(text + "\n", encoding="utf-8")
    (aside / "README.md").write_text(card(manifest), encoding="utf-8")
    return DatasetVersion(
        0, project.id, manifest["name"], sha256, "preference", "", manifest, iso(now)
    )


def _manifest(project: Project, filters: Filters, preview: Preview, sha256: str) -> dict[str, Any]:
    parts = Counter(row.part for row in preview.rows)
    reviewers = {j["reviewer"] for row in preview.rows for j in row.lineage["judgements"]}
    return {
        "name": f"{project.slug}-{sha256[:12]}",
        "sha256": sha256,
        "format": "preference",
        "project": project.slug,
        "filters": filters.to_json(),
        "counts": {part: parts[part] for part in PARTS},
        "left_out": preview.left_out,
        "reviewers": len(reviewers),
        "guidelines_version": project.guidelines_version,
        "code_version": workbench.__version__,
    }


def _columns(row: Row) -> dict[str, Any]:
    return {
        "prompt": list(row.prompt),
        "chosen": list(row.chosen),
        "rejected": list(row.rejected),
        "pair_id": row.pair_id,
    }


def _write_lines(path: Path, rows: list[dict[str, Any]]) -> bytes:
    """Write JSON lines to disk for good; returns the hash of what was written."""
    digest = hashlib.sha256()
    with open(path, "wb") as file:
        for row in rows:
            line = canonical_json(row).encode() + b"\n"
            file.write(line)
            digest.update(line)
        file.flush()
        os.fsync(file.fileno())
    return digest.digest()


def _publish(aside: Path, folder: Path) -> None:
    """Rename into place; a version that is there already has the same content."""
    os.chmod(aside, 0o755)
    try:
        os.rename(aside, folder)
    except OSError:
        if not (folder / "manifest.json").is_file():
            raise
