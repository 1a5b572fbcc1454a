"""What reviewers say together of every judged pair of answers: as arrays, for exports and rankings
of a million of them, or as one record each. A ranking counts as all of the pairs that it implies,
each of strength 1; a lead's ruling is the last word.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from workbench.quality.votes import FIRST, GOLD, HELDOUT, SECOND, TIE, WORK, Items, Votes
from workbench.quality.weighing import Agreed, agree, heard
from workbench.records import ComparisonKind, ReviewerKind
from workbench.stats.arrays import Floats, Ints, Truths
from workbench.store import adjudications, votes
from workbench.store.adjudications import Ruling
from workbench.store.database import Database

BLOCK = 1 << 16  # comparisons whose answers are read at once
KINDS = {"work": WORK, "heldout": HELDOUT, "gold": GOLD}


@dataclass(frozen=True)
class Ballots:
    """Who judged what: the votes on place p are those from `starts[p]` up to `starts[p + 1]`, each
    with its judgement, its reviewer and what it says, FIRST, SECOND or TIE.
    """

    starts: Ints
    judgements: Ints
    reviewers: Ints
    verdicts: Ints

    def on(self, place: int) -> slice:
        return slice(int(self.starts[place]), int(self.starts[place + 1]))


@dataclass(frozen=True)
class Verdicts:
    """By rising comparison, and within a ranking by rising answers; `first` is the lower id.

    `verdicts` is FIRST, SECOND, TIE, or NONE where two are equally likely; `chances` how sure it
    is; `strengths` the mean of those who voted for the winner, 0 without one; `votes` how many
    judged the pair, `places` where their ballots are.
    """

    comparisons: Ints
    prompts: Ints
    first: Ints
    second: Ints
    verdicts: Ints
    strengths: Floats
    chances: Floats
    votes: Ints
    all_bad: Truths
    places: Ints

    def __len__(self) -> int:
        return len(self.comparisons)

    def at(self, rows: Ints | Truths | slice) -> "Verdicts":
        """Those of these rows; of all, nothing is copied."""
        if isinstance(rows, np.ndarray) and rows.dtype == bool and rows.all():
            return self
        return Verdicts(**{name: column[rows] for name, column in vars(self).items()})

    @property
    def decided(self) -> Truths:
        found: Truths = self.verdicts < TIE
        return found

    @property
    def winners(self) -> Ints:
        """The better answer of each pair; without meaning where none is decided."""
        found: Ints = np.where(self.verdicts == FIRST, self.first, self.second)
        return found

    @property
    def losers(self) -> Ints:
        found: Ints = np.where(self.verdicts == FIRST, self.second, self.first)
        return found


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


def settle(
    db: Database,
    project_id: int,
    kinds: tuple[ReviewerKind, ...],
    *,
    rounds: tuple[int, ...] = (),
    comparison_kinds: tuple[ComparisonKind, ...] = ("work",),
    only: tuple[int, ...] = (),
) -> tuple[Verdicts, Ballots]:
    """What reviewers of these kinds say together, or `only` these of them, in some rounds or in
    all.
    """
    given = heard(db, project_id, kinds)
    if only:
        given = given.only(np.isin(given.reviewer_ids[given.reviewers], only))
    agreed = agree(given)
    about = agreed.votes.about
    wanted = np.isin(about.kinds[agreed.items], [KINDS[kind] for kind in comparison_kinds])
    if rounds:
        wanted &= np.isin(about.ids[agreed.items], votes.in_rounds(db, project_id, rounds))
    found = _found(db, project_id, agreed).at(wanted)
    if about.ranked:  # all others rise by themselves
        found = found.at(np.lexsort((found.second, found.first, found.comparisons)))
    _rule(found, adjudications.in_project(db, project_id))
    given, items = agreed.votes, agreed.items
    del agreed  # of a million votes it holds 60 MB
    return found, _ballots(given, items)


def consensus(
    db: Database,
    project_id: int,
    kinds: tuple[ReviewerKind, ...],
    *,
    rounds: tuple[int, ...] = (),
    comparison_kinds: tuple[ComparisonKind, ...] = ("work",),
) -> list[Consensus]:
    """The same, a record for each pair."""
    found, ballots = settle(db, project_id, kinds, rounds=rounds, comparison_kinds=comparison_kinds)
    return list(_records(found, ballots))


def _records(found: Verdicts, ballots: Ballots) -> Iterator[Consensus]:
    columns = [column.tolist() for column in vars(found).values()]
    for comparison, prompt, first, second, verdict, strength, chance, _, bad, place in zip(
        *columns, strict=True
    ):
        pair = first, second
        yield Consensus(
            comparison_id=comparison,
            prompt_id=prompt,
            pair=pair,
            winner_id=pair[verdict] if verdict < TIE else None,
            loser_id=pair[1 - verdict] if verdict < TIE else None,
            strength=strength,
            posterior=chance,
            all_bad=bad,
            judgement_ids=tuple(ballots.judgements[ballots.on(place)].tolist()),
        )


def _ballots(given: Votes, items: Ints) -> Ballots:
    order = np.argsort(given.items, kind="stable")
    starts = np.searchsorted(given.items[order], items)
    return Ballots(
        np.append(starts, len(order)),
        given.judgements[order],
        given.reviewer_ids[given.reviewers[order]],
        given.verdicts[order],
    )


def _found(db: Database, project_id: int, agreed: Agreed) -> Verdicts:
    about, items = agreed.votes.about, agreed.items
    counts = agreed.counts.sum(axis=1).astype(np.int32)
    strengths = _strengths(agreed)
    first, second = _answers(db, about, items)
    return Verdicts(
        comparisons=about.ids[items],
        prompts=about.prompts[items],
        first=first,
        second=second,
        verdicts=agreed.verdicts,
        strengths=strengths,
        chances=agreed.chances,
        votes=counts,
        all_bad=_all_bad(db, project_id, agreed, counts),
        places=np.arange(len(items)),
    )


def _strengths(agreed: Agreed) -> Floats:
    """The mean strength of the votes for each item's winner."""
    places = np.searchsorted(agreed.items, agreed.votes.items)
    backing = (agreed.votes.verdicts == agreed.verdicts[places]) & (agreed.votes.verdicts < TIE)
    places, size = places[backing], len(agreed.items)
    total = np.bincount(places, agreed.votes.strengths[backing], minlength=size)
    backers = np.bincount(places, minlength=size)
    mean: Floats = total / np.maximum(backers, 1)
    return mean


def _answers(db: Database, about: Items, items: Ints) -> tuple[Ints, Ints]:
    """The answers of each item, the lower id first."""
    whole = len(about.ids) - len(about.ranked)
    first, second = np.zeros((2, len(items)), np.int64)
    plain = items < whole
    comparisons = about.ids[items[plain]]
    blocks = range(0, len(comparisons), BLOCK)
    pairs = [_pairs(db, comparisons[at : at + BLOCK]) for at in blocks]
    first[plain], second[plain] = np.concatenate(pairs, axis=1) if pairs else (0, 0)
    implied = [about.ranked[at - whole] for at in items[~plain].tolist()]
    first[~plain], second[~plain] = np.array(implied, np.int64).reshape(-1, 2).T
    return first, second


def _pairs(db: Database, comparisons: Ints) -> Ints:
    """Both answers of these comparisons, which rise and have two each."""
    bounds = int(comparisons[0]), int(comparisons[-1])
    known = np.fromiter(votes.compared_answers(db, *bounds), np.int64)
    places = np.searchsorted(known, comparisons * votes.IDS)
    return np.stack([known[places], known[places + 1]]) % votes.IDS


def _all_bad(db: Database, project_id: int, agreed: Agreed, counts: Ints) -> Truths:
    """Whether more than half of those who judged an item said so."""
    said = np.fromiter(votes.all_bad(db, project_id), np.int64).reshape(-1, 2)
    heard_of = said[np.isin(said[:, 0], agreed.votes.judgements), 1]
    comparisons, times = np.unique(heard_of, return_counts=True)
    ids = agreed.votes.about.ids[agreed.items]
    named = np.flatnonzero(np.isin(ids, comparisons))
    found = np.zeros(len(ids), bool)
    found[named] = 2 * times[np.searchsorted(comparisons, ids[named])] > counts[named]
    return found


def _rule(found: Verdicts, rulings: dict[int, Ruling]) -> None:
    """A lead's ruling in the place of what reviewers said."""
    for row in np.flatnonzero(np.isin(found.comparisons, list(rulings))).tolist():
        ruling = rulings[int(found.comparisons[row])]
        verdict, strength = _ruled(ruling, int(found.first[row]), int(found.second[row]))
        found.verdicts[row], found.strengths[row] = verdict, strength
        found.chances[row], found.all_bad[row] = 1.0, ruling.all_bad


def _ruled(ruling: Ruling, first: int, second: int) -> tuple[int, float]:
    tier = {i: at for at, tied in enumerate(ruling.ranking or ()) for i in tied}
    if tier and tier[first] != tier[second]:
        return FIRST if tier[first] < tier[second] else SECOND, 1.0
    if ruling.winner_id not in (first, second):
        return TIE, 0.0
    return FIRST if ruling.winner_id == first else SECOND, float(ruling.strength)
