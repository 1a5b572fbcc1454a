"""Judged pairs as rows, a page at a time: the texts as the JSON that the store holds, the part of
the split, and the way back to the people.

A pair passes only if both answers replied to the same messages.
"""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from hashlib import sha256
from typing import Any, NamedTuple

import numpy as np

from workbench.hashing import unit_interval
from workbench.quality.verdicts import Ballots, Verdicts
from workbench.quality.votes import FIRST
from workbench.records import history
from workbench.store import completions, exports, reviewers
from workbench.store.database import Database, dumps

PAGE = 10_000
ELSEWHERE = "the answers replied to different messages"
Key = tuple[int, int, int]  # a comparison and two of its answers, the lower id first


class Pair(NamedTuple):
    """`prompt`, `chosen` and `rejected` are lists of messages as JSON; `margin` is the mean
    strength, 1 to 3; `lineage` one line of JSON.
    """

    pair_id: str
    part: str
    prompt: str
    chosen: str
    rejected: str
    margin: float
    lineage: str


class Said(NamedTuple):
    """One row of `Verdicts`, as plain numbers."""

    comparison: int
    prompt: int
    first: int
    second: int
    verdict: int
    strength: float
    chance: float
    votes: int
    all_bad: bool
    place: int

    @property
    def key(self) -> Key:
        return self.comparison, self.first, self.second


@dataclass
class Reader:
    """One export's way through the verdicts. What makes no row is counted in `left_out`; `heard`
    are the reviewers behind the rows.
    """

    db: Database
    project_id: int
    ballots: Ballots
    test_share: float
    left_out: Counter[str] = field(default_factory=Counter)
    heard: set[int] = field(default_factory=set)

    def pairs(self, found: Verdicts) -> Iterator[list[Pair]]:
        """In pages, by comparison and answers."""
        for at in range(0, len(found), PAGE):
            page = found.at(np.arange(at, min(at + PAGE, len(found))))
            yield list(self._page(page))

    def _page(self, page: Verdicts) -> Iterator[Pair]:
        columns = (column.tolist() for column in vars(page).values())
        wanted = {said.key: said for said in map(Said, *columns)}
        for comparison, first, second, *row in exports.pairs(
            self.db, list(dict.fromkeys(page.comparisons.tolist()))
        ):
            said = wanted.get((comparison, first, second))
            if said and (pair := self._pair(said, *row)):
                yield pair

    def _pair(
        self, said: Said, turn: int, cluster: str, turns: int, a_variant: int, a_sent: str,
        a_said: str, b_variant: int, b_sent: str, b_said: str,
    ) -> Pair | None:  # fmt: skip
        if turns > 1:
            a_sent, a_said = _at_turn(a_sent, a_said, turn)
            b_sent, b_said = _at_turn(b_sent, b_said, turn)
        if a_sent != b_sent:
            self.left_out[ELSEWHERE] += 1
            return None
        won, lost = (said.first, a_said, a_variant), (said.second, b_said, b_variant)
        if said.verdict != FIRST:
            won, lost = lost, won
        part = self._part_of(cluster)
        content = f"{said.comparison}\n{a_sent}\n{won[1]}\n{lost[1]}"
        pair_id = sha256(content.encode()).hexdigest()[:16]
        lineage = (
            f'{{"pair_id":"{pair_id}","part":"{part}","comparison_id":{said.comparison},'
            f'"prompt_id":{said.prompt},"turn":{turn},'
            f'"chosen":{{"completion_id":{won[0]},"variant":{self._variants[won[2]]}}},'
            f'"rejected":{{"completion_id":{lost[0]},"variant":{self._variants[lost[2]]}}},'
            f'"strength":{said.strength:.6g},"posterior":{said.chance:.6g},'
            f'"judgements":[{self._judged(said.place)}]}}'
        )
        return Pair(pair_id, part, a_sent, won[1], lost[1], said.strength, lineage)

    def _judged(self, place: int) -> str:
        at = self.ballots.on(place)
        ids, people = self.ballots.judgements[at].tolist(), self.ballots.reviewers[at].tolist()
        self.heard.update(people)
        return ",".join(
            f'{{"id":{i},{self._people[who]}}}' for i, who in zip(ids, people, strict=True)
        )

    @cached_property
    def _people(self) -> dict[int, str]:
        """By a reviewer's id, what is said of them."""
        return {
            one.id: f'"reviewer":{dumps(one.public_id)},"kind":{dumps(one.kind)}'
            for one in reviewers.everyone(self.db)
        }

    @cached_property
    def _variants(self) -> dict[int, str]:
        names = completions.variant_names(self.db, self.project_id)
        return {i: dumps(name) for i, name in names}

    @cached_property
    def _part_of(self) -> Any:
        def part(cluster: str) -> str:
            return "test" if unit_interval("test", cluster) < self.test_share else "train"

        return lru_cache(1 << 16)(part)


def _at_turn(sent: str, said: str, turn: int) -> tuple[str, str]:
    """What the answer of this turn replied to, with the turns before it, and that answer alone."""
    answers = tuple(json.loads(said))
    return dumps(history(tuple(json.loads(sent)), answers, turn)), dumps([answers[turn]])
