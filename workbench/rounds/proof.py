"""Proof: does the tuned model win, blind, on heldout prompts? One verdict for each prompt.

The verdict is a win rate with its always-valid interval; `gate` says in one word what follows.
"""

from dataclasses import dataclass

from workbench.leaderboard import HUMAN, Verdict, duels, gate
from workbench.records import ReviewerKind
from workbench.stats.winrate import WinRate, win_rate
from workbench.store import Database, rounds, variants
from workbench.store.rounds import Round


@dataclass(frozen=True)
class Proof:
    """The win rate of a round's policy over that of round 0, by reviewers of `kinds`."""

    round_number: int
    kinds: tuple[ReviewerKind, ...]
    result: WinRate

    @property
    def verdict(self) -> Verdict:
        return gate(self.result)


def proof(db: Database, current: Round, kinds: tuple[ReviewerKind, ...] = HUMAN) -> Proof:
    """What the heldout verdicts of this round say so far; nothing for round 0."""
    first = rounds.in_project(db, current.project_id)[0]
    model = _model_of(db, current)
    found = duels(db, current.project_id, kinds, round_id=current.id, comparison_kinds=("heldout",))
    old = _model_of(db, first)
    for duel in found:
        if (duel.first.model.id, duel.second.model.id) == (model, old):
            return Proof(current.number, kinds, duel.result)
        if (duel.second.model.id, duel.first.model.id) == (model, old):
            r = duel.result
            return Proof(current.number, kinds, win_rate(r.losses, r.ties, r.wins))
    return Proof(current.number, kinds, win_rate(0, 0, 0))


def _model_of(db: Database, which: Round) -> int:
    return variants.get(db, which.policy_variant_id).model.id
