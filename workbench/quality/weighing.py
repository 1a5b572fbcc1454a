"""Consensus: what the judgements of each item add up to, and how far that can be trusted.

Dawid and Skene's model over all judgements of a project, gold and rulings known; a discounted
reviewer's are left out. A verdict is always one that somebody gave. It knows verdicts by
completion and nothing of who the reviewers are.
"""

from dataclasses import dataclass

import numpy as np

from workbench.quality.votes import CLASSES, NONE, TIE, Items, Votes, load
from workbench.records import ReviewerKind
from workbench.stats.arrays import Floats, Ints, Truths, table
from workbench.stats.consensus import Labels, dawid_skene
from workbench.store import track_records
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
    posterior = found.posterior
    posterior[turned] = posterior[turned][:, [1, 0, 2]]
    counts = table(codes, compared.verdicts, (len(items), CLASSES)).astype(np.float32)
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
    verdicts = chances.argmax(axis=1).astype(np.int8)
    chances.sort(axis=1)
    verdicts[chances[:, -1] - chances[:, -2] < EVEN] = NONE
    return verdicts, chances[:, -1].copy()


def heard(db: Database, project_id: int, kinds: tuple[ReviewerKind, ...]) -> Votes:
    """The votes of a project that weigh something: those of discounted reviewers do not."""
    votes = load(db, project_id, kinds)
    records = track_records.in_project(db, project_id)
    unheard = [i for i, record in records.items() if record.discounted_at]
    return votes.only(~np.isin(votes.reviewer_ids[votes.reviewers], unheard)) if unheard else votes


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
