"""From a project's judgements to the rows that may train: settled, chosen, read page by page."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Protocol

from workbench.errors import InvalidInput
from workbench.exporting import judged
from workbench.exporting.answers import AnswerReader
from workbench.exporting.choosing import Asked, Chosen, Cost, choose
from workbench.exporting.edited import EditReader
from workbench.exporting.edits import Found, find
from workbench.exporting.filters import Filters
from workbench.exporting.format import SINGLE, Kind
from workbench.exporting.labels import with_labels
from workbench.exporting.pairs import PairReader
from workbench.exporting.raw import RawReader
from workbench.exporting.said import SaidReader
from workbench.exporting.source import Source
from workbench.exporting.voted import VotedReader
from workbench.quality import settle
from workbench.quality.verdicts import Verdicts
from workbench.records import Project
from workbench.stats.arrays import Ints
from workbench.store import export_parts, projects, reviewers
from workbench.store.database import Database

NONE = Found([], [])  # votes are of answers as they were


class Row(Protocol):
    """What every kind of row has."""

    @property
    def part(self) -> str: ...

    @property
    def lineage(self) -> str: ...


class Reader(Protocol):
    @property
    def left_out(self) -> Counter[str]: ...

    def pages(self, found: Verdicts) -> Iterator[Sequence[Row]]: ...


@dataclass(frozen=True)
class Rows:
    """What an export reads; `heard` are the places of all that was judged, chosen or not. What the
    reader leaves out, and whose judgements are behind it, is known after its last page.
    """

    chosen: Chosen
    source: Source
    reader: Reader
    pairs: bool
    heard: Ints

    def pages(self) -> Iterator[Sequence[Row]]:
        """Corrections first."""
        edits = EditReader(self.source.db, self.source, self.reader.left_out)
        yield from (edits.pairs if self.pairs else edits.answers)(self.chosen.edits)
        yield from self.reader.pages(self.chosen.verdicts)


@dataclass(frozen=True)
class Preview:
    """How many verdicts and corrections pass the rules, the first rows, and what each rule costs.
    Over an answer as it was, and over those that lost to it, a correction is several.
    """

    verdicts: int
    corrections: int
    first: list[Row]
    left_out: dict[str, Cost]


def collect(db: Database, project: Project, filters: Filters, kind: Kind = "pairs") -> Rows:
    """Raises InvalidInput for a filter that cannot be used."""
    check(filters, kind)
    only = _reviewers(db, filters)
    if kind in SINGLE:
        chosen, ballots = judged.choose(db, project.id, filters, only)
        heard = chosen.verdicts.places
    else:
        found, ballots = settle(db, project.id, filters.kinds, rounds=filters.rounds, only=only)
        if kind in ("answers", "best"):
            found, ballots = with_labels(db, project.id, filters, only, found, ballots)
        settings = projects.by_id(db, project.id).settings
        edits = find(db, project.id, filters, only) if kind != "voted" else NONE
        asked = Asked(db, project.id, filters, settings)
        chosen = choose(asked, found, edits, pairs=kind in ("pairs", "voted"))
        heard = found.places
    source = Source(db, project.id, ballots, filters.test_share, filters.across_templates)
    reader = _reader(db, project, source, kind, chosen)
    return Rows(chosen, source, reader, kind == "pairs", heard)


def check(filters: Filters, kind: Kind) -> None:
    """Raises InvalidInput for a filter that cannot be used, or not for this kind of rows."""
    filters.check()
    if filters.include and kind != "raw":
        raise InvalidInput(
            "What never trains is exported with raw judgements only.",
            field="include",
            remedy="Choose the format “raw”, or include nothing.",
        )
    if kind in SINGLE:
        judged.check(filters)


def _reviewers(db: Database, filters: Filters) -> tuple[int, ...]:
    known = {one.public_id: one.id for one in reviewers.everyone(db)}
    if unknown := sorted(set(filters.reviewers) - set(known)):
        raise InvalidInput(
            f"There is no reviewer {', '.join(unknown)}.",
            field="reviewers",
            remedy="A filter names them by public id: r- and eight characters.",
        )
    return tuple(known[name] for name in filters.reviewers)


def _reader(db: Database, project: Project, source: Source, kind: Kind, chosen: Chosen) -> Reader:
    match kind:
        case "pairs":
            return PairReader(db, source)
        case "voted":
            return VotedReader(db, project.slug, PairReader(db, source))
        case "rated":
            return SaidReader(db, source, export_parts.rated)
        case "spanned":
            return SaidReader(db, source, export_parts.read_for_spans)
        case "raw":
            return RawReader(db, source)
        case "answers":
            return AnswerReader(db, source)
        case "best":
            corrected = frozenset(edit.answer_id for edit in chosen.edits)
            return AnswerReader(db, source, only_best=True, corrected=corrected)


def preview(
    db: Database, project: Project, filters: Filters, kind: Kind = "pairs", most: int = 20
) -> Preview:
    """As far as the first `most` rows; what their reader leaves out is told that far."""
    rows = collect(db, project, filters, kind)
    first = list(islice((row for page in rows.pages() for row in page), most))
    apart = {reason: Cost(n) for reason, n in rows.reader.left_out.items() if n}
    passed = rows.chosen
    return Preview(len(passed.verdicts), len(passed.edits), first, passed.left_out | apart)
