"""The rows of a version as files in a folder, page by page: nothing of it is named or known yet."""

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from workbench import jobs
from workbench.errors import InvalidInput
from workbench.exporting.collecting import Row, Rows, collect
from workbench.exporting.describing import describe
from workbench.exporting.files import Lines, to_parquet
from workbench.exporting.filters import Filters
from workbench.exporting.format import Format, NoRow
from workbench.records import Project
from workbench.stats.arrays import Ints
from workbench.store.database import Database

PARTS = ("train", "test")


@dataclass(frozen=True)
class Written:
    """What lies in the folder: rows by part, what was left out by rule, how many judgements of each
    reviewer (by public id) are behind it and which, the hash, and what `describe` says.
    """

    counts: dict[str, int]
    left_out: dict[str, int]
    reviewers: dict[str, int]
    judgements: Ints
    sha256: str
    described: dict[str, Any]


def write(
    db: Database, folder: Path, project: Project, filters: Filters, format_: Format,
    report: jobs.Report,
) -> Written:  # fmt: skip
    """Raises InvalidInput when there is nothing to train on."""
    rows = collect(db, project, filters, format_.of)
    left_out = Counter({reason: cost.rows for reason, cost in rows.chosen.left_out.items()})
    rules = left_out.total()
    counts, digest = _write_lines(rows, folder, format_, left_out, report)
    unfit = left_out.total() > rules
    left_out.update(rows.reader.left_out)
    if not counts["train"]:
        raise InvalidInput(
            f"Nothing that was judged in “{project.slug}” can be exported.", remedy=_why(+left_out)
        )
    described = describe(db, project.id, rows)
    source = rows.source
    del rows  # the verdicts of a million pairs hold 70 MB
    for part in PARTS:
        to_parquet(folder / f"{part}.jsonl", folder / f"{part}.parquet", format_.schema)
    ids, people = _behind(folder / "lineage.jsonl") if unfit else source.judgements()
    return Written(counts, dict(+left_out), people, ids, digest, described)


def _behind(lineage: Path) -> tuple[Ints, dict[str, int]]:
    """As `Source.judgements`, of what was written: where some rows fitted the format and some did
    not, a judgement may be behind both.
    """
    whose: dict[int, str] = {}
    with open(lineage, encoding="utf-8") as file:
        for line in file:
            whose |= {said["id"]: said["reviewer"] for said in json.loads(line)["judgements"]}
    return np.array(sorted(whose), np.int64), dict(sorted(Counter(whose.values()).items()))


def _write_lines(
    rows: Rows, folder: Path, format_: Format, left_out: Counter[str], report: jobs.Report
) -> tuple[dict[str, int], str]:
    """How many rows each part got, and the hash of them and their lineage."""
    with ExitStack() as stack:
        parts = {part: stack.enter_context(Lines(folder / f"{part}.jsonl")) for part in PARTS}
        lineage = stack.enter_context(Lines(folder / "lineage.jsonl"))
        for page in rows.pages():
            lines = _lines(page, format_, left_out)
            for part, file in parts.items():
                file.write([line for row, line in lines if row.part == part])
            lineage.write([row.lineage for row, _ in lines])
            report(lineage.rows, max(lineage.rows, len(rows.chosen.verdicts)), "writing the rows")
    digest = hashlib.sha256(b"".join(file.digest() for file in (*parts.values(), lineage)))
    return {part: file.rows for part, file in parts.items()}, digest.hexdigest()


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
        return "Judge some comparisons first, or count other kinds of reviewers (--kinds)."
    reasons = ", ".join(f"{n} {reason}" for reason, n in left_out.items())
    return f"Left out: {reasons}."
