"""Judged pairs as rows, a page at a time: the texts as the JSON that the store holds, the part of
the split, and the way back to the people.

A pair passes only if both answers replied to the same messages.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from typing import NamedTuple

import numpy as np

from workbench.exporting.source import Source, at_turn
from workbench.quality.verdicts import Verdicts
from workbench.quality.votes import FIRST
from workbench.store import exports
from workbench.store.database import Database

PAGE = 10_000
ELSEWHERE = "the answers replied to different messages"


class Pair(NamedTuple):
    """`prompt`, `chosen` and `rejected` are lists of messages as JSON; `margin` is the mean
    strength, 1 to 3, or None of a correction, which nobody measured; `lineage` one line of JSON.
    """

    pair_id: str
    part: str
    prompt: str
    chosen: str
    rejected: str
    margin: float | None
    lineage: str


class Said(NamedTuple):
    """One row of `Verdicts` as plain numbers, with who judged it as JSON."""

    pair: tuple[int, int, int]  # the comparison and its two answers
    prompt: int
    verdict: int
    strength: float
    chance: float
    judged: str


@dataclass
class PairReader:
    """One export's way through the verdicts; what makes no row is counted in `left_out`."""

    db: Database
    source: Source
    left_out: Counter[str] = field(default_factory=Counter)

    def pages(self, found: Verdicts) -> Iterator[list[Pair]]:
        """By comparison and answers."""
        for at in range(0, len(found), PAGE):
            page = found.at(np.arange(at, min(at + PAGE, len(found))))
            yield list(self._page(page))

    def _page(self, page: Verdicts) -> Iterator[Pair]:
        """Both the verdicts and the store's rows rise; of a ranking not every pair may train."""
        wanted = self._said(page)
        said = next(wanted, None)
        for pair, *row in exports.pairs(self.db, np.unique(page.comparisons).tolist()):
            if said and pair == said.pair:
                if made := self._pair(said, *row):
                    yield made
                said = next(wanted, None)

    def _said(self, page: Verdicts) -> Iterator[Said]:
        pairs = zip(
            page.comparisons.tolist(), page.first.tolist(), page.second.tolist(), strict=True
        )
        columns = page.prompts, page.verdicts, page.strengths, page.chances
        return map(
            Said, pairs, *(column.tolist() for column in columns), self.source.judged(page.places)
        )

    def _pair(
        self, said: Said, turn: int, cluster: str, turns: int, a_variant: int, a_sent: str,
        a_said: str, b_variant: int, b_sent: str, b_said: str,
    ) -> Pair | None:  # fmt: skip
        if turns > 1:
            a_sent, a_said = at_turn(a_sent, a_said, turn)
            b_sent, b_said = at_turn(b_sent, b_said, turn)
        sent = self.source.sent(said.prompt, turns, a_sent, b_sent)
        if sent is None:
            self.left_out[ELSEWHERE] += 1
            return None
        comparison, first, second = said.pair
        won, lost = (first, a_said, a_variant), (second, b_said, b_variant)
        if said.verdict != FIRST:
            won, lost = lost, won
        part = self.source.part(cluster)
        content = f"{comparison}\n{sent}\n{won[1]}\n{lost[1]}"
        pair_id = sha256(content.encode()).hexdigest()[:16]
        lineage = (
            f'{{"pair_id":"{pair_id}","part":"{part}","comparison_id":{comparison},'
            f'"prompt_id":{said.prompt},"turn":{turn},'
            f'"chosen":{{"completion_id":{won[0]},"variant":{self.source.variants[won[2]]}}},'
            f'"rejected":{{"completion_id":{lost[0]},"variant":{self.source.variants[lost[2]]}}},'
            f'"strength":{said.strength:.6g},"posterior":{said.chance:.6g},'
            f'"judgements":[{said.judged}]}}'
        )
        return Pair(pair_id, part, sent, won[1], lost[1], said.strength, lineage)
