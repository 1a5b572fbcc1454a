"""What reviewers said of a proof: one consensus verdict a frozen prompt, as outcomes and as a win
rate. It knows no other figure.
"""

from dataclasses import dataclass

import numpy as np

from workbench.quality import consensus
from workbench.records import ReviewerKind
from workbench.rounds.proving import counting
from workbench.stats.arrays import Floats
from workbench.stats.winrate import WinRate, win_rate
from workbench.store import proofs
from workbench.store.database import Database
from workbench.store.proofs import StoredProof

WON, TIED, LOST = 1.0, 0.5, 0.0


@dataclass(frozen=True)
class Met:
    """A frozen prompt on which two answers met: `outcome` is 1 where the new one won, ½ for a tie;
    `strength`, 1 to 3, how clearly, 0 for a tie.
    """

    prompt_id: int
    comparison_id: int
    old: int
    new: int
    outcome: float
    strength: float


@dataclass(frozen=True)
class Meetings:
    """Those that were judged, and how many prompts both answered that nobody has judged yet."""

    judged: tuple[Met, ...]
    left: int

    @property
    def outcomes(self) -> Floats:
        return np.array([met.outcome for met in self.judged])

    @property
    def win(self) -> WinRate:
        said = [met.outcome for met in self.judged]
        return win_rate(said.count(WON), said.count(TIED), said.count(LOST))


def meetings(db: Database, proof: StoredProof, kinds: tuple[ReviewerKind, ...]) -> Meetings:
    """By reviewers of these kinds; of a prompt judged twice the first comparison counts."""
    olds, news = (proofs.answers(db, i) for i in (proof.incumbent_id, proof.candidate_id))
    frozen = {prompt.id for prompt in counting(db, proof)} & olds.keys() & news.keys()
    judged: dict[int, Met] = {}
    for said in consensus(db, proof.project_id, kinds, comparison_kinds=("heldout",)):
        prompt = said.prompt_id
        if prompt not in frozen or prompt in judged:
            continue
        old, new = olds[prompt]["id"], news[prompt]["id"]
        if {old, new} == set(said.pair):
            outcome = TIED if said.winner_id is None else WON if said.winner_id == new else LOST
            judged[prompt] = Met(prompt, said.comparison_id, old, new, outcome, said.strength)
    return Meetings(tuple(judged.values()), len(frozen) - len(judged))
