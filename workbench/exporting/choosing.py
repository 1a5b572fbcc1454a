"""Which verdicts and corrections may train: what no filter lets in first, then the filter's own
rules, each with what it costs. Over arrays, so that a million verdicts are sorted out in a moment.

Gold never comes here (work comparisons only), and an answer that stands in a gold item never
passes, nor do heldout prompts and their near-duplicates, nor an answer that names its model, nor a
prompt that a benchmark asks.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain

import numpy as np

from workbench.checking import identity
from workbench.exporting import balancing, decontamination
from workbench.exporting.edits import Edit, Found, as_verdicts, over_losers
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
    """How many verdicts or corrections a rule left out, and some of their comparisons."""

    rows: int
    examples: tuple[int, ...] = ()


@dataclass(frozen=True)
class Chosen:
    """What may train, and by rule what may not."""

    verdicts: Verdicts
    edits: list[Edit]
    left_out: dict[str, Cost] = field(default_factory=dict)


@dataclass(frozen=True)
class Asked:
    """A filter, and the project that it is for."""

    db: Database
    project_id: int
    filters: Filters
    settings: ProjectSettings

    @cached_property
    def barred(self) -> "Barred":
        """Read once, for verdicts and for corrections."""
        db, project_id = self.db, self.project_id
        return Barred(
            gold=_ids(exports.gold_answers(db, project_id)),
            trainable=_ids(exports.trainable(db, project_id)),
            benchmarks=decontamination.asked_by(db, project_id),
            waiting=list(reviews.held_back(db, project_id)),
            masked=_ids(exports.masked(db, project_id)),
        )


@dataclass(frozen=True)
class Barred:
    """What no filter lets in: answers of gold items and those that name their model, all prompts
    but the trainable ones, those that a benchmark asks, and comparisons that wait for a lead.
    """

    gold: Ints
    trainable: Ints
    benchmarks: dict[str, Ints]
    waiting: list[int]
    masked: Ints


def choose(asked: Asked, found: Verdicts, known: Found, *, pairs: bool = True) -> Chosen:
    """Each is left out by the first rule that it fails. For `pairs`, one answer must be better, and
    an edit stands beside each answer that it is better than.
    """
    costs, filters = Costs(), asked.filters
    wanted = "verdicts" in filters.rows_from
    passed = (costs if wanted else Costs()).sift(found, _of_verdicts(asked, found, pairs))
    verdicts = found.at(passed)
    costs.add("a correction of nothing that was flagged", np.array(known.unflagged, np.int64))
    edits = over_losers(known.edits, verdicts) if pairs else known.edits
    edits = _sifted(asked, edits, costs)
    if not wanted:
        verdicts = found.at(np.zeros(len(found), bool))
    edits, verdicts = _capped(edits, verdicts, filters.per_prompt, costs)
    if filters.balance:
        even = balancing.even(asked.db, asked.project_id, verdicts, filters.balance)
        verdicts = verdicts.at(costs.sift(verdicts, [(f"balance by {filters.balance}", even)]))
    return Chosen(verdicts, edits, costs.by_rule)


def _of_verdicts(asked: Asked, found: Verdicts, pairs: bool) -> Iterator[Rule]:
    yield from _barred(asked, found)
    if pairs:
        yield "all bad", ~found.all_bad
    yield from _agreed(asked, found)
    yield from of_prompts(asked.db, asked.project_id, found, asked.filters)


@dataclass
class Costs:
    """What each rule left out so far."""

    by_rule: dict[str, Cost] = field(default_factory=dict)

    def sift(self, found: Verdicts, rules: Iterable[Rule]) -> Truths:
        """Who passes all of the rules."""
        left = np.ones(len(found), bool)
        for reason, passes in rules:
            self.add(reason, found.comparisons[left & ~passes])
            left &= passes
        return left

    def add(self, reason: str, comparisons: Ints) -> None:
        if len(comparisons):
            known = self.by_rule.get(reason, Cost(0))
            some = (*known.examples, *comparisons[:EXAMPLES].tolist())[:EXAMPLES]
            self.by_rule[reason] = Cost(known.rows + len(comparisons), some)


def _barred(asked: Asked, found: Verdicts) -> Iterator[Rule]:
    barred = asked.barred
    yield "gold", ~_either(found, barred.gold)
    yield "heldout prompt, or near one", np.isin(found.prompts, barred.trainable)
    yield from outside_benchmarks(barred.benchmarks, found)
    waits = np.isin(found.comparisons, barred.waiting)
    yield "waits for a second look, or was sent back", ~waits
    yield "an answer names its model", ~_either(found, barred.masked)
    yield "about the same, or undecided", found.decided | found.all_bad


def _agreed(asked: Asked, found: Verdicts) -> Iterator[Rule]:
    """What the filter asks of the verdict itself."""
    filters = asked.filters
    yield "too few votes", found.votes >= filters.least_votes
    yield "reviewers not sure enough together", _sure(found, filters, asked.settings)
    yield "too weak a preference", found.all_bad | (found.strengths >= filters.least_strength)
    for criterion, least in filters.rubric_floor.items():
        good = _ids(exports.rated_from(asked.db, asked.project_id, filters.kinds, criterion, least))
        yield f"{criterion} below {least:g}, or not rated", np.isin(found.winners, good)


def outside_benchmarks(asked: dict[str, Ints], found: Verdicts) -> Iterator[Rule]:
    """`asked`: by benchmark the prompts that hold one of its questions."""
    for benchmark, prompts in asked.items():
        yield f"asked by the benchmark {benchmark}", ~np.isin(found.prompts, prompts)


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


def _sifted(asked: Asked, edits: list[Edit], costs: Costs) -> list[Edit]:
    if not edits:
        return []
    found = as_verdicts(edits)
    unnamed = np.array([not identity.leaks(edit.text) for edit in edits])
    rules = chain(
        _barred(asked, found),
        of_prompts(asked.db, asked.project_id, found, asked.filters),
        [("a correction names a model", unnamed)],
    )
    return [edits[at] for at in np.flatnonzero(costs.sift(found, rules))]


def _capped(
    edits: list[Edit], verdicts: Verdicts, most: int | None, costs: Costs
) -> tuple[list[Edit], Verdicts]:
    """A prompt's corrections, then its surest verdicts, the strongest, the oldest."""
    if most is None:
        return edits, verdicts
    seen: Counter[int] = Counter()
    kept: list[Edit] = []
    over: list[Edit] = []
    for edit in edits:
        seen[edit.prompt_id] += 1
        (kept if seen[edit.prompt_id] <= most else over).append(edit)
    reason = "more of the same prompt"
    costs.add(reason, np.array([edit.comparison_id for edit in over], np.int64))
    room = most - np.array([min(most, seen[i]) for i in verdicts.prompts.tolist()], np.int64)
    first = balancing.places_within(verdicts, verdicts.prompts) < room
    return kept, verdicts.at(costs.sift(verdicts, [(reason, first)]))


def _either(found: Verdicts, answers: Ints) -> Truths:
    hit: Truths = np.isin(found.first, answers) | np.isin(found.second, answers)
    return hit


def _ids(numbers: Iterator[int]) -> Ints:
    return np.fromiter(numbers, np.int64)
