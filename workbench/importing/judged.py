"""Judgements that came with a file: each judge becomes a reviewer, each word a judgement.

The last word of a judge on the same answers at a turn counts, the earlier ones stay as revisions.
They open no slots, and nobody who came with a file is one of the people here, whatever their name.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from workbench.hashing import canonical_json, sha256_json
from workbench.importing.answers import Answered
from workbench.importing.dropping import Drops
from workbench.importing.parsed import Judgement
from workbench.importing.under_way import Import
from workbench.records import ReviewerKind
from workbench.store import Database, comparisons, judgements, reviewers
from workbench.store.comparisons import NewComparison
from workbench.store.judgements import NewJudgement

Voice = tuple[str, ReviewerKind, str]
SAID_AGAIN = "said again of the same answers by the same reviewer: the last word counts"


@dataclass(frozen=True)
class Vote:
    """A judgement by ids; `shown` in the file's order."""

    said: Judgement
    reviewer_id: int
    prompt_id: int
    shown: tuple[int, ...]
    winner_id: int | None
    ranking: tuple[tuple[int, ...], ...] | None
    line: int

    def content(self, comparison_id: int) -> list[Any]:
        """What it says, for the id that it is known by."""
        plain = ["import", comparison_id, self.shown, self.winner_id, self.said.all_bad]
        said = self.said
        more = [said.strength, self.ranking, _scores(said), [vars(span) for span in said.spans],
                said.rationale]  # fmt: skip
        return plain if more == [1, None, {}, [], ""] else [*plain, more]


def add(run: Import, answered: list[Answered], drops: Drops) -> int:
    """Store the judgements that are not there yet, in their order; returns how many."""
    voices = {_voice(said) for one in answered for said in one.row.judgements}
    found = run.store.write(partial(_reviewers, run=run, voices=sorted(voices)))
    votes = list(_numbered(_votes(answered, found)))
    return run.write(votes, partial(_add_vote, run=run, drops=drops))


def _voice(said: Judgement) -> Voice:
    return said.judge or said.source, said.kind, said.source


def _reviewers(db: Database, *, run: Import, voices: list[Voice]) -> dict[Voice, int]:
    return {
        (name, kind, source): reviewers.ensure(
            db, run.now, f"{name} (imported)", kind, imported_from=source
        ).id
        for name, kind, source in voices
    }


def _votes(answered: list[Answered], found: dict[Voice, int]) -> Iterator[Vote]:
    for one in answered:
        for said in one.row.judgements:
            ids = one.answers
            yield Vote(
                said=said,
                reviewer_id=found[_voice(said)],
                prompt_id=one.prompt_id,
                shown=tuple(ids[key] for key in said.about),
                winner_id=ids[said.winner] if said.winner else None,
                ranking=_ranked(said, ids),
                line=one.row.line,
            )


def _ranked(said: Judgement, ids: dict[str, int]) -> tuple[tuple[int, ...], ...] | None:
    if said.ranking is None:
        return None
    return tuple(tuple(ids[key] for key in tied) for tied in said.ranking)


def _numbered(votes: Iterable[Vote]) -> Iterator[tuple[Vote, int]]:
    """Each vote with how many equal ones came before it."""
    seen: Counter[str] = Counter()
    for vote in votes:
        name = canonical_json([vote.reviewer_id, vote.said.turn, *vote.content(0)])
        yield vote, seen[name]
        seen[name] += 1


def _add_vote(db: Database, numbered: tuple[Vote, int], *, run: Import, drops: Drops) -> int:
    vote, nth = numbered
    comparison = NewComparison(
        run.project.id, vote.prompt_id, vote.shown, wanted=0, turn=vote.said.turn, import_id=run.id
    )
    comparison_id, _ = comparisons.ensure(db, run.now, comparison)
    new = _judgement(run, comparison_id, vote, nth)
    if judgements.by_submission(db, vote.reviewer_id, new.submission_id):
        return 0
    before = judgements.current(db, comparison_id, vote.reviewer_id)
    if before:
        drops.add(SAID_AGAIN, vote.line)
    judgements.insert(db, run.now, new, before["id"] if before else None)
    return 1


def _judgement(run: Import, comparison_id: int, vote: Vote, nth: int) -> NewJudgement:
    """Its submission id follows from what it says, so that the same file adds it once."""
    said = vote.said
    return NewJudgement(
        submission_id=sha256_json([*vote.content(comparison_id), nth]),
        comparison_id=comparison_id,
        reviewer_id=vote.reviewer_id,
        shown=vote.shown,
        winner_id=vote.winner_id,
        strength=0 if vote.winner_id is None else said.strength,
        ranking=vote.ranking,
        all_bad=said.all_bad,
        rationale=said.rationale,
        seconds=said.seconds,
        ratings=_scores(said),
        spans=said.spans,
        guidelines_version=run.project.guidelines_version,
        rubric_version=run.project.rubric_version if said.ratings else None,
        taxonomy_version=run.project.taxonomy_version if said.tagged else None,
        import_id=run.id,
    )


def _scores(said: Judgement) -> dict[int, dict[str, int]]:
    """By slot, as `fitting` let them pass."""
    return {
        said.about.index(key) + 1: {name: int(score.value) for name, score in scores.items()}
        for key, scores in said.ratings.items()
    }
