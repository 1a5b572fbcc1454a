"""Judged answers as rows, each answer once: those that people found good, and those that they
found bad. An answer is good that won more often than it lost, bad that lost more often or stood
among answers that were all bad; one that did neither says nothing.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from typing import NamedTuple

import numpy as np

from workbench.exporting.source import Source, at_turn
from workbench.quality.verdicts import Verdicts
from workbench.stats.arrays import Ints
from workbench.store import exports
from workbench.store.database import Database

PAGE = 10_000
TURNS = 2**12  # more than any conversation has
EVEN = "won as often as it lost"


class Answer(NamedTuple):
    """`prompt` and `completion` are lists of messages as JSON; `lineage` one line of JSON."""

    pair_id: str
    part: str
    prompt: str
    completion: str
    label: bool
    lineage: str


@dataclass(frozen=True)
class Labelled:
    """Answers by rising id and turn; `score` is wins less losses. Answer k stands in the rows
    `order[starts[k]:starts[k + 1]]` of the verdicts.
    """

    ids: Ints
    turns: Ints
    score: Ints
    wins: Ints
    order: Ints
    starts: Ints


def label(found: Verdicts, turns: Ints) -> Labelled:
    """Every answer of the decided verdicts, and of those where all were bad; `turns[k]` is which
    turn verdict k is about.
    """
    rows, paired = np.arange(len(found)), found.first != found.second
    won, bad = rows[found.decided & ~found.all_bad], rows[found.all_bad]
    lost, bad_too = won[paired[won]], bad[paired[bad]]  # an answer judged alone counts once
    ids = np.concatenate([found.winners[won], found.losers[lost], found.first[bad],
                          found.second[bad_too]])  # fmt: skip
    behind = np.concatenate([won, lost, bad, bad_too])
    signs = np.repeat([1, -1], [len(won), len(behind) - len(won)])
    keys, codes = np.unique(ids * TURNS + turns[behind], return_inverse=True)
    order = np.argsort(codes, kind="stable")
    return Labelled(
        ids=keys // TURNS,
        turns=keys % TURNS,
        score=np.bincount(codes, signs, len(keys)).astype(np.int64),
        wins=np.bincount(codes, signs > 0, len(keys)).astype(np.int64),
        order=behind[order],
        starts=np.searchsorted(codes[order], np.arange(len(keys) + 1)),
    )


@dataclass
class AnswerReader:
    """One export's way through the answers. With `only_best`, those that never lost; in the place
    of a `corrected` one its correction goes in.
    """

    db: Database
    source: Source
    only_best: bool = False
    corrected: frozenset[int] = frozenset()
    left_out: Counter[str] = field(default_factory=Counter)

    def pages(self, found: Verdicts) -> Iterator[list[Answer]]:
        """By rising answer and turn; good and bad ones together are mixed within a page, since KTO
        holds an answer against that of the row before it, and it should be of another prompt.
        """
        labelled = label(found, turns(self.db, self.source.project_id, found))
        places = self._wanted(labelled)
        for at in range(0, len(places), PAGE):
            page = list(self._page(found, labelled, places[at : at + PAGE]))
            yield page if self.only_best else sorted(page, key=lambda answer: answer.pair_id)

    def _wanted(self, labelled: Labelled) -> Ints:
        if self.only_best:
            best = (labelled.wins > 0) & (labelled.score == labelled.wins)
            self.left_out["lost, or was bad"] += int((~best).sum())
            mended = best & np.isin(labelled.ids, list(self.corrected))
            self.left_out["its correction goes in"] += int(mended.sum())
            return np.flatnonzero(best & ~mended)
        self.left_out[EVEN] += int((labelled.score == 0).sum())
        return np.flatnonzero(labelled.score)

    def _page(self, found: Verdicts, labelled: Labelled, places: Ints) -> Iterator[Answer]:
        ids = labelled.ids[places].tolist()
        texts = {row[0]: row[1:] for row in exports.answers(self.db, sorted(set(ids)))}
        for place, answer_id in zip(places.tolist(), ids, strict=True):
            rows = labelled.order[labelled.starts[place] : labelled.starts[place + 1]]
            judged = ",".join(self.source.judged(found.places[rows]))
            yield self._answer(
                answer_id, int(labelled.turns[place]), bool(labelled.score[place] > 0), judged,
                *texts[answer_id],
            )  # fmt: skip

    def _answer(
        self, answer_id: int, turn: int, good: bool, judged: str, prompt_id: int, cluster: str,
        turns: int, variant: int, sent: str, said: str,
    ) -> Answer:  # fmt: skip
        if turns > 1:
            sent, said = at_turn(sent, said, turn)
        part = self.source.part(cluster)
        row_id = sha256(f"{answer_id} {turn}\n{sent}\n{said}".encode()).hexdigest()[:16]
        lineage = (
            f'{{"pair_id":"{row_id}","part":"{part}","prompt_id":{prompt_id},"turn":{turn},'
            f'"answer":{{"completion_id":{answer_id},"variant":{self.source.variants[variant]}}},'
            f'"judgements":[{judged}]}}'
        )
        return Answer(row_id, part, sent, said, good, lineage)


def turns(db: Database, project_id: int, found: Verdicts) -> Ints:
    """Which turn each verdict is about; nearly all are about the first."""
    about = np.zeros(len(found), np.int64)
    later = np.fromiter(exports.later_turns(db, project_id), np.int64).reshape(-1, 2)
    if len(later):
        places = np.searchsorted(later[:, 0], found.comparisons).clip(max=len(later) - 1)
        hit = later[places, 0] == found.comparisons
        about[hit] = later[places[hit], 1]
    return about
