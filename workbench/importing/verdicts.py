"""Soft verdicts that came with a file: judgements of a reviewer of kind judge, never of people.

They open no slots: a comparison that only a judge has seen still waits for whoever is asked.
"""

from functools import partial

from workbench.hashing import sha256_text
from workbench.importing.answers import Answered
from workbench.importing.parsed import SoftVerdict
from workbench.importing.under_way import Import
from workbench.store import Database, comparisons, judgements, reviewers
from workbench.store.comparisons import NewComparison
from workbench.store.judgements import NewJudgement


def add(run: Import, answered: list[Answered]) -> int:
    """Store the verdicts that are not there yet; returns how many."""
    return run.write([one for one in answered if one.row.verdicts], partial(_add_row, run=run))


def _add_row(db: Database, answered: Answered, *, run: Import) -> int:
    name = answered.row.judge
    judge = reviewers.ensure(db, run.now, f"{name} (imported)", "judge", imported_from=name)
    added = 0
    for verdict in answered.row.verdicts:
        shown = (answered.answers[verdict.first], answered.answers[verdict.second])
        comparison = NewComparison(
            run.project.id, answered.prompt_id, shown, wanted=0, import_id=run.id
        )
        comparison_id, _ = comparisons.ensure(db, run.now, comparison)
        if judgements.current(db, comparison_id, judge.id) is None:
            new = _judgement(run, comparison_id, judge.id, verdict, shown)
            judgements.insert(db, run.now, new, None)
            added += 1
    return added


def _judgement(
    run: Import, comparison_id: int, reviewer_id: int, verdict: SoftVerdict, shown: tuple[int, int]
) -> NewJudgement:
    """±1 by the side of one half that the probability lies on; exactly one half is a tie."""
    tie = verdict.probability == 0.5
    return NewJudgement(
        submission_id=sha256_text(f"import {comparison_id} {reviewer_id}"),
        comparison_id=comparison_id,
        reviewer_id=reviewer_id,
        shown=shown,
        winner_id=None if tie else shown[verdict.probability > 0.5],
        strength=0 if tie else 1,
        probability=verdict.probability,
        guidelines_version=run.project.guidelines_version,
        import_id=run.id,
    )
