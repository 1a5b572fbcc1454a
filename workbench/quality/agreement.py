"""How far reviewers agree: on the choice, its strength, ratings and spans; and in which parts.

It reckons over the arrays of a project and gives plain JSON values; an estimate is
`{value, low, high, items}`.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np

from workbench.quality.votes import CLASSES, GOLD, NONE, TIE, Votes
from workbench.quality.weighing import Agreed
from workbench.stats.agreement import ac1, alpha, percent
from workbench.stats.arrays import Floats, Ints, distinct, table

MOST_WEEKS = 26
MOST_PAIRED = 20  # so many reviewers, those with the most judgements, are compared two by two
LEAST_SHARED = 5
STRONGEST = 3
TURNED = [1, 0, 2]  # a table of verdicts from the other side

Json = dict[str, Any]


def on_choice(counts: Floats) -> Json:
    """α, AC1 and percent of which answer is better (or that neither is).

    Which answer of a pair is called the first is arbitrary, so each item counts both ways round:
    where one variant wins throughout, chance agreement would else look like almost all of it.
    """
    rows, times = distinct(counts)
    both, groups, twice = _both_ways(rows, times, TURNED)
    return {
        "alpha": vars(alpha(both, groups=groups, times=twice)),
        "ac1": vars(ac1(both, groups=groups, times=twice)),
        "percent": vars(percent(rows, times=times)),
    }


def _both_ways(rows: Floats, times: Floats, turned: list[int]) -> tuple[Floats, Ints, Floats]:
    """The rows and the same rows seen from the other side, which of them belong together, and how
    many such there are.
    """
    places = np.arange(len(rows))
    both = np.concatenate([rows, rows[:, turned]])
    return both, np.concatenate([places, places]), np.concatenate([times, times])


def on_strength(votes: Votes) -> Json:
    """Ordinal α of the preference from −3 to 3, both ways round likewise."""
    compared = votes.compared.work
    items, codes = np.unique(compared.items, return_inverse=True)
    signs = np.array([-1, 1, 0])[compared.verdicts]
    grades = signs * np.maximum(compared.strengths, compared.verdicts != TIE) + STRONGEST
    counts = table(codes, grades, (len(items), 2 * STRONGEST + 1))
    both, groups, times = _both_ways(*distinct(counts), list(range(2 * STRONGEST, -1, -1)))
    return vars(alpha(both, "ordinal", groups=groups, times=times))


def on_ratings(rows: list[tuple[int, int, str, int]]) -> dict[str, Json]:
    """Ordinal α and percent of each criterion; rows: (comparison, completion, criterion, score)."""
    criteria = sorted({row[2] for row in rows})
    return {key: _on_criterion([row for row in rows if row[2] == key]) for key in criteria}


def _on_criterion(rows: list[tuple[int, int, str, int]]) -> Json:
    answers = np.array([(comparison, completion) for comparison, completion, _, _ in rows])
    _, items = np.unique(answers, axis=0, return_inverse=True)
    scores, categories = np.unique([row[3] for row in rows], return_inverse=True)
    counts = table(items.ravel(), categories, (int(items.max()) + 1, len(scores)))
    ordinal = alpha(counts, "ordinal", values=scores.astype(float))
    return {"alpha": vars(ordinal), "percent": vars(percent(counts))}


def over_weeks(agreed: Agreed, weeks: list[tuple[int, str]]) -> list[Json]:
    """α of the items finished in each of the last weeks; `weeks`: (first judgement, Monday)."""
    if not len(agreed.items):
        return []
    last = np.zeros(len(agreed.votes.about), np.int64)
    np.maximum.at(last, agreed.votes.items, agreed.votes.judgements)
    starts = np.array([first for first, _ in weeks])
    week = np.searchsorted(starts, last[agreed.items], side="right") - 1
    found = []
    for at in range(max(0, len(weeks) - MOST_WEEKS), len(weeks)):
        rows = week == at
        if rows.any():
            found.append({"week": weeks[at][1], **_alpha_and_items(agreed.counts[rows])})
    return found


def _alpha_and_items(counts: Floats) -> Json:
    both, groups, times = _both_ways(*distinct(counts), TURNED)
    return {"alpha": vars(alpha(both, groups=groups, times=times)), "items": len(counts)}


def between_reviewers(votes: Votes) -> list[Json]:
    """`{reviewers: [a, b], alpha, ac1, percent}` of each two who share items."""
    compared = votes.compared.work
    most = np.bincount(compared.reviewers, minlength=len(compared.reviewer_ids))
    chosen = np.argsort(-most, kind="stable")[:MOST_PAIRED]
    said = {int(r): _verdicts_of(compared, int(r)) for r in sorted(chosen) if most[r]}
    found = []
    for a, b, both in _shared(said):
        counts = np.eye(CLASSES)[both[0]] + np.eye(CLASSES)[both[1]]
        ids = [int(compared.reviewer_ids[a]), int(compared.reviewer_ids[b])]
        found.append({"reviewers": ids, **on_choice(counts)})
    return found


def _verdicts_of(votes: Votes, reviewer: int) -> tuple[Ints, Ints]:
    """The items that a reviewer judged, rising, and what they said."""
    rows = votes.reviewers == reviewer
    items, first = np.unique(votes.items[rows], return_index=True)
    return items, votes.verdicts[rows][first]


def _shared(said: dict[int, tuple[Ints, Ints]]) -> Iterator[tuple[int, int, tuple[Ints, Ints]]]:
    """Each two reviewers with what both said of the items that both judged."""
    for a, (items_a, verdicts_a) in said.items():
        for b, (items_b, verdicts_b) in said.items():
            if a >= b:
                continue
            _, in_a, in_b = np.intersect1d(
                items_a, items_b, assume_unique=True, return_indices=True
            )
            if len(in_a) >= LEAST_SHARED:
                yield a, b, (verdicts_a[in_a], verdicts_b[in_b])


def differing(agreed: Agreed) -> Ints:
    """The places of the work on which verdicts differ and nobody has ruled."""
    differ = (agreed.counts > 0).sum(axis=1) > 1
    known = agreed.votes.about.truth[agreed.items] != -1
    return np.flatnonzero(differ & ~known)


def disputed(agreed: Agreed, most: int) -> list[Json]:
    """The least sure of these: `{comparison_id, chance, votes}`."""
    places = differing(agreed)
    order = places[np.argsort(agreed.chances[places], kind="stable")[:most]]
    ids = agreed.votes.about.ids[agreed.items[order]]
    return [
        {"comparison_id": int(i), "chance": round(float(agreed.chances[at]), 4),
         "votes": agreed.counts[at].astype(int).tolist()}
        for i, at in zip(ids, order, strict=True)
    ]  # fmt: skip


def summary(agreed: Agreed, threshold: float) -> Json:
    """How many items have a verdict, and how many of these are sure enough; gold aside."""
    work = agreed.votes.about.kinds[agreed.items] != GOLD
    decided = work & (agreed.verdicts != NONE)
    sure = decided & (agreed.chances >= threshold)
    doubt = 1 - agreed.chances[work]
    return {
        "items": int(work.sum()),
        "decided": int(decided.sum()),
        "sure": int(sure.sum()),
        "decisive": int((sure & (agreed.verdicts != TIE)).sum()),
        "differ": len(differing(agreed)),
        "mean_doubt": float(doubt.mean()) if len(doubt) else None,
        "by_votes": np.bincount(agreed.counts[work].sum(axis=1).astype(int)).tolist(),
    }
