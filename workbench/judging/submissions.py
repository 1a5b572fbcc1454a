"""Submissions: one verdict in, checked against what was shown, stored once.

Overlap is exact: a verdict takes the slot of its lease, or one that is free; otherwise it is
kept as surplus and counts nowhere. Sending the same submission again changes nothing.
"""

from dataclasses import replace
from datetime import datetime
from typing import Any

from workbench.checking.masking import BLANK
from workbench.errors import InvalidInput
from workbench.judging import settling, trust
from workbench.judging.checks import check
from workbench.judging.items import Content, content_of, held_lease
from workbench.judging.span_checks import check_span
from workbench.records import (
    Feedback,
    Project,
    Receipt,
    Reviewer,
    Span,
    Submission,
)
from workbench.store import (
    Database,
    events,
    judgements,
    leases,
    projects,
    track_records,
)
from workbench.store.judgements import NewJudgement


def submit(db: Database, reviewer: Reviewer, submission: Submission, now: datetime) -> Receipt:
    """Store a verdict and say what became of it.

    Raises NeverHeld for an item of somebody else, InvalidInput (with the field) for a verdict
    that does not fit what was shown.
    """
    seen = judgements.by_submission(db, reviewer.id, submission.submission_id)
    if seen:
        return _seen_before(db, reviewer, submission, seen, now)
    lease = held_lease(db, reviewer, submission.item_id)
    project = projects.by_id(db, lease["project_id"])
    check(submission, len(lease["shown"]), project)
    _check_corrections(db, project, lease, submission)
    if submission.spans:
        quoted = _checked_spans(db, project, lease, submission)
        submission = replace(submission, spans=quoted)
    earlier = judgements.current(db, lease["comparison_id"], reviewer.id)
    surplus = _surplus(db, project, lease, earlier)
    new = _by_completion(project, lease, submission, surplus)
    new = replace(new, passed=trust.passes(db, lease, new))
    judgement_id = judgements.insert(db, now, new, earlier["id"] if earlier else None)
    leases.drop_draft(db, lease["comparison_id"], reviewer.id)
    events.append(
        db,
        now,
        "judgement.revised" if earlier else "judgement.submitted",
        project_id=project.id,
        reviewer_id=reviewer.id,
        subject_id=judgement_id,
        surplus=surplus,
    )
    feedback = None if surplus else _follow_up(db, project, lease, new, bool(earlier), now)
    return Receipt(accepted=True, duplicate=False, surplus=surplus, feedback=feedback)


def _seen_before(
    db: Database, reviewer: Reviewer, submission: Submission, seen: dict[str, Any], now: datetime
) -> Receipt:
    """The same receipt once more; feedback too, which a lost answer would else take away."""
    lease = leases.get(db, submission.item_id, reviewer.id)
    feedback = None
    if lease and lease["picked_by"] == "training":
        project = projects.by_id(db, lease["project_id"])
        feedback = trust.follow_up(db, project, lease, bool(seen["passed"]), True, now)
    return Receipt(accepted=True, duplicate=True, surplus=bool(seen["surplus"]), feedback=feedback)


def _follow_up(
    db: Database, project: Project, lease: dict[str, Any], new: NewJudgement, revised: bool,
    now: datetime,
) -> Feedback | None:  # fmt: skip
    """What the judgement means for the item, or for the reviewer where the item was a check."""
    if lease["kind"] == "gold":
        return trust.follow_up(db, project, lease, bool(new.passed), revised, now)
    if lease["kind"] != "repeat":
        settling.follow_up(db, project, lease["comparison_id"], now)
    return None


def _checked_spans(
    db: Database, project: Project, lease: dict[str, Any], submission: Submission
) -> tuple[Span, ...]:
    """Every span with its text, which programs may leave to us; masked as it was shown."""
    content = _content(db, project, lease)
    answers = list(content.answers)
    for index, span in enumerate(submission.spans):
        check_span(f"spans[{index}]", span, answers, content.context, project.taxonomy)
    return tuple(
        replace(span, quote=answers[span.slot - 1][span.start : span.end])
        for span in submission.spans
    )


def _content(db: Database, project: Project, lease: dict[str, Any]) -> Content:
    return content_of(db, project, lease["prompt_id"], lease["turn"], lease["shown"])


def _check_corrections(
    db: Database, project: Project, lease: dict[str, Any], submission: Submission
) -> None:
    """A blank is no text to learn from."""
    if not any(BLANK in text for text in submission.correction.values()):
        return
    answers = _content(db, project, lease).answers
    for slot, text in submission.correction.items():
        if BLANK in text and BLANK in answers[slot - 1]:
            raise InvalidInput(
                f"The correction still has the blanked words ({BLANK}).",
                field="correction",
                remedy="Write what should stand there, or take them out.",
            )


def _surplus(
    db: Database, project: Project, lease: dict[str, Any], earlier: dict[str, Any] | None
) -> bool:
    """A revision keeps the place of the verdict that it replaces, unless that gave it up. What
    comes from a paused reviewer is kept, and counts nowhere.
    """
    if earlier and not earlier["withdrawn_at"]:
        return bool(earlier["surplus"])
    if track_records.get(db, project.id, lease["reviewer_id"]).paused_at:
        return True
    return not leases.settle(db, lease)


def _by_completion(
    project: Project, lease: dict[str, Any], submission: Submission, surplus: bool
) -> NewJudgement:
    """Turn slots into completions: negative means that the first-shown answer is better."""
    shown: list[int] = lease["shown"]
    winner, strength = _winner(shown, submission.preference)
    ranking = None
    if submission.ranking is not None:
        ranking = tuple(tuple(shown[slot - 1] for slot in tier) for tier in submission.ranking)
    return NewJudgement(
        submission_id=submission.submission_id,
        comparison_id=lease["comparison_id"],
        reviewer_id=lease["reviewer_id"],
        lease_id=lease["id"],
        shown=tuple(shown),
        winner_id=winner,
        strength=strength,
        ranking=ranking,
        all_bad=submission.all_bad,
        probability=submission.probability,
        rationale=submission.rationale,
        reasons=submission.reasons,
        seconds=submission.seconds,
        ratings=submission.ratings,
        spans=submission.spans,
        correction=submission.correction,
        assisted=None if lease["assisted"] is None else bool(lease["assisted"]),
        suggestions=submission.suggestions,
        surplus=surplus,
        guidelines_version=project.guidelines_version,
        rubric_version=project.rubric_version,
        taxonomy_version=project.taxonomy_version,
    )


def _winner(shown: list[int], preference: int | None) -> tuple[int | None, int | None]:
    if preference is None or preference == 0:
        return None, preference
    return shown[0 if preference < 0 else 1], abs(preference)
