"""All votes of a project as matches between variants: what the ranking is reckoned over.

One row a vote on a pair of answers by two variants; a ranking counts as the pairs it implies. It
knows arrays and nothing of what they are shown as.
"""

from dataclasses import dataclass

import numpy as np

from workbench.quality.votes import FIRST, GOLD, TIE, Votes
from workbench.quality.weighing import heard
from workbench.records import ReviewerKind
from workbench.stats.arrays import Floats, Ints, Truths
from workbench.stats.ranking import Duels
from workbench.store import votes as rows
from workbench.store.database import Database

OUTCOMES = np.array([1.0, 0.0, 0.5])  # by verdict: first, second, tie


@dataclass(frozen=True)
class Matches:
    """`first[k]` and `second[k]` are places in `variant_ids`, `prompts[k]` one in `prompt_ids`,
    `reviewers[k]` one in `reviewer_ids`; `outcome[k]` is 1, 0 or ½. `answers`: rows × 2 ids of
    completions. `shown_first[k]`: 1 where the first's answer stood first, −1 where the second's
    did, 0 where that is not known.
    """

    variant_ids: Ints
    prompt_ids: Ints
    reviewer_ids: Ints
    first: Ints
    second: Ints
    outcome: Floats
    prompts: Ints
    reviewers: Ints
    answers: Ints
    shown_first: Ints

    def __len__(self) -> int:
        return len(self.first)

    def only(self, which: Truths) -> "Matches":
        """Those of these rows, about the same variants and prompts."""
        return Matches(
            self.variant_ids, self.prompt_ids, self.reviewer_ids, self.first[which],
            self.second[which], self.outcome[which], self.prompts[which], self.reviewers[which],
            self.answers[which], self.shown_first[which],
        )  # fmt: skip

    @property
    def duels(self) -> Duels:
        """As the statistics take them; each prompt is a cluster."""
        return Duels(self.first, self.second, self.outcome, self.prompts, len(self.variant_ids))

    @property
    def met(self) -> Ints:
        """How many votes each variant has."""
        both = np.concatenate([self.first, self.second])
        return np.bincount(both, minlength=len(self.variant_ids))


def load(db: Database, project_id: int, kinds: tuple[ReviewerKind, ...]) -> Matches:
    """All that count, on work and heldout items, by reviewers of these kinds; the votes of
    discounted reviewers do not.
    """
    votes = heard(db, project_id, kinds)
    votes = votes.only(votes.about.kinds[votes.items] != GOLD).compared
    table = np.fromiter(rows.answers(db, project_id), np.int64).reshape(-1, 3)
    answers = _answers(votes, table)
    variants = _looked_up(answers, table[:, 1], table[:, 2])
    apart = (variants[:, 0] != variants[:, 1]) & (variants > 0).all(axis=1)
    return _matches(votes.only(apart), answers[apart], variants[apart])


def _answers(votes: Votes, table: Ints) -> Ints:
    """The two completions of each vote, the lower id first; 0 where they are not known."""
    about = votes.about
    order = table[np.lexsort((table[:, 1], table[:, 0]))]
    comparisons, first, count = np.unique(order[:, 0], return_index=True, return_counts=True)
    pairs = np.zeros((len(about), 2), np.int64)
    plain = len(about) - len(about.ranked)
    two = first[count == 2]
    places = np.searchsorted(about.ids[:plain], comparisons[count == 2])
    pairs[places] = np.stack([order[two, 1], order[two + 1, 1]], axis=1)
    pairs[plain:] = np.array(about.ranked, np.int64).reshape(-1, 2)
    answers: Ints = pairs[votes.items]
    return answers


def _looked_up(wanted: Ints, keys: Ints, values: Ints) -> Ints:
    """The value of each wanted key; 0 for 0."""
    known, first = np.unique(np.append(keys, 0), return_index=True)
    found: Ints = np.append(values, 0)[first][np.searchsorted(known, wanted)]
    return found


def _matches(votes: Votes, answers: Ints, variants: Ints) -> Matches:
    variant_ids, places = np.unique(variants, return_inverse=True)
    first, second = places.reshape(-1, 2).T
    prompt_ids, prompts = np.unique(votes.about.prompts[votes.items], return_inverse=True)
    reviewer_ids, reviewers = np.unique(votes.reviewers, return_inverse=True)
    won_by_first = votes.verdicts == FIRST
    shown_first = np.where(votes.left == won_by_first, 1, -1)
    return Matches(
        variant_ids=variant_ids,
        prompt_ids=prompt_ids,
        reviewer_ids=votes.reviewer_ids[reviewer_ids],
        first=first,
        second=second,
        outcome=OUTCOMES[votes.verdicts],
        prompts=prompts,
        reviewers=reviewers,
        answers=answers,
        shown_first=np.where(votes.verdicts == TIE, 0, shown_first),
    )
