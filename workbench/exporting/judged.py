"""Judgements one by one, for the formats that hold what each said and not what they add up to.

Here a place is one judgement: a verdict that one person gave alone.
"""

from collections.abc import Iterator

import numpy as np

from workbench.errors import InvalidInput
from workbench.exporting import decontamination
from workbench.exporting.choosing import Chosen, Costs, Rule, of_prompts, outside_benchmarks
from workbench.exporting.filters import Filters
from workbench.quality.verdicts import KINDS, Ballots, Verdicts
from workbench.quality.votes import Votes
from workbench.quality.weighing import heard
from workbench.stats.arrays import Ints, Truths
from workbench.store import export_parts, exports, reviews, votes
from workbench.store.database import Database

OF_VERDICTS = (
    "least_votes",
    "least_strength",
    "least_posterior",
    "rubric_floor",
    "per_prompt",
    "balance",
)


def check(filters: Filters) -> None:
    """Raises InvalidInput for a rule about what judgements add up to."""
    usual = Filters()
    wrong = [name for name in OF_VERDICTS if getattr(filters, name) != getattr(usual, name)]
    if wrong:
        raise InvalidInput(
            f"In this format nothing is added up, so it has no {wrong[0].replace('_', ' ')}.",
            field=wrong[0],
            remedy="Take the rule out, or choose a format of pairs.",
        )


def choose(
    db: Database, project_id: int, filters: Filters, only: tuple[int, ...]
) -> tuple[Chosen, Ballots]:
    """The judgements that count, each in a place of its own, by rising id."""
    given = _given(db, project_id, filters, only)
    order = np.argsort(given.judgements, kind="stable")
    ballots = Ballots(
        np.arange(len(order) + 1),
        given.judgements[order],
        given.reviewer_ids[given.reviewers[order]],
        given.verdicts[order],
    )
    found = _verdicts(given, order)
    costs = Costs()
    passed = costs.sift(found, _rules(db, project_id, found, filters))
    return Chosen(found.at(passed), [], costs.by_rule), ballots


def _given(db: Database, project_id: int, filters: Filters, only: tuple[int, ...]) -> Votes:
    """A ranking is one judgement, whatever pairs it implies."""
    given = heard(db, project_id, filters.kinds)
    wanted = given.plain & np.isin(
        given.about.kinds[given.items], [KINDS[kind] for kind in ("work", *filters.include)]
    )
    if only:
        wanted &= np.isin(given.reviewer_ids[given.reviewers], only)
    if filters.rounds:
        within = votes.in_rounds(db, project_id, filters.rounds)
        wanted &= np.isin(given.about.ids[given.items], within)
    return given.only(wanted)


def _verdicts(given: Votes, order: Ints) -> Verdicts:
    """Which answers they are about, a judgement says by its comparison."""
    items, unknown = given.items[order], np.full(len(order), -1)
    return Verdicts(
        comparisons=given.about.ids[items],
        prompts=given.about.prompts[items],
        first=unknown,
        second=unknown,
        verdicts=given.verdicts[order],
        strengths=given.strengths[order].astype(float),
        chances=np.ones(len(order)),
        votes=np.ones(len(order), np.int64),
        all_bad=np.zeros(len(order), bool),
        places=np.arange(len(order)),
    )


def _rules(db: Database, project_id: int, found: Verdicts, filters: Filters) -> Iterator[Rule]:
    """As for pairs; gold and heldout pass where they are asked for."""
    gold = about_gold(db, project_id, found)
    yield "gold", ~gold | ("gold" in filters.include)
    heldout = about_heldout(db, project_id, found)
    yield "heldout prompt, or near one", ~heldout | ("heldout" in filters.include)
    yield from outside_benchmarks(decontamination.asked_by(db, project_id), found)
    waiting = list(reviews.held_back(db, project_id))
    yield "waits for a second look, or was sent back", ~np.isin(found.comparisons, waiting)
    masked = _with(db, project_id, _ids(exports.masked(db, project_id)))
    yield "an answer names its model", ~np.isin(found.comparisons, masked)
    yield from of_prompts(db, project_id, found, filters)


def about_gold(db: Database, project_id: int, found: Verdicts) -> Truths:
    """Which are about an answer that stands in a gold item, or a prompt made for gold."""
    answers = _with(db, project_id, _ids(exports.gold_answers(db, project_id)))
    made = _ids(export_parts.made_for_gold(db, project_id))
    hit: Truths = np.isin(found.comparisons, answers) | np.isin(found.prompts, made)
    return hit


def about_heldout(db: Database, project_id: int, found: Verdicts) -> Truths:
    """Which are about a heldout prompt, or one near it."""
    hit: Truths = np.isin(found.prompts, _ids(export_parts.heldout(db, project_id)))
    return hit


def _with(db: Database, project_id: int, answers: Ints) -> Ints:
    """The comparisons in which one of these answers stands."""
    if not len(answers):
        return answers
    standing = _ids(export_parts.standing(db, project_id)).reshape(-1, 2)
    found: Ints = standing[np.isin(standing[:, 1], answers), 0]
    return found


def _ids(numbers: Iterator[int]) -> Ints:
    return np.fromiter(numbers, np.int64)
