"""All judgements of a project as arrays: what the statistics are reckoned over.

One row a judgement, in the order in which they were made. It knows how `store.votes` packs them
and nothing of what the numbers mean to people.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from workbench.records import ReviewerKind
from workbench.stats.arrays import Ints, Truths
from workbench.store import votes as rows
from workbench.store.database import Database

FIRST, SECOND, TIE, NONE = 0, 1, 2, 3
WORK, HELDOUT, GOLD = 0, 1, 2
CLASSES = 3

Seconds = NDArray[np.float32]


@dataclass(frozen=True)
class Items:
    """What was judged: the comparisons of a project by rising id, and after them each pair that a
    ranking implies, with its completions in `ranked`. `truth` is −1 where it is not known.
    """

    ids: Ints
    prompts: Ints
    kinds: Ints
    truth: Ints
    ranked: list[tuple[int, int]]

    def __len__(self) -> int:
        return len(self.ids)

    def pairs(self, places: Ints) -> list[tuple[int, int] | None]:
        """The pair of each item that is one of a ranking's, None for any other."""
        start = len(self.ids) - len(self.ranked)
        return [self.ranked[at - start] if at >= start else None for at in places.tolist()]


@dataclass(frozen=True)
class Votes:
    """`items[k]` is a place in `about`, `reviewers[k]` one in `reviewer_ids`. `verdicts`: FIRST or
    SECOND by the order of the answers' ids, TIE, or NONE. `left`: the answer shown first won.
    `seconds` is NaN where no time was kept.
    """

    about: Items
    reviewer_ids: Ints
    judgements: Ints
    items: Ints
    reviewers: Ints
    verdicts: Ints
    strengths: Ints
    left: Truths
    seconds: Seconds

    def __len__(self) -> int:
        return len(self.items)

    def only(self, rows: Truths) -> "Votes":
        """Those of these rows, about the same items."""
        if rows.all():
            return self
        return Votes(
            self.about, self.reviewer_ids, self.judgements[rows], self.items[rows],
            self.reviewers[rows], self.verdicts[rows], self.strengths[rows], self.left[rows],
            self.seconds[rows],
        )  # fmt: skip

    @property
    def compared(self) -> "Votes":
        """Those that say which of two answers is better."""
        return self.only(self.verdicts != NONE)

    @property
    def plain(self) -> Truths:
        """The rows on items of their own; the others are pairs that a ranking implies."""
        whole: Truths = self.items < len(self.about) - len(self.about.ranked)
        return whole

    @property
    def work(self) -> "Votes":
        """Those on work and heldout items: gold is an exam."""
        return self.only(self.about.kinds[self.items] != GOLD)


def load(db: Database, project_id: int, kinds: tuple[ReviewerKind, ...]) -> Votes:
    """All judgements that count, by reviewers of these kinds."""
    reviewer_ids = np.array(sorted(rows.kinds(db, kinds)), np.int64)
    about = _items(rows.compared(db, project_id), rows.in_training(db, project_id))
    _set_truth(about, rows.known(db, project_id))
    judged = np.fromiter(rows.judged(db), np.int64).reshape(-1, 2)
    votes = _unpacked(judged, about, reviewer_ids)
    if not (votes.verdicts == NONE).any():
        return votes
    return _with_rankings(votes, rows.ranked(db, project_id))


def _items(flat: Iterator[int], left_out: list[int]) -> Items:
    table = np.fromiter(flat, np.int64).reshape(-1, 2)
    if left_out:
        table = table[~np.isin(table[:, 0], left_out)]
    ids, packed = table[np.argsort(table[:, 0], kind="stable")].T
    prompts, kinds = np.divmod(packed, rows.KINDS)
    return Items(ids.copy(), prompts, kinds.astype(np.int8), np.full(len(ids), -1, np.int8), [])


def _set_truth(about: Items, known: dict[int, int]) -> None:
    ids = np.array(sorted(known), np.int64)
    ids = ids[_known(about.ids, ids)]
    about.truth[np.searchsorted(about.ids, ids)] = [known[i] for i in ids.tolist()]


def _unpacked(judged: Ints, about: Items, reviewer_ids: Ints) -> Votes:
    comparisons = judged[:, 0] % rows.IDS
    ours = _known(about.ids, comparisons) & _known(reviewer_ids, judged[:, 1] // rows.CODES)
    if not ours.all():
        judged, comparisons = judged[ours], comparisons[ours]
    code = judged[:, 1] % rows.CODES
    seconds = (code >> 7).astype(np.float32) / np.float32(1000)
    seconds[code >> 6 & 1 == 0] = np.nan
    return Votes(
        about=about,
        reviewer_ids=reviewer_ids,
        judgements=judged[:, 0] // rows.IDS,
        items=np.searchsorted(about.ids, comparisons).astype(np.int32),
        reviewers=np.searchsorted(reviewer_ids, judged[:, 1] // rows.CODES).astype(np.int32),
        verdicts=(code & 7).astype(np.int8),
        strengths=(code >> 3 & 3).astype(np.int8),
        left=(code >> 5 & 1).astype(bool),
        seconds=seconds,
    )


def _known(known: Ints, ids: Ints) -> Truths:
    """Which ids are among the known ones, which rise."""
    if not len(known):
        return np.zeros(len(ids), bool)
    places = np.searchsorted(known, ids).clip(max=len(known) - 1)
    matches: Truths = known[places] == ids
    return matches


def _with_rankings(votes: Votes, rankings: dict[int, list[list[int]]]) -> Votes:
    """Each ranking as votes on the pairs that it implies; `rankings` by judgement."""
    if not rankings:
        return votes
    about = votes.about
    places: dict[tuple[int, tuple[int, int]], int] = {}
    implied: list[tuple[int, int, int]] = []  # place among the votes, item, verdict
    for at, judgement in enumerate(votes.judgements.tolist()):
        for pair, verdict in _implied(rankings.get(judgement, [])):
            key = int(votes.items[at]), pair
            item = places.setdefault(key, len(about) + len(places))
            implied.append((at, item, verdict))
    rows, items, verdicts = np.array(implied, np.int64).reshape(-1, 3).T
    origin = np.array([item for item, _ in places], np.int64)
    wider = Items(
        np.append(about.ids, about.ids[origin]), np.append(about.prompts, about.prompts[origin]),
        np.append(about.kinds, about.kinds[origin]),
        np.append(about.truth, np.full(len(origin), -1, np.int8)), [pair for _, pair in places],
    )  # fmt: skip
    return Votes(
        about=wider,
        reviewer_ids=votes.reviewer_ids,
        judgements=np.append(votes.judgements, votes.judgements[rows]),
        items=np.append(votes.items, items).astype(np.int32),
        reviewers=np.append(votes.reviewers, votes.reviewers[rows]),
        verdicts=np.append(votes.verdicts, verdicts).astype(np.int8),
        strengths=np.append(votes.strengths, np.where(verdicts == TIE, 0, 1)).astype(np.int8),
        left=np.append(votes.left, np.zeros(len(rows), bool)),
        seconds=np.append(votes.seconds, np.full(len(rows), np.nan)).astype(np.float32),
    )


def _implied(ranking: list[list[int]]) -> Iterator[tuple[tuple[int, int], int]]:
    """Every pair of completions, the lower id first, with what the ranking says of it."""
    tier = {i: at for at, tied in enumerate(ranking) for i in tied}
    for first, second in combinations(sorted(tier), 2):
        ahead = tier[second] - tier[first]
        yield (first, second), TIE if ahead == 0 else FIRST if ahead > 0 else SECOND
