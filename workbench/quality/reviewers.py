"""What is known of each reviewer, every figure with its interval and its count.

Bias is tested for all reviewers at once, with a correction for how many they are. It measures;
what a lead should do about it is said in `advice`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from workbench.quality.lengths import Lengths
from workbench.quality.votes import NONE, TIE, Votes
from workbench.quality.weighing import Agreed, others_say
from workbench.stats.agreement import Estimate
from workbench.stats.arrays import Floats, Ints, Truths
from workbench.stats.reliability import GoldRecord
from workbench.stats.shares import (
    corrected,
    differ_by_chance,
    difference,
    robust_z,
    share,
    unlikely,
)
from workbench.store.track_records import TrackRecord

FAST = -3.0  # robust z of log(seconds per character) below which a judgement is too fast
NOTHING = Estimate(None, None, None, 0)


@dataclass(frozen=True)
class Bias:
    """How often one kind of answer won among decisive verdicts, against `expected`; `chance` is
    that of seeing it without a bias, corrected for the number of reviewers.
    """

    share: Estimate
    expected: float
    chance: float


@dataclass(frozen=True)
class Measured:
    """One reviewer. `agreement`: with what all others say of the same items; `drift`: how that
    changed from the first half of their judgements to the second, `drift_chance` that of such a
    change without a cause, corrected; `same`: repeats judged as before; `fast`: judgements quicker
    than anybody reads.
    """

    reviewer_id: int
    judged: int
    gold: Estimate
    agreement: Estimate
    drift: Estimate
    drift_chance: float
    same: Estimate
    left: Bias
    longer: Bias
    fast: Estimate
    median_seconds: float | None
    hours: float
    timed: int


def measure(
    votes: Votes,
    agreed: Agreed,
    lengths: Lengths,
    records: dict[int, TrackRecord],
    repeats: list[dict[str, int]],
    sided: Sequence[int],
) -> list[Measured]:
    """Everybody who judged work, most judgements first. Of the `sided` alone sides were drawn: in a
    file the better answer may stand first in every row.
    """
    work = votes.work
    n = len(work.reviewer_ids)
    judged = np.bincount(work.reviewers[work.plain], minlength=n)
    active = np.flatnonzero(judged)
    compared = agreed.votes
    on_work = compared.about.truth[compared.items] < 0
    others = others_say(agreed)
    drawn = np.isin(compared.reviewer_ids, sided)[compared.reviewers]
    left = _left(compared, on_work & drawn)
    longer = _longer(compared, lengths, on_work)
    agreements, drifts, chances = _agreements(compared.only(on_work), others[on_work], n)
    fast = _fast(compared, lengths)
    same = {row["reviewer_id"]: share(row["same"], row["repeats"]) for row in repeats}
    by_reviewer = _times(work, n)
    found = [
        Measured(
            reviewer_id=int(work.reviewer_ids[r]),
            judged=int(judged[r]),
            gold=on_gold(records.get(int(work.reviewer_ids[r]), TrackRecord())),
            agreement=agreements[r],
            drift=drifts[r],
            drift_chance=chances[r],
            same=same.get(int(work.reviewer_ids[r]), NOTHING),
            left=left[r],
            longer=longer[r],
            fast=fast[r],
            median_seconds=by_reviewer[r][0],
            hours=by_reviewer[r][1] / 3600,
            timed=by_reviewer[r][2],
        )
        for r in active
    ]
    return sorted(found, key=lambda one: (-one.judged, one.reviewer_id))


def on_gold(record: TrackRecord) -> Estimate:
    """Accuracy on gold: the mean of a Beta(8, 2) after what was passed and failed."""
    gold = GoldRecord(record.passed, record.failed)
    return Estimate(gold.accuracy, *gold.interval(), record.passed + record.failed)


def _counted(reviewers: Ints, hits: Truths, n: int) -> tuple[Ints, Ints]:
    """Hits and rows of each reviewer."""
    rows = np.bincount(reviewers, minlength=n)
    return np.bincount(reviewers, weights=hits, minlength=n).astype(int), rows


def _biases(hits: Ints, rows: Ints, expected: float) -> list[Bias]:
    counts = list(zip(hits.tolist(), rows.tolist(), strict=True))
    chances = corrected([unlikely(k, n, expected) for k, n in counts])
    return [Bias(share(k, n), expected, p) for (k, n), p in zip(counts, chances, strict=True)]


def _left(votes: Votes, work: Truths) -> list[Bias]:
    """How often the answer shown first won; sides are drawn, so half is expected."""
    decisive = work & (votes.verdicts < TIE) & votes.plain
    chosen = votes.only(decisive)
    return _biases(*_counted(chosen.reviewers, chosen.left, len(votes.reviewer_ids)), 0.5)


def _longer(votes: Votes, lengths: Lengths, work: Truths) -> list[Bias]:
    """How often the clearly longer answer won, against how often it does with everybody."""
    longer = lengths.longer(votes)
    chosen = work & (votes.verdicts < TIE) & (longer != NONE)
    hits = (votes.verdicts == longer)[chosen]
    everybody = float(hits.mean()) if len(hits) else 0.5
    counted = _counted(votes.reviewers[chosen], hits, len(votes.reviewer_ids))
    return _biases(*counted, min(max(everybody, 0.01), 0.99))


def _agreements(
    votes: Votes, others: Ints, reviewers: int
) -> tuple[list[Estimate], list[Estimate], list[float]]:
    """Agreement with the others, its change from a reviewer's first half to the second, and how
    likely such a change is by chance.
    """
    known = others != NONE
    votes, agrees = votes.only(known), (votes.verdicts == others)[known]
    late = _is_late(votes.reviewers, reviewers)
    whole = _shares(*_counted(votes.reviewers, agrees, reviewers))
    first = _shares(*_counted(votes.reviewers[~late], agrees[~late], reviewers))
    second = _shares(*_counted(votes.reviewers[late], agrees[late], reviewers))
    halves = list(zip(first, second, strict=True))
    chances = corrected([differ_by_chance(a, b) for a, b in halves])
    return whole, [difference(a, b) for a, b in halves], chances


def _shares(hits: Ints, rows: Ints) -> list[Estimate]:
    return [share(k, n) for k, n in zip(hits.tolist(), rows.tolist(), strict=True)]


def _is_late(reviewers: Ints, n: int) -> Truths:
    """Whether each row lies in the second half of its reviewer's, which are in order of time."""
    order = _by_reviewer(reviewers, n)
    counts = np.bincount(reviewers, minlength=n)
    starts = np.cumsum(counts) - counts
    place = np.empty(len(reviewers), np.int64)
    place[order] = np.arange(len(reviewers)) - starts[reviewers[order]]
    late: Truths = 2 * place >= counts[reviewers]
    return late


def _by_reviewer(reviewers: Ints, n: int) -> Ints:
    """Rows by reviewer, each one's in their order; numpy sorts the smallest integers fastest."""
    return np.argsort(reviewers.astype(np.min_scalar_type(n)), kind="stable")


def _fast(votes: Votes, lengths: Lengths) -> list[Estimate]:
    """The share of judgements made far faster than the project's usual pace a character."""
    characters = lengths.read(votes)
    timed = (votes.seconds > 0) & (characters > 0)
    pace: Floats = np.log(votes.seconds[timed] / characters[timed])
    hits = robust_z(pace) < FAST
    return _shares(*_counted(votes.reviewers[timed], hits, len(votes.reviewer_ids)))


def _times(votes: Votes, n: int) -> list[tuple[float | None, float, int]]:
    """Each reviewer's median seconds, sum of seconds, and how many judgements have a time."""
    timed = votes.only(~np.isnan(votes.seconds) & votes.plain)
    order = _by_reviewer(timed.reviewers, n)
    ends = np.cumsum(np.bincount(timed.reviewers, minlength=n))
    groups = np.split(timed.seconds[order], ends[:-1]) if n else []
    return [
        (float(np.median(g)), float(g.sum(dtype=np.float64)), len(g)) if len(g) else (None, 0.0, 0)
        for g in groups
    ]
