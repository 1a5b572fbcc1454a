"""Answers with what people said of each: their mean scores, or the spans that were tagged in them.

An answer is one row, whoever judged it in how many comparisons; ties and “all bad” count too.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, NamedTuple

import numpy as np

from workbench.exporting.answers import TURNS, turns
from workbench.exporting.source import Source, at_turn
from workbench.quality.verdicts import Verdicts
from workbench.stats.arrays import Ints
from workbench.store import export_parts, exports
from workbench.store.database import Database

PAGE = 10_000
Json = dict[str, Any]


class Said(NamedTuple):
    """`prompt` and `completion` are lists of messages as JSON; `scores` means by criterion; `spans`
    what was tagged, each once; `about` the stored prompt; `lineage` one line of JSON.
    """

    pair_id: str
    part: str
    prompt: str
    completion: str
    answer_id: int
    variant: str
    about: Json
    scores: dict[str, float]
    spans: list[Json]
    lineage: str


@dataclass(frozen=True)
class Gathered:
    """Answers by rising id and turn. Answer k is what the rows `order[starts[k]:starts[k + 1]]` of
    the judgements are about.
    """

    ids: Ints
    turns: Ints
    order: Ints
    starts: Ints


def gather(rows: Ints, answers: Ints, about: Ints) -> Gathered:
    """`rows[k]` judged `answers[k]`; `about[row]` is the turn that it judged."""
    keys, codes = np.unique(answers * TURNS + about[rows], return_inverse=True)
    order = np.argsort(codes, kind="stable")
    starts = np.searchsorted(codes[order], np.arange(len(keys) + 1))
    return Gathered(keys // TURNS, keys % TURNS, rows[order], starts)


@dataclass
class SaidReader:
    """One export's way through the answers that `judged_by` names, as (judgement, completion)."""

    db: Database
    source: Source
    judged_by: Callable[[Database, int], Iterator[int]]
    left_out: Counter[str] = field(default_factory=Counter)

    def pages(self, found: Verdicts) -> Iterator[list[Said]]:
        """By rising answer and turn; `found` are judgements by rising id."""
        numbers = self.judged_by(self.db, self.source.project_id)
        pairs = np.fromiter(numbers, np.int64).reshape(-1, 2)
        known = self.source.ballots.judgements[found.places]
        pairs = pairs[np.isin(pairs[:, 0], known)]
        rows = np.searchsorted(known, pairs[:, 0])
        gathered = gather(rows, pairs[:, 1], turns(self.db, self.source.project_id, found))
        for at in range(0, len(gathered.ids), PAGE):
            places = range(at, min(at + PAGE, len(gathered.ids)))
            yield list(self._page(found, gathered, places))

    def _page(self, found: Verdicts, gathered: Gathered, places: range) -> Iterator[Said]:
        ids = gathered.ids[places.start : places.stop].tolist()
        texts = {row[0]: row[1:] for row in exports.answers(self.db, sorted(set(ids)))}
        about = export_parts.prompts(self.db, sorted({row[0] for row in texts.values()}))
        rows = [gathered.order[slice(*gathered.starts[k : k + 2])] for k in places]
        behind = [self.source.ballots.judgements[found.places[one]].tolist() for one in rows]
        every = sorted({one for some in behind for one in some})
        scores, spans = _scores(self.db, every), _spans(self.db, every)
        for k, answer_id, mine, ids_behind in zip(places, ids, rows, behind, strict=True):
            turn = int(gathered.turns[k])
            judged = ",".join(self.source.judged(found.places[mine]))
            keys = [(one, answer_id) for one in ids_behind]
            yield self._said(
                answer_id, turn, about[texts[answer_id][0]],
                _means([scores[key] for key in keys]), _once([spans[key] for key in keys]),
                judged, *texts[answer_id],
            )  # fmt: skip

    def _said(
        self, answer_id: int, turn: int, about: Json, scores: dict[str, float], spans: list[Json],
        judged: str, prompt_id: int, cluster: str, turns: int, variant: int, sent: str, said: str,
    ) -> Said:  # fmt: skip
        if turns > 1:
            sent, said = at_turn(sent, said, turn)
        part, name = self.source.part(cluster), self.source.variants[variant]
        row_id = sha256(f"{answer_id} {turn}\n{sent}\n{said}".encode()).hexdigest()[:16]
        lineage = (
            f'{{"pair_id":"{row_id}","part":"{part}","prompt_id":{prompt_id},"turn":{turn},'
            f'"answer":{{"completion_id":{answer_id},"variant":{name}}},'
            f'"judgements":[{judged}]}}'
        )
        return Said(row_id, part, sent, said, answer_id, name, about, scores, spans, lineage)


def _scores(db: Database, judgements: list[int]) -> dict[tuple[int, int], dict[str, int]]:
    found: dict[tuple[int, int], dict[str, int]] = defaultdict(dict)
    for judgement, answer, criterion, score in export_parts.ratings(db, judgements):
        found[judgement, answer][criterion] = score
    return found


def _spans(db: Database, judgements: list[int]) -> dict[tuple[int, int], list[Json]]:
    found: dict[tuple[int, int], list[Json]] = defaultdict(list)
    for span in export_parts.spans(db, judgements):
        found[span["judgement_id"], span["completion_id"]].append(span)
    return found


def _means(given: list[dict[str, int]]) -> dict[str, float]:
    """The mean of each criterion over those who scored it."""
    by_criterion: dict[str, list[int]] = defaultdict(list)
    for scores in given:
        for criterion, score in scores.items():
            by_criterion[criterion].append(score)
    return {name: sum(scores) / len(scores) for name, scores in by_criterion.items()}


def _once(given: list[list[Json]]) -> list[Json]:
    """In order of place; what several people tagged alike is there once, as the first said it."""
    alike: dict[tuple[Any, ...], Json] = {}
    for span in (span for spans in given for span in spans):
        alike.setdefault(
            (span["start"], span["end"], span["category"], span["subtype"] or ""), span
        )
    return [alike[key] for key in sorted(alike)]
