"""Quality: what the judgements of a comparison add up to.

A first cut: one vote a reviewer, no weights. It knows verdicts by completion and nothing of
who the reviewers are.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Any

PRIOR_ACCURACY = 0.8


@dataclass(frozen=True)
class Consensus:
    """`winner_id` is None for a tie; `posterior` is the chance that the verdict is right."""

    comparison_id: int
    prompt_id: int
    winner_id: int | None
    loser_id: int | None
    strength: float
    posterior: float
    all_bad: bool
    judgement_ids: tuple[int, ...]


def consensus(verdicts: Iterable[dict[str, Any]]) -> list[Consensus]:
    """One consensus for each comparison of two; `verdicts` as `store.judgements.counted` gives."""
    groups = groupby(verdicts, key=lambda v: v["comparison_id"])
    found = (_agree(list(group)) for _, group in groups)
    return [c for c in found if c is not None]


def _agree(votes: list[dict[str, Any]]) -> Consensus | None:
    votes = [v for v in votes if len(v["shown"]) == 2]
    if not votes:
        return None
    first, second = sorted(votes[0]["shown"])
    named = [(_winner(v), v["strength"]) for v in votes]
    lead = sum((w == first) - (w == second) for w, _ in named)
    winner, loser = (first, second) if lead > 0 else (second, first)
    backing = [strength for w, strength in named if lead and w == winner]
    return Consensus(
        comparison_id=votes[0]["comparison_id"],
        prompt_id=votes[0]["prompt_id"],
        winner_id=winner if lead else None,
        loser_id=loser if lead else None,
        strength=sum(backing) / len(backing) if backing else 0.0,
        posterior=_posterior(abs(lead)),
        all_bad=2 * sum(v["all_bad"] for v in votes) > len(votes),
        judgement_ids=tuple(v["id"] for v in votes),
    )


def _winner(vote: dict[str, Any]) -> int | None:
    """“All bad” is a tie, whichever answer is the less bad one."""
    return None if vote["all_bad"] else vote["winner_id"]


def _posterior(lead: int) -> float:
    """That the side `lead` votes ahead is right, if each reviewer is right 4 times in 5."""
    odds: float = (PRIOR_ACCURACY / (1 - PRIOR_ACCURACY)) ** lead
    return odds / (1 + odds)
