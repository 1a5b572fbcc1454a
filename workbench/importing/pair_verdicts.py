"""Human judgements that came with a file: each judge becomes a reviewer, each row a judgement.

The last word of a judge on a pair at a turn counts, the earlier ones stay as revisions. They open
no slots, and nobody who came with a file is one of the people here, whatever their name.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial

from workbench.hashing import sha256_json
from workbench.importing.answers import Answered
from workbench.importing.human_judgements import SOURCE
from workbench.importing.under_way import Import
from workbench.records import ReviewerKind
from workbench.store import Database, comparisons, judgements, reviewers
from workbench.store.comparisons import NewComparison
from workbench.store.judgements import NewJudgement

Judge = tuple[str, ReviewerKind]


@dataclass(frozen=True)
class Vote:
    """A verdict by ids; `shown` in the file's order."""

    reviewer_id: int
    prompt_id: int
    turn: int
    shown: tuple[int, int]
    winner_id: int | None
    all_bad: bool


def add(run: Import, answered: list[Answered]) -> int:
    """Store the verdicts that are not there yet, in their order; returns how many."""
    judges = {(one.row.judged.judge, one.row.judged.kind) for one in answered if one.row.judged}
    found = run.store.write(partial(_reviewers, run=run, judges=sorted(judges)))
    return run.write(list(_numbered(_votes(answered, found))), partial(_add_vote, run=run))


def _reviewers(db: Database, *, run: Import, judges: list[Judge]) -> dict[Judge, int]:
    return {
        (name, kind): reviewers.ensure(
            db, run.now, f"{name} (imported)", kind, imported_from=SOURCE
        ).id
        for name, kind in judges
    }


def _votes(answered: list[Answered], found: dict[Judge, int]) -> Iterator[Vote]:
    for one in answered:
        said = one.row.judged
        if said:
            yield Vote(
                reviewer_id=found[said.judge, said.kind],
                prompt_id=one.prompt_id,
                turn=said.turn,
                shown=(one.answers[said.first], one.answers[said.second]),
                winner_id=one.answers[said.winner] if said.winner else None,
                all_bad=said.all_bad,
            )


def _numbered(votes: Iterable[Vote]) -> Iterator[tuple[Vote, int]]:
    """Each vote with how many equal ones came before it."""
    seen: Counter[Vote] = Counter()
    for vote in votes:
        yield vote, seen[vote]
        seen[vote] += 1


def _add_vote(db: Database, numbered: tuple[Vote, int], *, run: Import) -> int:
    vote, nth = numbered
    comparison = NewComparison(
        run.project.id, vote.prompt_id, vote.shown, wanted=0, turn=vote.turn, import_id=run.id
    )
    comparison_id, _ = comparisons.ensure(db, run.now, comparison)
    new = _judgement(run, comparison_id, vote, nth)
    if judgements.by_submission(db, vote.reviewer_id, new.submission_id):
        return 0
    before = judgements.current(db, comparison_id, vote.reviewer_id)
    judgements.insert(db, run.now, new, before["id"] if before else None)
    return 1


def _judgement(run: Import, comparison_id: int, vote: Vote, nth: int) -> NewJudgement:
    """Its submission id follows from what it says, so that the same file adds it once."""
    said = ["import", comparison_id, vote.shown, vote.winner_id, vote.all_bad, nth]
    return NewJudgement(
        submission_id=sha256_json(said),
        comparison_id=comparison_id,
        reviewer_id=vote.reviewer_id,
        shown=vote.shown,
        winner_id=vote.winner_id,
        strength=0 if vote.winner_id is None else 1,
        all_bad=vote.all_bad,
        guidelines_version=run.project.guidelines_version,
        import_id=run.id,
    )
