"""What a lead should do about a reviewer, in words, from what was measured of them."""

from collections.abc import Iterable, Iterator

from workbench.quality.reviewers import Measured
from workbench.stats.agreement import Estimate
from workbench.stats.shares import share
from workbench.store.track_records import TrackRecord

LEAST_GOLD = 10  # gold items before their accuracy is spoken of
CARELESS = 0.70
BIASED = 0.05  # corrected chance below which a bias or a drift is believed
HURRIED = 0.10
INCONSISTENT = 0.75
DRIFTED = 0.05  # a smaller change is not worth a word


def usual_agreement(measured: Iterable[Measured]) -> Estimate:
    """How often anybody agrees with all others, over all reviewers."""
    known = [one.agreement for one in measured if one.agreement.value is not None]
    hits = sum((estimate.value or 0) * estimate.items for estimate in known)
    return share(round(hits), sum(estimate.items for estimate in known))


def advice(one: Measured, record: TrackRecord, usual: Estimate) -> list[str]:
    """The most pressing first; empty where nothing speaks against them."""
    return [*_standing(record), *_trust(one, usual), *_habits(one)]


def _standing(record: TrackRecord) -> Iterator[str]:
    if record.paused_at:
        yield "Paused by gold: look at what they missed; let them go on, or withdraw their work."
    if record.discounted_at:
        yield "Discounted: their judgements weigh nothing."


def _trust(one: Measured, usual: Estimate) -> Iterator[str]:
    if one.gold.items >= LEAST_GOLD and _below(one.gold, CARELESS):
        yield "Wrong too often on gold: talk to them, and withdraw or discount their judgements."
    elif usual.low is not None and _below(one.agreement, usual.low):
        yield "Against all others more often than is usual here: look at some items together."
    if one.drift_chance < BIASED and (one.drift.value or 0) < -DRIFTED:
        yield "Agrees less than at first: a break, or a look at the guidelines together."
    if _below(one.same, INCONSISTENT):
        yield "Judges the same items differently the second time: are the guidelines clear?"


def _habits(one: Measured) -> Iterator[str]:
    if one.fast.low is not None and one.fast.low > HURRIED:
        yield "Many judgements are far faster than is usual here: ask them to take their time."
    if one.left.chance < BIASED and one.left.share.value is not None:
        side = "first" if one.left.share.value > one.left.expected else "last"
        yield f"Prefers the answer shown {side}: remind them that sides are drawn."
    if one.longer.chance < BIASED and one.longer.share.value is not None:
        kind = "longer" if one.longer.share.value > one.longer.expected else "shorter"
        yield f"Prefers {kind} answers more than the others do: point to the guidelines on length."


def _below(estimate: Estimate, bound: float) -> bool:
    return estimate.high is not None and estimate.high < bound
