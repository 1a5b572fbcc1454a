"""Corrections as rows of pairs or of good answers, a page at a time."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256

from workbench.exporting.answers import Answer
from workbench.exporting.edits import Edit
from workbench.exporting.pairs import ELSEWHERE, Pair
from workbench.exporting.source import Source, at_turn
from workbench.store import exports
from workbench.store.database import Database, dumps

PAGE = 2_000


@dataclass(frozen=True)
class Replied:
    """One answer at the turn judged, as JSON: what it replied to, and its messages."""

    variant: int
    cluster: str
    turns: int
    sent: str
    said: str


@dataclass
class EditReader:
    """One export's way through the corrections; what makes no row is counted in `left_out`."""

    db: Database
    source: Source
    left_out: Counter[str]

    def pairs(self, edits: list[Edit]) -> Iterator[list[Pair]]:
        for page, replied in self._pages(edits):
            yield [made for edit in page if (made := self._pair(edit, replied))]

    def answers(self, edits: list[Edit]) -> Iterator[list[Answer]]:
        """Each edit is a good answer."""
        for page, replied in self._pages(edits):
            yield [self._answer(edit, replied) for edit in page]

    def _pages(
        self, edits: list[Edit]
    ) -> Iterator[tuple[list[Edit], dict[tuple[int, int], Replied]]]:
        for at in range(0, len(edits), PAGE):
            page = edits[at : at + PAGE]
            wanted = {(i, one.turn) for one in page for i in (one.answer_id, one.worse_id)}
            rows = {
                row[0]: row[2:] for row in exports.answers(self.db, sorted({i for i, _ in wanted}))
            }
            yield page, {(i, turn): _replied(turn, *rows[i]) for i, turn in wanted}

    def _pair(self, edit: Edit, replied: dict[tuple[int, int], Replied]) -> Pair | None:
        mine, worse = (replied[i, edit.turn] for i in (edit.answer_id, edit.worse_id))
        sent = self._sent(edit, mine, worse)
        if sent is None:
            self.left_out[ELSEWHERE] += 1
            return None
        chosen = _messages(edit)
        row_id = _row_id("edit", edit.comparison_id, sent, chosen, worse.said)
        part = self.source.part(mine.cluster)
        rejected = (
            f'"rejected":{{"completion_id":{edit.worse_id},'
            f'"variant":{self.source.variants[worse.variant]}}},'
        )
        lineage = self._lineage(row_id, part, edit, "chosen", mine, rejected)
        return Pair(row_id, part, sent, chosen, worse.said, None, lineage)

    def _sent(self, edit: Edit, mine: Replied, worse: Replied) -> str | None:
        if mine.sent == worse.sent:
            return mine.sent
        return None if mine.turns > 1 else self.source.as_imported(edit.prompt_id)

    def _answer(self, edit: Edit, replied: dict[tuple[int, int], Replied]) -> Answer:
        mine, text = replied[edit.answer_id, edit.turn], _messages(edit)
        row_id = _row_id("edited", edit.comparison_id, mine.sent, text)
        part = self.source.part(mine.cluster)
        lineage = self._lineage(row_id, part, edit, "answer", mine)
        return Answer(row_id, part, mine.sent, text, True, lineage)

    def _lineage(
        self, row_id: str, part: str, edit: Edit, name: str, mine: Replied, more: str = ""
    ) -> str:
        edited = "minimal edit" if edit.minimal else "correction"
        return (
            f'{{"pair_id":"{row_id}","part":"{part}","comparison_id":{edit.comparison_id},'
            f'"prompt_id":{edit.prompt_id},"turn":{edit.turn},'
            f'"{name}":{{"completion_id":{edit.answer_id},'
            f'"variant":{self.source.variants[mine.variant]},"edited":"{edited}"}},{more}'
            f'"judgements":[{self.source.edited_by(edit.judged)}]}}'
        )


def _replied(turn: int, cluster: str, turns: int, variant: int, sent: str, said: str) -> Replied:
    if turns > 1:
        sent, said = at_turn(sent, said, turn)
    return Replied(variant, cluster, turns, sent, said)


def _messages(edit: Edit) -> str:
    return dumps([{"role": "assistant", "content": edit.text}])


def _row_id(*parts: object) -> str:
    return sha256("\n".join(map(str, parts)).encode()).hexdigest()[:16]
