"""How hard it is to tell a round's answers apart, and how far its reviewers agree; over arrays.

It knows votes of some comparisons and nothing of rounds. Where answers become alike, ties and weak
preferences grow and agreement falls; tired reviewers look the same.
"""

from typing import Any

import numpy as np

from workbench.quality.agreement import on_choice
from workbench.quality.votes import CLASSES, TIE, Votes
from workbench.stats.arrays import Floats, Ints, Truths, table
from workbench.stats.means import clustered_mean, clustered_share

Json = dict[str, Any]
WEAK = 1  # “slightly better”


def measure(votes: Votes) -> Json:
    """`{judgements, items, agreement, percent, ties, weak, preference, seconds}`: estimates, whose
    intervals take the votes on one prompt together; `weak` and `preference`, from 0 to 3, are of
    plain pairs alone, since a ranking tells no strength. `seconds` is the median.
    """
    plain, compared = votes.only(votes.plain), votes.compared
    pairs = plain.compared
    agreed = on_choice(_counts(compared))
    strengths = np.maximum(pairs.strengths, pairs.verdicts != TIE).astype(float)
    weak = (strengths == WEAK).astype(float)
    return {
        "judgements": len(plain),
        "items": len(np.unique(plain.items)),
        "agreement": agreed["alpha"],
        "percent": agreed["percent"],
        "ties": vars(clustered_share(_ones(compared.verdicts == TIE), _prompts(compared))),
        "weak": vars(clustered_share(weak, _prompts(pairs))),
        "preference": vars(clustered_mean(strengths, _prompts(pairs))),
        "seconds": _median(plain.seconds[~np.isnan(plain.seconds)]),
    }


def _counts(votes: Votes) -> Floats:
    """Items × verdicts."""
    items, codes = np.unique(votes.items, return_inverse=True)
    return table(codes, votes.verdicts, (len(items), CLASSES))


def _prompts(votes: Votes) -> Ints:
    prompts: Ints = votes.about.prompts[votes.items]
    return prompts


def _ones(hits: Truths) -> Floats:
    return hits.astype(float)


def _median(values: Floats) -> float | None:
    return float(np.median(values)) if len(values) else None
