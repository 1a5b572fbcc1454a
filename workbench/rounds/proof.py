"""Proof: does a round's model win, blind, on heldout prompts? One verdict for each prompt.

The verdict is a win rate with its always-valid interval; `gate` says in one word what follows.
"""

from dataclasses import dataclass

from workbench.leaderboard import HUMAN, Verdict, duels, gate
from workbench.records import Model, ReviewerKind
from workbench.rounds.verdicts import meetings
from workbench.stats.winrate import WinRate, win_rate
from workbench.store import Database, proofs, rounds, variants
from workbench.store.rounds import Round


@dataclass(frozen=True)
class Proof:
    """The win rate of a round's policy, by reviewers of `kinds`, over the model that it was to
    beat: `against` is None for round 0's, which it is before the first promotion; `since` is the
    round of that model, 0 where it was no round's.
    """

    round_number: int
    kinds: tuple[ReviewerKind, ...]
    result: WinRate
    against: str | None = None
    since: int = 0

    @property
    def verdict(self) -> Verdict:
        return gate(self.result)


def proof(db: Database, current: Round, kinds: tuple[ReviewerKind, ...] = HUMAN) -> Proof:
    """What the heldout verdicts of this round say so far; nothing for round 0."""
    models = [_model_of(db, one) for one in rounds.in_project(db, current.project_id)]
    first = models[0]
    stored = proofs.of_round(db, current.id)
    if stored is None:
        return Proof(current.number, kinds, _over_first(db, current, first, kinds))
    beaten = variants.get(db, stored.incumbent_id).model
    against = None if beaten.id == first.id else beaten.name
    before = [number for number, model in enumerate(models[: current.number])
              if model.id == beaten.id]  # fmt: skip
    won = meetings(db, stored, kinds).win
    return Proof(current.number, kinds, won, against, before[-1] if before else 0)


def _over_first(
    db: Database, current: Round, first: Model, kinds: tuple[ReviewerKind, ...]
) -> WinRate:
    """Of a round from before proofs were stored, whose every comparison was with round 0."""
    pair = _model_of(db, current).id, first.id
    found = duels(db, current.project_id, kinds, round_id=current.id, comparison_kinds=("heldout",))
    for duel in found:
        r, met = duel.result, (duel.first.model.id, duel.second.model.id)
        if met == pair:
            return r
        if met == pair[::-1]:
            return win_rate(r.losses, r.ties, r.wins)
    return win_rate(0, 0, 0)


def _model_of(db: Database, which: Round) -> Model:
    return variants.get(db, which.policy_variant_id).model
