"""From a project's judgements to the rows that may train: settled, chosen, read page by page."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Protocol

from workbench.errors import InvalidInput
from workbench.exporting.answers import AnswerReader
from workbench.exporting.choosing import Chosen, Cost, choose
from workbench.exporting.filters import Filters
from workbench.exporting.formats import Kind
from workbench.exporting.labels import with_labels
from workbench.exporting.pairs import PairReader
from workbench.exporting.source import Source
from workbench.quality import settle
from workbench.quality.verdicts import Verdicts
from workbench.records import Project
from workbench.store import projects, reviewers
from workbench.store.database import Database


class Row(Protocol):
    """What every kind of row has."""

    @property
    def part(self) -> str: ...

    @property
    def lineage(self) -> str: ...


class Reader(Protocol):
    left_out: Counter[str]

    def pages(self, found: Verdicts) -> Iterator[Sequence[Row]]: ...


@dataclass(frozen=True)
class Rows:
    """What an export reads. What the reader leaves out, and who was heard, is known after its last
    page.
    """

    chosen: Chosen
    source: Source
    reader: Reader

    def pages(self) -> Iterator[Sequence[Row]]:
        return self.reader.pages(self.chosen.verdicts)


@dataclass(frozen=True)
class Preview:
    """How many verdicts pass the rules, the first rows, and what each rule costs."""

    verdicts: int
    first: list[Row]
    left_out: dict[str, Cost]


def collect(db: Database, project: Project, filters: Filters, kind: Kind = "pairs") -> Rows:
    """Raises InvalidInput for a filter that cannot be used."""
    filters.check()
    only = _reviewers(db, filters)
    found, ballots = settle(db, project.id, filters.kinds, rounds=filters.rounds, only=only)
    if kind in ("answers", "best"):
        found, ballots = with_labels(db, project.id, filters, only, found, ballots)
    settings = projects.by_id(db, project.id).settings
    chosen = choose(db, project.id, found, filters, settings, pairs=kind == "pairs")
    source = Source(db, project.id, ballots, filters.test_share)
    return Rows(chosen, source, _reader(db, source, kind))


def _reviewers(db: Database, filters: Filters) -> tuple[int, ...]:
    known = {one.public_id: one.id for one in reviewers.everyone(db)}
    if unknown := sorted(set(filters.reviewers) - set(known)):
        raise InvalidInput(
            f"There is no reviewer {', '.join(unknown)}.",
            field="reviewers",
            remedy="A filter names them by public id: r- and eight characters.",
        )
    return tuple(known[name] for name in filters.reviewers)


def _reader(db: Database, source: Source, kind: Kind) -> Reader:
    if kind == "pairs":
        return PairReader(db, source)
    return AnswerReader(db, source, only_best=kind == "best")


def preview(
    db: Database, project: Project, filters: Filters, kind: Kind = "pairs", most: int = 20
) -> Preview:
    """As far as the first `most` rows; what their reader leaves out is told that far."""
    rows = collect(db, project, filters, kind)
    first = list(islice((row for page in rows.pages() for row in page), most))
    apart = {reason: Cost(n) for reason, n in rows.reader.left_out.items() if n}
    return Preview(len(rows.chosen.verdicts), first, rows.chosen.left_out | apart)
