"""From a project's judgements to the pairs that may train: settled, chosen, read page by page."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from workbench.exporting.choosing import Chosen, Cost, choose
from workbench.exporting.filters import Filters
from workbench.exporting.pairs import Pair, Reader
from workbench.quality import settle
from workbench.records import Project
from workbench.store import projects
from workbench.store.database import Database


@dataclass(frozen=True)
class Rows:
    """What an export reads. What the reader leaves out is known after its last page."""

    chosen: Chosen
    reader: Reader

    def pages(self) -> Iterator[list[Pair]]:
        return self.reader.pairs(self.chosen.verdicts)


@dataclass(frozen=True)
class Preview:
    """How many verdicts pass the rules, the first pairs, and what each rule costs."""

    pairs: int
    first: list[Pair]
    left_out: dict[str, Cost]


def collect(db: Database, project: Project, filters: Filters) -> Rows:
    """Raises InvalidInput for a filter that cannot be used."""
    filters.check()
    found, ballots = settle(db, project.id, filters.kinds, rounds=filters.rounds)
    settings = projects.by_id(db, project.id).settings
    chosen = choose(db, project.id, found, filters, settings)
    return Rows(chosen, Reader(db, project.id, ballots, filters.test_share))


def preview(db: Database, project: Project, filters: Filters, most: int = 20) -> Preview:
    """As far as the first `most` pairs; answers to different messages are told apart that far."""
    rows = collect(db, project, filters)
    first = list(islice((pair for page in rows.pages() for pair in page), most))
    apart = {reason: Cost(n) for reason, n in rows.reader.left_out.items()}
    passed = len(rows.chosen.verdicts) - sum(cost.rows for cost in apart.values())
    return Preview(passed, first, rows.chosen.left_out | apart)
