"""Which verdicts may train: what no filter lets in first, then the filter's own rules, each with
what it costs. Over arrays, so that a million verdicts are sorted out in a moment.

Gold never comes here (work comparisons only), and an answer that stands in a gold item never
passes, nor do heldout prompts and their near-duplicates, nor an answer that names its model.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np

from workbench.exporting.filters import Filters
from workbench.quality.verdicts import Verdicts
from workbench.settings import ProjectSettings
from workbench.stats.arrays import Ints, Truths
from workbench.store import exports, reviews
from workbench.store.database import Database

Rule = tuple[str, Truths]  # what it says of those that fail, and who passes
EXAMPLES = 3


@dataclass(frozen=True)
class Cost:
    """How many verdicts a rule left out, and some of their comparisons."""

    rows: int
    examples: tuple[int, ...] = ()


@dataclass(frozen=True)
class Chosen:
    """What may train, and by rule what may not."""

    verdicts: Verdicts
    left_out: dict[str, Cost] = field(default_factory=dict)


def choose(
    db: Database, project_id: int, found: Verdicts, filters: Filters, settings: ProjectSettings,
    *, pairs: bool = True,
) -> Chosen:  # fmt: skip
    """Each verdict is left out by the first rule that it fails. For `pairs`, one must be better."""
    groups = (_barred, *([_bad] if pairs else []), _own)
    rules = (rule for group in groups for rule in group(db, project_id, found, filters, settings))
    rest, left_out = sift(found, rules)
    kept = _surest(rest, filters.per_prompt)
    if not kept.all():
        some = rest.comparisons[~kept][:EXAMPLES].tolist()
        left_out["more of the same prompt"] = Cost(int((~kept).sum()), tuple(some))
    return Chosen(rest.at(kept), left_out)


def sift(found: Verdicts, rules: Iterable[Rule]) -> tuple[Verdicts, dict[str, Cost]]:
    """What passes all rules, and by the first rule that it fails what does not."""
    left = np.ones(len(found), bool)
    left_out = {}
    for reason, passes in rules:
        failed = left & ~passes
        if failed.any():
            some = found.comparisons[failed][:EXAMPLES].tolist()
            left_out[reason] = Cost(int(failed.sum()), tuple(some))
        left &= passes
    return found.at(left), left_out


def _barred(
    db: Database, project_id: int, found: Verdicts, filters: Filters, settings: ProjectSettings
) -> Iterator[Rule]:
    """What no filter lets in."""
    yield "gold", ~_either(found, _ids(exports.gold_answers(db, project_id)))
    trainable = _ids(exports.trainable(db, project_id))
    yield "heldout prompt, or near one", np.isin(found.prompts, trainable)
    waiting = list(reviews.held_back(db, project_id))
    yield "waits for a second look, or was sent back", ~np.isin(found.comparisons, waiting)
    yield "an answer names its model", ~_either(found, _ids(exports.masked(db, project_id)))
    yield "about the same, or undecided", found.decided | found.all_bad


def _bad(
    db: Database, project_id: int, found: Verdicts, filters: Filters, settings: ProjectSettings
) -> Iterator[Rule]:
    yield "all bad", ~found.all_bad


def _own(
    db: Database, project_id: int, found: Verdicts, filters: Filters, settings: ProjectSettings
) -> Iterator[Rule]:
    """What this filter asks."""
    yield "too few votes", found.votes >= filters.least_votes
    yield "reviewers not sure enough together", _sure(found, filters, settings)
    yield "too weak a preference", found.all_bad | (found.strengths >= filters.least_strength)
    yield from of_prompts(db, project_id, found, filters)
    for criterion, least in filters.rubric_floor.items():
        good = _ids(exports.rated_from(db, project_id, filters.kinds, criterion, least))
        yield f"{criterion} below {least:g}, or not rated", np.isin(found.winners, good)


def of_prompts(db: Database, project_id: int, found: Verdicts, filters: Filters) -> Iterator[Rule]:
    """Which prompts it is about."""
    if filters.tags:
        tagged = _ids(exports.tagged(db, project_id, filters.tags))
        yield "another tag", np.isin(found.prompts, tagged)
    if filters.languages:
        spoken = _ids(exports.in_languages(db, project_id, filters.languages))
        yield "another language", np.isin(found.prompts, spoken)


def _sure(found: Verdicts, filters: Filters, settings: ProjectSettings) -> Truths:
    if filters.least_posterior is not None:
        passes: Truths = found.chances >= filters.least_posterior
        return passes
    alone = (found.votes == 1) & (settings.wanted == 1)
    sure: Truths = alone | (found.chances >= settings.consensus_threshold)
    return sure


def _surest(found: Verdicts, most: int | None) -> Truths:
    """The surest verdicts of each prompt, then the strongest, then the oldest."""
    if most is None or not len(found):
        return np.ones(len(found), bool)
    keys = found.comparisons, -found.strengths, -found.chances, found.prompts
    order = np.lexsort(keys)
    starts = np.flatnonzero(np.diff(found.prompts[order], prepend=-1))
    sizes = np.diff(np.append(starts, len(found)))
    kept = np.zeros(len(found), bool)
    kept[order] = np.arange(len(found)) - np.repeat(starts, sizes) < most
    return kept


def _either(found: Verdicts, answers: Ints) -> Truths:
    hit: Truths = np.isin(found.first, answers) | np.isin(found.second, answers)
    return hit


def _ids(numbers: Iterator[int]) -> Ints:
    return np.fromiter(numbers, np.int64)
