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

from workbench.exporting.answers import turns
from workbench.exporting.source import Source, at_turn
from workbench.quality.verdicts import Verdicts
from workbench.stats.arrays import Floats, Ints
from workbench.store import exports
from workbench.store.database import Database
from workbench.store.votes import IDS

PAGE = 2_000  # few enough to stay in a processor's cache
MESSAGE = '"role":'  # as JSON it stands in no text: a quote would be escaped there
ELSEWHERE = "the answers replied to different messages"


Said = tuple[int, int, int, int, int, str, str, str]  # comparison … posterior, judgements
Texts = tuple[int, int, str, str | None, str, str]  # as `store.exports.pairs` gives them


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


@dataclass
class PairReader:
    """One export's way through the verdicts; what makes no row is counted in `left_out`."""

    db: Database
    source: Source
    left_out: Counter[str] = field(default_factory=Counter)

    def pages(self, found: Verdicts) -> Iterator[list[Pair]]:
        """By comparison and answers."""
        about = turns(self.db, self.source.project_id, found)
        for at in range(0, len(found), PAGE):
            rows = slice(at, at + PAGE)
            yield self._page(found.at(rows), about[rows])

    def _page(self, page: Verdicts, about: Ints) -> list[Pair]:
        won, lost = page.winners, page.losers
        numbers = page.comparisons, page.prompts, about, won, lost
        said = zip(
            *(column.tolist() for column in numbers), _written(page.strengths),
            _written(page.chances), self.source.judged(page.places), strict=True,
        )  # fmt: skip
        texts = exports.pairs(self.db, (won * IDS + lost).tolist())
        made = (self._pair(row, text) for row, text in zip(said, texts, strict=True))
        return [pair for pair in made if pair]

    def _pair(self, said: Said, texts: Texts) -> Pair | None:
        comparison, prompt, turn, won, lost, strength, chance, judged = said
        won_by, lost_by, sent, other, chosen, rejected = texts
        several = turn or chosen.count(MESSAGE) > 1
        if several:
            other, rejected = at_turn(other or sent, rejected, turn)
            sent, chosen = at_turn(sent, chosen, turn)
            other = None if other == sent else other
        if other is not None:
            imported = None if several else self.source.as_imported(prompt)
            if imported is None:
                self.left_out[ELSEWHERE] += 1
                return None
            sent = imported
        part = "test" if prompt in self.source.tested else "train"
        variants = self.source.variants
        content = f"{comparison}\n{sent}\n{chosen}\n{rejected}"
        pair_id = sha256(content.encode()).hexdigest()[:16]
        lineage = (
            f'{{"pair_id":"{pair_id}","part":"{part}","comparison_id":{comparison},'
            f'"prompt_id":{prompt},"turn":{turn},'
            f'"chosen":{{"completion_id":{won},"variant":{variants[won_by]}}},'
            f'"rejected":{{"completion_id":{lost},"variant":{variants[lost_by]}}},'
            f'"strength":{strength},"posterior":{chance},"judgements":[{judged}]}}'
        )
        return Pair(pair_id, part, sent, chosen, rejected, float(strength), lineage)


def _written(numbers: Floats) -> list[str]:
    """To six digits; of a page's strengths and chances few differ."""
    different, places = np.unique(numbers, return_inverse=True)
    words = [f"{one:.6g}" for one in different.tolist()]
    return [words[place] for place in places.tolist()]
