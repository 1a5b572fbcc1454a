"""Consensus: what the judgements of each item add up to, and how far that can be trusted.

Dawid and Skene's model over all judgements of a project, gold and rulings known; a discounted
reviewer's are left out. A verdict is always one that somebody gave. It knows verdicts by
completion and nothing of who the reviewers are.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import combinations, groupby
from typing import Any

import numpy as np

from workbench.quality.votes import CLASSES, NONE, TIE, Items, Votes, load
from workbench.records import ComparisonKind, ReviewerKind
from workbench.stats.arrays import Floats, Ints, Truths, table
from workbench.stats.consensus import Labels, dawid_skene
from workbench.store import adjudications, judgements, track_records
from workbench.store.adjudications import Ruling
from workbench.store.database import Database
from workbench.store.votes import MIX, RANGE

TOLERANCE = 1e-4  # posteriors are shown to two digits
SMALL = 1e-6
EVEN = 1e-3  # closer than that, neither verdict is the likelier one


@dataclass(frozen=True)
class Agreed:
    """`items` are the judged places in `votes.about`; `posterior` items × (first, second, tie);
    `verdicts` NONE where two are equally likely; `chances` that of the verdict; `counts` how many
    gave which; `errors[r]` the rates of reviewer r.
    """

    votes: Votes
    items: Ints
    posterior: Floats
    verdicts: Ints
    chances: Floats
    counts: Floats
    errors: Floats


def agree(votes: Votes) -> Agreed:
    """The consensus of all judgements that compare two answers.

    Which answer of a pair is called the first is drawn for each: a variant that wins throughout
    must not turn into the expectation that it wins again.
    """
    compared = votes.compared
    items, codes = np.unique(compared.items, return_inverse=True)
    turned = _turned(compared.about, items)
    truth = _turn(compared.about.truth[items], turned)
    labels = Labels(
        codes, compared.reviewers, _turn(compared.verdicts, turned[codes]), CLASSES, truth
    )
    found = dawid_skene(labels, tolerance=TOLERANCE)
    posterior = np.where(turned[:, None], found.posterior[:, [1, 0, 2]], found.posterior)
    counts = table(codes, compared.verdicts, (len(items), CLASSES))
    verdicts, chances = _likeliest(posterior, counts, compared.about.truth[items])
    return Agreed(compared, items, posterior, verdicts, chances, counts, found.errors)


def _turned(about: Items, items: Ints) -> Truths:
    """Half of the items, the same each time."""
    turned: Truths = (about.ids[items] + items) * MIX % RANGE < RANGE // 2
    return turned


def _turn(verdicts: Ints, turned: Truths) -> Ints:
    """First and second exchanged where turned; ties, and −1 for unknown, stay."""
    swapped: Ints = np.where(turned & (verdicts >= 0) & (verdicts < TIE), 1 - verdicts, verdicts)
    return swapped


def _likeliest(posterior: Floats, counts: Floats, truth: Ints) -> tuple[Ints, Floats]:
    """Each item's likeliest verdict among those given (or known), and its chance."""
    possible = counts > 0
    known = truth >= 0
    possible[known] = np.eye(CLASSES, dtype=bool)[truth[known]]
    chances = np.where(possible, posterior, 0.0)
    verdicts = chances.argmax(axis=1)
    ranked = np.sort(chances, axis=1)
    verdicts[ranked[:, -1] - ranked[:, -2] < EVEN] = NONE
    return verdicts, ranked[:, -1]


def heard(db: Database, project_id: int, kinds: tuple[ReviewerKind, ...]) -> Votes:
    """The votes of a project that weigh something: those of discounted reviewers do not."""
    votes = load(db, project_id, kinds)
    records = track_records.in_project(db, project_id)
    unheard = [i for i, record in records.items() if record.discounted_at]
    return votes.only(~np.isin(votes.reviewer_ids[votes.reviewers], unheard)) if unheard else votes


@dataclass(frozen=True)
class Consensus:
    """One pair of completions, the lower id first. `winner_id` is None for a tie, or where two
    verdicts are equally likely; `posterior` is the chance that the verdict is right.
    """

    comparison_id: int
    prompt_id: int
    pair: tuple[int, int]
    winner_id: int | None
    loser_id: int | None
    strength: float
    posterior: float
    all_bad: bool
    judgement_ids: tuple[int, ...]


@dataclass(frozen=True)
class PairVote:
    """What one judgement says of two completions; `winner_id` None is a tie."""

    judgement_id: int
    winner_id: int | None
    strength: float
    all_bad: bool


def consensus(
    db: Database,
    project_id: int,
    kinds: tuple[ReviewerKind, ...],
    *,
    round_id: int | None = None,
    comparison_kinds: tuple[ComparisonKind, ...] = ("work",),
) -> list[Consensus]:
    """One consensus for each pair of completions that reviewers of these kinds compared, of one
    round or of all. A ranking counts as all of the pairs that it implies, each of strength 1.
    """
    given = judgements.counted(
        db, project_id, kinds, round_id=round_id, comparison_kinds=comparison_kinds
    )
    votes = heard(db, project_id, kinds)
    standing = set(votes.judgements.tolist())
    rulings = adjudications.in_project(db, project_id)
    found = _consensus([v for v in given if v["id"] in standing], _by_pair(agree(votes)))
    return [_ruled(one, rulings.get(one.comparison_id)) for one in found]


Key = tuple[int, tuple[int, int] | None]


def _by_pair(agreed: Agreed) -> dict[Key, tuple[int, float]]:
    """(comparison, its pair or None where it has but one) → verdict and its chance."""
    about = agreed.votes.about
    keys = zip(about.ids[agreed.items].tolist(), about.pairs(agreed.items), strict=True)
    found = zip(agreed.verdicts.tolist(), agreed.chances.tolist(), strict=True)
    return dict(zip(keys, found, strict=True))


def _consensus(
    verdicts: Iterable[dict[str, Any]], agreed: dict[Key, tuple[int, float]]
) -> Iterator[Consensus]:
    for comparison_id, group in groupby(verdicts, key=lambda v: v["comparison_id"]):
        votes = list(group)
        by_pair: dict[tuple[int, int], list[PairVote]] = {}
        for vote in votes:
            for pair, said in _pairs(vote):
                by_pair.setdefault(pair, []).append(said)
        for pair, said_of_it in sorted(by_pair.items()):
            key = comparison_id, pair if len(votes[0]["shown"]) > 2 else None
            yield _record(votes[0], pair, said_of_it, *agreed[key])


def _pairs(vote: dict[str, Any]) -> Iterator[tuple[tuple[int, int], PairVote]]:
    """“All bad” is a tie, whichever answer is the less bad one."""
    tier = {i: at for at, group in enumerate(vote["ranking"] or ()) for i in group}
    for first, second in combinations(sorted(vote["shown"]), 2):
        winner, strength = vote["winner_id"], vote["strength"] or 0
        if tier and tier[first] != tier[second]:
            winner, strength = (first if tier[first] < tier[second] else second), 1
        if vote["all_bad"]:
            winner = None
        yield (first, second), PairVote(vote["id"], winner, strength, bool(vote["all_bad"]))


def _record(
    about: dict[str, Any], pair: tuple[int, int], votes: list[PairVote], verdict: int,
    chance: float,
) -> Consensus:  # fmt: skip
    winner = pair[verdict] if verdict < len(pair) else None
    backing = [v.strength for v in votes if winner and v.winner_id == winner]
    return Consensus(
        comparison_id=about["comparison_id"],
        prompt_id=about["prompt_id"],
        pair=pair,
        winner_id=winner,
        loser_id=pair[1 - verdict] if winner else None,
        strength=sum(backing) / len(backing) if backing else 0.0,
        posterior=chance,
        all_bad=2 * sum(v.all_bad for v in votes) > len(votes),
        judgement_ids=tuple(v.judgement_id for v in votes),
    )


def _ruled(found: Consensus, ruling: Ruling | None) -> Consensus:
    """A lead's ruling is the last word."""
    if ruling is None:
        return found
    tier = {i: at for at, tied in enumerate(ruling.ranking or ()) for i in tied}
    first, second = found.pair
    winner, strength = ruling.winner_id, ruling.strength
    if tier and tier[first] != tier[second]:
        winner, strength = (first if tier[first] < tier[second] else second), 1
    loser = None if winner is None else second if winner == first else first
    return replace(
        found, winner_id=winner, loser_id=loser, strength=strength, posterior=1.0,
        all_bad=ruling.all_bad,
    )  # fmt: skip


def others_say(agreed: Agreed) -> Ints:
    """For each vote, the verdict of all the others on its item; NONE where nobody else judged it
    or two verdicts are equally likely. Who is measured against a consensus must not be part of it.
    """
    votes = agreed.votes
    codes = np.searchsorted(agreed.items, votes.items)
    turned = _turned(votes.about, agreed.items)
    own = agreed.errors.astype(np.float32)
    posterior = np.where(turned[:, None], agreed.posterior[:, [1, 0, 2]], agreed.posterior)
    turned, known = turned[codes], votes.about.truth[votes.items] >= 0
    chances = posterior.astype(np.float32)[codes]
    said = _turn(votes.verdicts, turned)
    chances /= np.where(known[:, None], 1, np.maximum(own[votes.reviewers, :, said], SMALL))
    verdicts = _clear(chances)
    verdicts[(agreed.counts.sum(axis=1)[codes] < 2) & ~known] = NONE
    return _turn(verdicts, turned)


def _clear(chances: Floats) -> Ints:
    """The largest of each row, NONE where another is as large."""
    verdicts: Ints = chances.argmax(axis=1).astype(np.int8)
    chances.sort(axis=1)
    verdicts[chances[:, -1] - chances[:, -2] < EVEN * chances[:, -1]] = NONE
    return verdicts
