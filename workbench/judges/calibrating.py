"""A judge beside people: how often it says what they agreed on, beside how well they agree with
each other, and how right it is at each level of confidence.

People's verdict is their consensus, rulings included. Gold is no part of it: it is an exam.
"""

from dataclasses import dataclass

import numpy as np

from workbench.judges.verdicts import LEVELS, Pair
from workbench.quality.votes import GOLD, NONE
from workbench.quality.weighing import Agreed, agree, heard, others_say
from workbench.stats import calibration
from workbench.stats.agreement import NOTHING, Estimate, percent
from workbench.stats.arrays import Ints, Truths
from workbench.stats.calibration import TIE, Bin, Match, clustered_share
from workbench.stats.shares import share
from workbench.store import judges
from workbench.store.database import Database
from workbench.store.judges import Judge
from workbench.store.votes import MIX, RANGE


@dataclass(frozen=True)
class Ceiling:
    """How well people agree on the items that the judge read: two of them, and one with what all
    the others say. No judge can be asked for more.
    """

    two_people: Estimate
    one_with_the_others: Estimate


@dataclass(frozen=True)
class Calibration:
    """`flips`: the verdict changed with the order; `ties`: an order said so. Both are shares of the
    items that were read both ways; `unreadable` is one of all replies.
    """

    match: Match
    ceiling: Ceiling
    bins: list[Bin]
    flips: Estimate
    ties: Estimate
    unreadable: Estimate
    failed: int

    def confidence(self, level: int) -> float | None:
        """The calibrated confidence of a verdict of this level; None where it is unknown."""
        return next((one.calibrated for one in self.bins if one.level == level), None)


def calibrate(db: Database, judge: Judge) -> Calibration:
    """Everything about a judge beside people, as far as there is anything to say."""
    said = {i: Pair(one, other) for i, one, other in judges.verdicts(db, judge.reviewer_id)}
    agreed = agree(heard(db, judge.project_id, ("human",)))
    items, codes = known_verdicts(agreed)
    both = np.array([i in said for i in items.tolist()], bool)
    items, people = items[both], codes[both]
    pairs = [said[i] for i in items.tolist()]
    verdicts = np.array([TIE if pair.tie else int(pair.second) for pair in pairs], np.int64)
    levels = np.array([pair.level for pair in pairs], np.int64)
    counted, turned = judges.counts(db, judge.reviewer_id), _turned(items)
    return Calibration(
        match=calibration.match(_turn(verdicts, turned), _turn(people, turned)),
        ceiling=_ceiling(agreed, items),
        bins=calibration.calibrate(levels, verdicts == people, LEVELS),
        flips=share(sum(pair.flips for pair in said.values()), len(said)),
        ties=share(sum(pair.tie and not pair.flips for pair in said.values()), len(said)),
        unreadable=share(counted["unreadable"], counted["readings"] - counted["failed"]),
        failed=counted["failed"],
    )


def known_verdicts(agreed: Agreed) -> tuple[Ints, Ints]:
    """Comparison and people's verdict where there is one: 0 the lower id, 1 the higher, 2 a tie."""
    known = _plain_work(agreed) & (agreed.verdicts != NONE)
    ids = agreed.votes.about.ids[agreed.items[known]]
    return ids, agreed.verdicts[known].astype(np.int64)


def _plain_work(agreed: Agreed) -> Truths:
    """Pairs of their own, gold aside."""
    about = agreed.votes.about
    plain = agreed.items < len(about) - len(about.ranked)
    work: Truths = plain & (about.kinds[agreed.items] != GOLD)
    return work


def _turned(ids: Ints) -> Truths:
    """Which answer is called the first is drawn for each item, the same each time."""
    turned: Truths = ids * MIX % RANGE < RANGE // 2
    return turned


def _turn(verdicts: Ints, turned: Truths) -> Ints:
    swapped: Ints = np.where(turned & (verdicts != TIE), 1 - verdicts, verdicts)
    return swapped


def _ceiling(agreed: Agreed, items: Ints) -> Ceiling:
    ids = agreed.votes.about.ids
    read = np.isin(ids[agreed.items], items) & _plain_work(agreed)
    if not read.any():
        return Ceiling(NOTHING, NOTHING)
    votes, others = agreed.votes, others_say(agreed)
    mine = np.isin(votes.items, agreed.items[read]) & (others != NONE)
    hits = (votes.verdicts == others)[mine].astype(np.int64)
    return Ceiling(percent(agreed.counts[read]), clustered_share(hits, votes.items[mine]))
