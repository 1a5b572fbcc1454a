"""What a reviewer is given next: training, gold, a repeat, or the head of the queue.

The kinds are mixed by each reviewer's own seeded sequence, and look alike. How likely each pick
was among its kind is kept with its lease, so that statistics can allow for it.
"""

import random
from datetime import datetime
from typing import Any

from workbench.hashing import unit_interval
from workbench.records import Project, Reviewer
from workbench.stats.picking import EVENLY
from workbench.store import Database, comparisons, gold, queue, repeats, track_records
from workbench.store.leases import Pick

REPEAT_DISTANCE = 20  # so many judgements lie between an item and its repeat


def draw(db: Database, project: Project, reviewer: Reviewer, now: datetime) -> Pick | None:
    """The next item of a reviewer who may work, or None where nothing is left.

    Whatever kind it turns out to be, all kinds are looked for: the time must not tell them apart.
    Where no work is left to be mixed into, an item would give itself away as a check.
    """
    settings = project.settings
    place = queue.draw(db, project.id, reviewer.id)
    chance = unit_interval("gold", reviewer.seed, project.id, place)
    known = gold.next_for(db, project.id, reviewer.id) if settings.gold_rate else None
    again = _candidate(db, project, reviewer) if settings.repeat_rate else None
    work = _next_work(db, project, reviewer, place)
    if work is None and settings.gold_rate < 1:
        return None
    if known and chance < settings.gold_rate:
        return _gold(db, project, reviewer, *known)
    if again and settings.gold_rate <= chance < settings.gold_rate + settings.repeat_rate:
        return _repeat(db, project, again, now)
    return _work(db, project, reviewer, *work) if work else None


def draw_training(db: Database, project: Project, reviewer: Reviewer) -> Pick | None:
    """The next training item of a reviewer who is not qualified yet."""
    found = gold.next_for(db, project.id, reviewer.id, training=True)
    if found is None:
        return None
    comparison_id, choices = found
    shown = _gold_sides(db, project, reviewer, comparison_id)
    return Pick(comparison_id, shown, "training", 1 / choices)


def _gold(
    db: Database, project: Project, reviewer: Reviewer, comparison_id: int, choices: int
) -> Pick:
    shown = _gold_sides(db, project, reviewer, comparison_id)
    return Pick(comparison_id, shown, "gold", 1 / choices)


def _gold_sides(
    db: Database, project: Project, reviewer: Reviewer, comparison_id: int
) -> list[int]:
    """Of two gold items in a row, one has its better answer first and one last, in either order:
    who always presses the same key passes half.
    """
    known = gold.answer_of(db, comparison_id)
    assert known is not None
    shown = _shuffled(db, reviewer, comparison_id)
    nth = track_records.draw_gold(db, project.id, reviewer.id)
    coin = unit_interval("gold side", reviewer.seed, project.id, nth // 2) < 0.5
    better_first = coin == (nth % 2 == 0)
    if known.winner_id is None or known.loser_id is None:
        return shown
    if (shown.index(known.winner_id) < shown.index(known.loser_id)) != better_first:
        shown.reverse()
    return shown


def _candidate(db: Database, project: Project, reviewer: Reviewer) -> dict[str, Any] | None:
    return repeats.candidate(db, project.id, reviewer.id, REPEAT_DISTANCE)


def _repeat(db: Database, project: Project, work: dict[str, Any], now: datetime) -> Pick:
    """Each reviewer meets again what they judged a while ago, the sides swapped."""
    comparison_id = repeats.ensure(db, now, project.id, work)
    return Pick(comparison_id, work["shown"][::-1], "repeat", 1.0)


def _next_work(
    db: Database, project: Project, reviewer: Reviewer, place: int
) -> tuple[int, float] | None:
    """What the queue has for them, and how likely that was."""
    if project.settings.queue == "random":
        point = unit_interval("queue", reviewer.seed, project.id, place)
        return queue.pick_anywhere(db, project.id, reviewer.id, point)
    if project.settings.queue == "unsure":
        return _mostly_the_head(db, project, reviewer, place)
    comparison_id = queue.next_work(db, project.id, reviewer.id)
    return None if comparison_id is None else (comparison_id, 1.0)


def _mostly_the_head(
    db: Database, project: Project, reviewer: Reviewer, place: int
) -> tuple[int, float] | None:
    """The head of the queue, but three times in ten one from anywhere: what a model is sure of is
    judged now and then, or nobody would see where it errs. Both are looked for, whichever it is.
    """
    point = unit_interval("queue", reviewer.seed, project.id, place)
    anywhere = queue.pick_anywhere(db, project.id, reviewer.id, point)
    head = queue.next_work(db, project.id, reviewer.id)
    if anywhere is None or head is None:
        return None
    found, gap = anywhere[0], anywhere[1]
    if unit_interval("evenly", reviewer.seed, project.id, place) >= EVENLY:
        found, gap = head, queue.likely(db, project.id, reviewer.id, head)
    return found, EVENLY * gap + (1 - EVENLY) * (found == head)


def _work(
    db: Database, project: Project, reviewer: Reviewer, comparison_id: int, likely: float
) -> Pick:
    shown = _shuffled(db, reviewer, comparison_id)
    return Pick(comparison_id, shown, project.settings.queue, likely)


def _shuffled(db: Database, reviewer: Reviewer, comparison_id: int) -> list[int]:
    """The order shown to this reviewer: random, and the same each time they meet the item."""
    shown = comparisons.completions_of(db, comparison_id)
    random.Random(f"sides {reviewer.seed} {comparison_id}").shuffle(shown)
    return shown
