"""Answers that were judged one by one, as good or as bad, beside those of pairs: what KTO and SFT
learn from as well. Each stands as a verdict whose two answers are the same one.
"""

import numpy as np
from scipy.special import betaincc

from workbench.exporting.filters import Filters
from workbench.quality.verdicts import Ballots, Verdicts
from workbench.quality.votes import FIRST, TIE
from workbench.store import labels
from workbench.store.database import Database


def with_labels(
    db: Database, project_id: int, filters: Filters, only: tuple[int, ...], found: Verdicts,
    ballots: Ballots,
) -> tuple[Verdicts, Ballots]:  # fmt: skip
    """The verdicts on pairs, and after them those on single answers, with who gave them."""
    flat = labels.labels(db, project_id, filters.kinds, filters.rounds, only)
    rows = np.fromiter(flat, np.int64).reshape(-1, 6)
    if not len(rows):
        return found, ballots
    comparisons, prompts, answers, judgements, reviewers, good = rows.T
    _, starts, votes = np.unique(comparisons, return_index=True, return_counts=True)
    goods = np.add.reduceat(good, starts)
    most = np.maximum(goods, votes - goods)
    single = Verdicts(
        comparisons=comparisons[starts],
        prompts=prompts[starts],
        first=answers[starts],
        second=answers[starts],
        verdicts=np.where(2 * goods > votes, FIRST, TIE),
        strengths=(2 * goods > votes).astype(float),
        # That most people would say the same, from a flat prior.
        chances=betaincc(most + 1, votes - most + 1, 0.5),
        votes=votes,
        all_bad=2 * goods < votes,
        places=len(ballots.starts) - 1 + np.arange(len(starts)),
    )
    both = {
        name: np.concatenate([column, getattr(single, name)])
        for name, column in vars(found).items()
    }
    behind = len(ballots.judgements)
    return Verdicts(**both), Ballots(
        np.concatenate([ballots.starts[:-1], behind + np.append(starts, len(rows))]),
        np.append(ballots.judgements, judgements),
        np.append(ballots.reviewers, reviewers),
        np.append(ballots.verdicts, np.where(good, FIRST, TIE)),
    )
