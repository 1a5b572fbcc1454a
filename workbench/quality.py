"""Quality: what the judgements of a comparison add up to.

A first cut: one vote a reviewer, no weights. It knows verdicts by completion and nothing of
who the reviewers are.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations, groupby
from typing import Any

PRIOR_ACCURACY = 0.8


@dataclass(frozen=True)
class Consensus:
    """One pair of completions, the lower id first. `winner_id` is None for a tie; `posterior` is
    the chance that the verdict is right.
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


def consensus(verdicts: Iterable[dict[str, Any]]) -> list[Consensus]:
    """One consensus for each pair that was compared; `verdicts` as `store.judgements.counted`
    gives. A ranking counts as all of the pairs that it implies, each of strength 1.
    """
    found: list[Consensus] = []
    for _, group in groupby(verdicts, key=lambda v: v["comparison_id"]):
        votes = list(group)
        by_pair: dict[tuple[int, int], list[PairVote]] = {}
        for vote in votes:
            for pair, said in _pairs(vote):
                by_pair.setdefault(pair, []).append(said)
        found += [_agree(votes[0], pair, said) for pair, said in sorted(by_pair.items())]
    return found


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


def _agree(about: dict[str, Any], pair: tuple[int, int], votes: list[PairVote]) -> Consensus:
    first, second = pair
    lead = sum((v.winner_id == first) - (v.winner_id == second) for v in votes)
    winner, loser = (first, second) if lead > 0 else (second, first)
    backing = [v.strength for v in votes if lead and v.winner_id == winner]
    return Consensus(
        comparison_id=about["comparison_id"],
        prompt_id=about["prompt_id"],
        pair=pair,
        winner_id=winner if lead else None,
        loser_id=loser if lead else None,
        strength=sum(backing) / len(backing) if backing else 0.0,
        posterior=_posterior(abs(lead)),
        all_bad=2 * sum(v.all_bad for v in votes) > len(votes),
        judgement_ids=tuple(v.judgement_id for v in votes),
    )


def _posterior(lead: int) -> float:
    """That the side `lead` votes ahead is right, if each reviewer is right 4 times in 5."""
    odds: float = (PRIOR_ACCURACY / (1 - PRIOR_ACCURACY)) ** lead
    return odds / (1 + odds)
