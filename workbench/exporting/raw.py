"""Judgements as they were given, each one row: nothing is added up, and nothing of what gold items
expect is in them. What never trains is there only where it is asked for, and says so by `kind`.
"""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, NamedTuple

import numpy as np

from workbench.exporting.judged import about_gold, about_heldout
from workbench.exporting.source import Source
from workbench.quality.verdicts import Verdicts
from workbench.records import history, plain_text
from workbench.store import export_parts, opinions
from workbench.store.database import Database, dumps

PAGE = 2_000
WORK, HELDOUT, GOLD = "work", "heldout", "gold"
SPAN = ("start", "end", "quote", "category", "subtype", "severity", "note", "evidence_start",
        "evidence_end")  # fmt: skip
KEPT = ("rationale", "reasons", "probability", "seconds", "guidelines_version", "rubric_version",
        "taxonomy_version", "created_at")  # fmt: skip
Json = dict[str, Any]


class Raw(NamedTuple):
    """`line` is the whole row as JSON."""

    part: str
    line: str
    lineage: str


@dataclass
class RawReader:
    """One export's way through the judgements."""

    db: Database
    source: Source
    left_out: Counter[str] = field(default_factory=Counter)

    def pages(self, found: Verdicts) -> Iterator[list[Raw]]:
        """`found` are judgements by rising id."""
        gold = about_gold(self.db, self.source.project_id, found)
        heldout = about_heldout(self.db, self.source.project_id, found)
        kinds = np.where(gold, GOLD, np.where(heldout, HELDOUT, WORK))
        for at in range(0, len(found), PAGE):
            rows = np.arange(at, min(at + PAGE, len(found)))
            yield list(self._page(found.at(rows), kinds[rows].tolist()))

    def _page(self, page: Verdicts, kinds: list[str]) -> Iterator[Raw]:
        judged = list(self.source.judged(page.places))
        ids = self.source.ballots.judgements[page.places].tolist()
        said = opinions.of(self.db, ids)
        asked = export_parts.comparisons(self.db, np.unique(page.comparisons).tolist())
        prompts = export_parts.prompts(self.db, np.unique(page.prompts).tolist())
        shown = [json.loads(one["shown"]) for one in said]
        answers = export_parts.answers(self.db, sorted({i for some in shown for i in some}))
        for one, slots, kind, who in zip(said, shown, kinds, judged, strict=True):
            comparison = asked[one["comparison_id"]]
            stood = [answers[i] for i in slots]
            row = _row(one, slots, comparison, prompts[comparison["prompt_id"]], stood)
            yield self._raw({"kind": kind} | row, json.loads(f"[{who}]")[0], comparison, who)

    def _raw(self, row: Json, by: Json, comparison: Json, who: str) -> Raw:
        row = row | {"reviewer": by["reviewer"], "reviewer_kind": by["kind"]}
        row_id = sha256(f"judgement\n{dumps(row)}".encode()).hexdigest()[:16]
        part = self.source.part(comparison["cluster"])
        lineage = (
            f'{{"pair_id":"{row_id}","part":"{part}","comparison_id":{comparison["id"]},'
            f'"prompt_id":{comparison["prompt_id"]},"turn":{comparison["turn"]},'
            f'"judgements":[{who}]}}'
        )
        return Raw(part, dumps(row | {"pair_id": row_id}), lineage)


def _row(one: Json, shown: list[int], comparison: Json, prompt: Json, stood: list[Json]) -> Json:
    """Answers are numbered from 1 in the order in which they were shown."""
    slot = {completion: place for place, completion in enumerate(shown, 1)}
    turn, replies = comparison["turn"], [json.loads(answer["messages"]) for answer in stood]
    asked = history(tuple(json.loads(prompt["messages"])), tuple(replies[0]), turn)
    ranking = one["ranking"]
    return {
        "judgement_id": one["id"],
        "supersedes": one["supersedes_id"],
        "prompt_id": comparison["prompt_id"],
        "turn": turn,
        "prompt": [_plain(message) for message in asked],
        "context": prompt["context"],
        "answers": [
            {"variant": answer["variant"], "text": plain_text(reply[turn]["content"])}
            for answer, reply in zip(stood, replies, strict=True)
        ],
        "preference": preference(one, shown),
        "ranking": [[slot[i] for i in tied] for tied in ranking] if ranking else None,
        "all_bad": bool(one["all_bad"]),
        "ratings": [
            {"answer": slot[r["completion_id"]], "criterion": r["criterion"], "score": r["score"]}
            for r in one["ratings"]
        ],
        "spans": [
            {"answer": slot[s["completion_id"]]} | {name: s[name] for name in SPAN}
            for s in one["spans"]
        ],
        "corrections": [
            {"answer": slot[c["completion_id"]], "text": c["text"]} for c in one["corrections"]
        ],
    } | {name: one[name] for name in KEPT}  # fmt: skip


def _plain(message: Json) -> Json:
    return {"role": message["role"], "content": plain_text(message["content"])}


def preference(one: Json, shown: list[int]) -> int | None:
    """−3 to 3, negative where the answer shown first is better; None where none was asked for."""
    if one["strength"] is None:
        return None
    if one["winner_id"] is None:
        return 0
    return -one["strength"] if one["winner_id"] == shown[0] else int(one["strength"])
