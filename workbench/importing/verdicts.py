"""Verdicts that came with a file: judgements of a reviewer of kind judge, never of people.

They open no slots: a comparison that only a judge has seen still waits for whoever is asked.
"""

from datetime import datetime

from workbench.hashing import sha256_text
from workbench.importing.shapes import Parsed, SoftVerdict
from workbench.records import Completion, Project, Variant
from workbench.store import Database, comparisons, completions, judgements, reviewers
from workbench.store.comparisons import NewComparison
from workbench.store.judgements import NewJudgement


def add(
    db: Database, project: Project, row: Parsed, prompt_id: int, found: dict[str, Variant],
    now: datetime, import_id: int,
) -> int:  # fmt: skip
    """Store the row's verdicts that are not there yet; returns how many."""
    if not row.judge or not row.verdicts:
        return 0
    judge = reviewers.ensure(db, now, f"{row.judge} (imported)", "judge", imported_from=row.judge)
    given = {found[name].id: messages for name, messages in row.completions.items()}
    answers = {
        c.variant_id: c
        for c in completions.all_of_prompt(db, prompt_id)
        if given.get(c.variant_id) == c.messages
    }
    added = 0
    for verdict in row.verdicts:
        first, second = (answers[found[n].id] for n in (verdict.first, verdict.second))
        comparison_id, _ = comparisons.ensure(
            db,
            now,
            NewComparison(
                project.id, prompt_id, (first.id, second.id), wanted=0, import_id=import_id
            ),
        )
        if judgements.current(db, comparison_id, judge.id) is None:
            new = _judgement(project, comparison_id, judge.id, verdict, first, second, import_id)
            judgements.insert(db, now, new, None)
            added += 1
    return added


def _judgement(
    project: Project,
    comparison_id: int,
    reviewer_id: int,
    verdict: SoftVerdict,
    first: Completion,
    second: Completion,
    import_id: int,
) -> NewJudgement:
    """±1 by the side of one half that the probability lies on; exactly one half is a tie."""
    tie = verdict.probability == 0.5
    winner = second if verdict.probability > 0.5 else first
    return NewJudgement(
        submission_id=sha256_text(f"import {comparison_id} {reviewer_id}"),
        comparison_id=comparison_id,
        reviewer_id=reviewer_id,
        shown=(first.id, second.id),
        winner_id=None if tie else winner.id,
        strength=0 if tie else 1,
        probability=verdict.probability,
        guidelines_version=project.guidelines_version,
        import_id=import_id,
    )
