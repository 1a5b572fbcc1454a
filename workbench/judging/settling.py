"""When an item has judgements enough, which item goes first, and which wants a second look.

All of it follows from one submission, in its transaction. A reviewer's vote weighs as much as
their gold says; what all judgements of a project say together is reckoned by `quality`.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from workbench.hashing import unit_interval
from workbench.records import Project
from workbench.stats.reliability import GoldRecord, is_settled, likeliest
from workbench.store import (
    Database,
    comparisons,
    judgements,
    own_judgements,
    queue,
    reviews,
)
from workbench.store.reviews import Reason

LAST = 2.0  # in the queue, after all that nobody has judged; unsure items stand below 0
TIES = 0.1  # how often answers are about the same, before anybody has looked


@dataclass(frozen=True)
class Standing:
    """Where an item stands: its likeliest verdict's posterior, and whether its votes differ."""

    votes: int
    chance: float
    differ: bool


def follow_up(db: Database, project: Project, comparison_id: int, now: datetime) -> None:
    """After a judgement that counts: one more slot, another place, or a second look."""
    settings, slots = project.settings, comparisons.slots(db, comparison_id)
    look = settings.second_look
    if slots.wanted == 1 and not look.share and not look.newcomers:
        return
    standing, votes = stand(db, project, comparison_id)
    complete = slots.counted >= slots.wanted
    enough = is_settled(standing.votes, standing.chance, settings.consensus_threshold)
    if settings.until_sure and complete and not enough:
        comparisons.widen(db, comparison_id, 1)
        complete = False
    if complete:
        reason = _second_look(db, project, comparison_id, standing, votes)
        if reason:
            reviews.open_review(db, now, project.id, comparison_id, reason)
    elif settings.queue == "disputed":
        unsure = standing.chance < settings.consensus_threshold
        queue.move(db, comparison_id, standing.chance - 1 if unsure else LAST)


def stand(
    db: Database, project: Project, comparison_id: int
) -> tuple[Standing, list[dict[str, Any]]]:
    """What the judgements of an item that count add up to now, and these."""
    votes = judgements.votes_on(db, comparison_id)
    shown = comparisons.completions_of(db, comparison_id)
    if len(shown) == 1:
        apart = _ratings_differ(db, project, comparison_id)
        return Standing(len(votes), 0.0 if apart else 1.0, apart), votes
    given = [(_verdict(vote), _weight(vote)) for vote in votes]
    verdicts = {verdict for verdict, _ in given}
    ties = not project.settings.forced_choice or None in verdicts
    _, chance = likeliest(given, _priors(shown, ties))
    return Standing(len(votes), chance, len(verdicts) > 1), votes


def _priors(shown: list[int], ties: bool) -> dict[int | None, float]:
    """Each answer is as likely to be the best as any other; None: no single one is."""
    if not ties:
        return dict.fromkeys(shown, 1 / len(shown))
    return {None: TIES} | dict.fromkeys(shown, (1 - TIES) / len(shown))


def _verdict(vote: dict[str, Any]) -> int | None:
    """The best answer; None where there is no single one."""
    if vote["all_bad"]:
        return None
    if vote["ranking"]:
        first = vote["ranking"][0]
        return first[0] if len(first) == 1 else None
    winner: int | None = vote["winner_id"]
    return winner


def _weight(vote: dict[str, Any]) -> float:
    if vote["discounted_at"]:
        return 0.0
    return GoldRecord(vote["passed"] or 0, vote["failed"] or 0).weight


def _ratings_differ(db: Database, project: Project, comparison_id: int) -> bool:
    """Whether two reviewers are more than half a scale apart on a criterion."""
    scales = {c["key"]: c["max"] - c["min"] for c in (project.rubric or {}).get("criteria", [])}
    spreads = judgements.rating_spreads(db, comparison_id)
    return any(2 * spread > scales.get(key, spread) for key, spread in spreads.items())


def _second_look(
    db: Database, project: Project, comparison_id: int, standing: Standing,
    votes: list[dict[str, Any]],
) -> Reason | None:  # fmt: skip
    """Why a lead should look at a judged item; None if there is no reason."""
    look = project.settings.second_look
    unsure = standing.chance < project.settings.consensus_threshold
    if look.disputes and standing.differ and unsure:
        return "dispute"
    if any(_is_new(db, project, vote["reviewer_id"]) for vote in votes if look.newcomers):
        return "newcomer"
    return "sample" if unit_interval("second look", comparison_id) < look.share else None


def _is_new(db: Database, project: Project, reviewer_id: int) -> bool:
    most = project.settings.second_look.newcomers
    return own_judgements.count_up_to(db, project.id, reviewer_id, most + 1) <= most
