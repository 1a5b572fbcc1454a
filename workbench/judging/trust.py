"""Whom to trust: gold passed or failed, the pause that follows, training, and being let back.

All of it happens in the transaction of the submission that it follows from. It knows a
reviewer's record in one project and nothing of how items are chosen.
"""

from dataclasses import replace
from datetime import datetime
from typing import Any

from workbench.clock import iso
from workbench.errors import NotFound, Paused
from workbench.records import Feedback, Project, Reviewer
from workbench.stats.reliability import GoldRecord
from workbench.store import (
    Database,
    comparisons,
    events,
    gold,
    leases,
    projects,
    repeats,
    track_records,
)
from workbench.store.gold import Answer
from workbench.store.judgements import NewJudgement
from workbench.store.track_records import TrackRecord


def require_fit(db: Database, project: Project, reviewer: Reviewer) -> TrackRecord:
    """The record of a reviewer who may be given items. Raises Paused."""
    record = track_records.get(db, project.id, reviewer.id)
    if record.paused_at:
        raise Paused(
            "Thank you for your work so far. Judging is paused for you in this project: several of"
            " your answers differed from ones that were agreed on beforehand. Nothing that you did"
            " is lost, and the project's lead knows.",
            remedy="The guidelines may help meanwhile; the lead can let you go on.",
        )
    if has_failed(db, project, record):
        raise Paused(
            f"You judged {record.trained_right} of {record.trained} training items as agreed;"
            f" {project.settings.pass_mark:.0%} are asked for. The project's lead knows.",
            remedy="Read the guidelines again; the lead can give you another try.",
        )
    return record


def training_left(db: Database, project: Project, reviewer: Reviewer, record: TrackRecord) -> int:
    """How many training items stand before a reviewer's work; leads need none."""
    if not project.settings.training or record.qualified_at or reviewer.role != "reviewer":
        return 0
    return max(0, _asked(db, project) - record.trained)


def training_so_far(db: Database, project: Project, reviewer: Reviewer) -> tuple[int, int] | None:
    """How many training items a reviewer has judged, and of how many; None where none is needed."""
    record = track_records.get(db, project.id, reviewer.id)
    if not project.settings.training or record.qualified_at or reviewer.role != "reviewer":
        return None
    return record.trained, _asked(db, project)


def _asked(db: Database, project: Project) -> int:
    """No more training items can be asked for than there are."""
    return min(project.settings.training, gold.counts(db, project.id)["training"])


def has_failed(db: Database, project: Project, record: TrackRecord) -> bool:
    """Whether all of the training is done and was not good enough."""
    if not record.trained or record.qualified_at:
        return False
    return record.trained >= _asked(db, project)


def failed_training(db: Database, project: Project) -> dict[int, TrackRecord]:
    """Who waits for a lead because their training was not good enough, by reviewer."""
    found = track_records.in_training(db, project.id)
    return {i: record for i, record in found.items() if has_failed(db, project, record)}


def passes(db: Database, lease: dict[str, Any], new: NewJudgement) -> bool | None:
    """On gold, whether the sign is right; on a repeat, whether it is the same as the first time;
    None for anything else.
    """
    if lease["kind"] == "gold":
        known = gold.answer_of(db, lease["comparison_id"])
        return known is not None and is_right(known, new)
    if lease["kind"] == "repeat":
        first = repeats.first_verdict(db, lease["repeat_of"], lease["reviewer_id"])
        return first is not None and _is_the_same(db, first, new)
    return None


def is_right(known: Answer, new: NewJudgement) -> bool:
    """The sign alone counts; “about the same” is right only where the answers are."""
    if new.ranking is None:
        return new.winner_id == known.winner_id
    tier = {i: at for at, tied in enumerate(new.ranking) for i in tied}
    if known.winner_id is None or known.loser_id is None:
        return len(new.ranking) == 1
    return tier[known.winner_id] < tier[known.loser_id]


def _is_the_same(db: Database, first: dict[str, Any], new: NewJudgement) -> bool:
    if len(new.shown) == 1:
        before = repeats.scores(db, first["id"])
        now = {(new.shown[0], key): score for key, score in new.ratings.get(1, {}).items()}
        return all(abs(before.get(which, score) - score) <= 1 for which, score in now.items())
    if new.ranking is None or first["ranking"] is None:
        return bool(first["winner_id"] == new.winner_id)
    return set(first["ranking"][0]) == set(new.ranking[0])


def follow_up(
    db: Database, project: Project, lease: dict[str, Any], passed: bool, revised: bool,
    now: datetime,
) -> Feedback | None:  # fmt: skip
    """What a judged gold item changes in the record; feedback if it was one of the training."""
    reviewer_id = lease["reviewer_id"]
    known = gold.answer_of(db, lease["comparison_id"])
    assert known is not None
    if known.training:
        return _train(db, project, lease, known, passed, revised, now)
    if revised:
        rescore(db, project.id, reviewer_id)
        return None
    record = track_records.get(db, project.id, reviewer_id)
    gone_by = GoldRecord(record.passed, record.failed, record.suspicion).after(passed)
    _keep(db, project.id, reviewer_id, gone_by)
    if gone_by.pauses and record.paused_at is None:
        _pause(db, project.id, reviewer_id, gone_by, now)
    return None


def rescore(db: Database, project_id: int, reviewer_id: int) -> None:
    """Go through a reviewer's gold again: an answer was revised, or an item retired."""
    since = track_records.get(db, project_id, reviewer_id).resumed_at or ""
    record = GoldRecord()
    for outcome in gold.outcomes(db, project_id, reviewer_id):
        suspicion = record.suspicion if outcome["created_at"] > since else 0.0
        record = replace(record, suspicion=suspicion).after(bool(outcome["passed"]))
    _keep(db, project_id, reviewer_id, record)


def _keep(db: Database, project_id: int, reviewer_id: int, record: GoldRecord) -> None:
    track_records.change(
        db, project_id, reviewer_id, passed=record.passed, failed=record.failed,
        suspicion=record.suspicion,
    )  # fmt: skip


def _pause(
    db: Database, project_id: int, reviewer_id: int, record: GoldRecord, now: datetime
) -> None:
    """Their items go to others at once."""
    track_records.pause(db, now, project_id, reviewer_id)
    leases.release_all(db, project_id, reviewer_id)
    events.append(
        db, now, "reviewer.paused", project_id=project_id, subject_id=reviewer_id,
        passed=record.passed, failed=record.failed, suspicion=round(record.suspicion, 3),
    )  # fmt: skip


def _train(
    db: Database, project: Project, lease: dict[str, Any], known: Answer, passed: bool,
    revised: bool, now: datetime,
) -> Feedback:  # fmt: skip
    """The first answer counts: whoever revises it has read the feedback."""
    reviewer_id, asked = lease["reviewer_id"], _asked(db, project)
    record = track_records.get(db, project.id, reviewer_id)
    trained, right = record.trained, record.trained_right
    if not revised:
        trained, right = trained + 1, right + passed
        track_records.change(db, project.id, reviewer_id, trained=trained, trained_right=right)
    qualified = right >= project.settings.pass_mark * asked if trained >= asked else None
    if qualified and record.qualified_at is None:
        _qualify(db, project.id, reviewer_id, now)
    better = lease["shown"].index(known.winner_id) + 1 if known.winner_id else None
    return Feedback(passed, better, known.explanation, trained, asked, qualified)


def _qualify(db: Database, project_id: int, reviewer_id: int, now: datetime) -> None:
    track_records.change(db, project_id, reviewer_id, qualified_at=iso(now))
    events.append(db, now, "reviewer.qualified", project_id=project_id, subject_id=reviewer_id)


def resume(
    db: Database, project_id: int, reviewer_id: int, lead: Reviewer | None, now: datetime
) -> None:
    """Let somebody judge again, with a clean slate for the pause rule; failed training is begun
    anew. The gold that they failed stays in their accuracy.
    """
    project = projects.by_id(db, project_id)
    record = track_records.get(db, project_id, reviewer_id)
    track_records.change(
        db, project_id, reviewer_id, paused_at=None, suspicion=0.0, resumed_at=iso(now)
    )
    if has_failed(db, project, record):
        track_records.change(db, project_id, reviewer_id, trained=0, trained_right=0)
        gold.forget_training(db, project_id, reviewer_id)
    events.append(
        db, now, "reviewer.resumed", project_id=project_id,
        reviewer_id=lead.id if lead else None, subject_id=reviewer_id,
    )  # fmt: skip


def retire_gold(db: Database, comparison_id: int, now: datetime, *, active: bool = False) -> None:
    """Take a gold item out of use, or back into it, and out of every record that it is part of.

    Raises NotFound for a comparison that is no gold.
    """
    if gold.answer_of(db, comparison_id) is None:
        raise NotFound(
            f"There is no gold item number {comparison_id}.",
            remedy="`python -m workbench gold list --project NAME` shows their numbers.",
        )
    gold.set_active(db, now, comparison_id, active)
    project_id = comparisons.project_of(db, comparison_id)
    for reviewer_id in gold.met_by(db, comparison_id):
        rescore(db, project_id, reviewer_id)
