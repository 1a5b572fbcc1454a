"""Corrections as rows: the edited answer is better than the answer as it was, and than those that
lost to that. A minimal edit mends only what the same reviewer flagged.

It knows which edits there are; which of them may train is decided in `choosing`.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from workbench.exporting.filters import Filters
from workbench.exporting.mending import mended
from workbench.quality.verdicts import Verdicts
from workbench.quality.votes import FIRST
from workbench.store import edits, votes
from workbench.store.database import Database

Judged = tuple[int, int]  # a judgement and its reviewer


@dataclass(frozen=True)
class Edit:
    """`text` in the place of `answer_id` at `turn` is better than `worse_id`: the same answer as it
    was, or one that lost to it. Equal texts of several reviewers are one edit.
    """

    comparison_id: int
    prompt_id: int
    turn: int
    answer_id: int
    worse_id: int
    text: str
    minimal: bool
    judged: tuple[Judged, ...]


@dataclass(frozen=True)
class Found:
    """`unflagged`: the comparisons of corrections that mend nothing which was flagged."""

    edits: list[Edit]
    unflagged: list[int]


def find(db: Database, project_id: int, filters: Filters, only: tuple[int, ...]) -> Found:
    """Each edit over its own answer, by comparison and answer; what changes nothing is none."""
    rows = [
        row
        for row in edits.of_work(db, project_id, filters.kinds)
        if isinstance(row["original"], str) and row["text"].strip() != row["original"].strip()
        and (not only or row["reviewer_id"] in only)
    ]  # fmt: skip
    if filters.rounds:
        heard = set(votes.in_rounds(db, project_id, filters.rounds))
        rows = [row for row in rows if row["comparison_id"] in heard]
    made: list[Edit] = []
    unflagged: list[int] = []
    if "corrections" in filters.rows_from:
        made += (_edit(row, row["text"], minimal=False) for row in rows)
    if "minimal-edits" in filters.rows_from:
        minimal = list(_minimal(db, rows))
        made += minimal
        mended_ones = {(edit.comparison_id, edit.answer_id) for edit in minimal}
        pairs = [(row["comparison_id"], row["completion_id"]) for row in rows]
        unflagged = [pair[0] for pair in pairs if pair not in mended_ones]
    return Found(_merged(made), unflagged)


def _minimal(db: Database, rows: list[dict[str, Any]]) -> Iterator[Edit]:
    flagged = edits.flagged(db, [row["judgement_id"] for row in rows])
    for row in rows:
        spans = flagged.get((row["judgement_id"], row["completion_id"]), [])
        if spans and (text := mended(row["original"], row["text"], spans)):
            yield _edit(row, text, minimal=True)


def _edit(row: dict[str, Any], text: str, *, minimal: bool) -> Edit:
    answer = row["completion_id"]
    judged = ((row["judgement_id"], row["reviewer_id"]),)
    return Edit(row["comparison_id"], row["prompt_id"], row["turn"], answer, answer, text, minimal,
                judged)  # fmt: skip


def _merged(made: Iterable[Edit]) -> list[Edit]:
    """A minimal edit that is all of a correction is that correction."""
    found: dict[tuple[int, int, str], Edit] = {}
    for edit in made:
        key = edit.comparison_id, edit.answer_id, edit.text
        known = found.get(key, replace(edit, judged=()))
        judged = tuple(sorted({*known.judged, *edit.judged}))
        found[key] = replace(known, minimal=known.minimal and edit.minimal, judged=judged)
    return sorted(found.values(), key=lambda one: (one.comparison_id, one.answer_id, one.judged))


def over_losers(found: list[Edit], verdicts: Verdicts) -> list[Edit]:
    """Each edit, and after it the same over the answers that lost to what it corrects. A minimal
    edit is set beside its own answer alone, since that is its point.
    """
    mine = verdicts.at(np.isin(verdicts.comparisons, [edit.comparison_id for edit in found]))
    lost = defaultdict(list)
    for comparison, winner, loser in zip(
        mine.comparisons.tolist(), mine.winners.tolist(), mine.losers.tolist(), strict=True
    ):
        lost[comparison, winner].append(loser)
    return [
        replace(edit, worse_id=worse)
        for edit in found
        for worse in (edit.answer_id, *(() if edit.minimal else _losers(edit, lost)))
    ]


def _losers(edit: Edit, lost: dict[tuple[int, int], list[int]]) -> list[int]:
    return lost.get((edit.comparison_id, edit.answer_id), [])


def as_verdicts(found: list[Edit]) -> Verdicts:
    """So that the rules which bar a pair bar an edit as well; whoever edits is sure."""
    first, second = (
        np.array([getattr(edit, name) for edit in found], np.int64)
        for name in ("answer_id", "worse_id")
    )
    ones = np.ones(len(found))
    return Verdicts(
        comparisons=np.array([edit.comparison_id for edit in found], np.int64),
        prompts=np.array([edit.prompt_id for edit in found], np.int64),
        first=first,
        second=second,
        verdicts=np.full(len(found), FIRST),
        strengths=ones,
        chances=ones,
        votes=np.array([len(edit.judged) for edit in found], np.int64),
        all_bad=np.zeros(len(found), bool),
        places=np.arange(len(found)),
    )
