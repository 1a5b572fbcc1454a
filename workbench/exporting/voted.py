"""Pairs with the votes behind each: what every reviewer said of these two answers, and what the
prompt is about. The answers stand in the order of their ids, whichever is the better one.
"""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from workbench.exporting.pairs import Pair, PairReader
from workbench.quality.verdicts import Verdicts
from workbench.store import export_parts
from workbench.store.database import Database

Json = dict[str, Any]


class Vote(NamedTuple):
    """`preference` −3 to 3, negative where the first answer is better."""

    reviewer: str
    preference: int
    rationale: str
    seconds: float | None


class VotedPair(NamedTuple):
    """`answers` are two lists of messages as JSON; `preference` −3 to 3, negative where the first
    is better; `number` counts the pairs of an export from 1; `votes` as they came in.
    """

    number: int
    project: str
    pair: Pair
    answers: tuple[str, str]
    preference: int
    posterior: float
    about: Json
    votes: tuple[Vote, ...]

    @property
    def part(self) -> str:
        return self.pair.part

    @property
    def lineage(self) -> str:
        return self.pair.lineage


@dataclass
class VotedReader:
    """The pairs as `pairs` reads them, each with its votes."""

    db: Database
    project: str
    pairs: PairReader
    numbered: int = field(default=0)

    @property
    def left_out(self) -> Counter[str]:
        return self.pairs.left_out

    def pages(self, found: Verdicts) -> Iterator[list[VotedPair]]:
        for page in self.pairs.pages(found):
            yield list(self._page(page))

    def _page(self, page: list[Pair]) -> Iterator[VotedPair]:
        lines = [json.loads(pair.lineage) for pair in page]
        ids = sorted({one["id"] for line in lines for one in line["judgements"]})
        voices = {voice["id"]: voice for voice in export_parts.voices(self.db, ids)}
        about = export_parts.prompts(self.db, sorted({line["prompt_id"] for line in lines}))
        for pair, line in zip(page, lines, strict=True):
            self.numbered += 1
            said = [voices[i] for i in sorted(one["id"] for one in line["judgements"])]
            yield self._voted(pair, line, about[line["prompt_id"]], said)

    def _voted(self, pair: Pair, line: Json, about: Json, said: list[Json]) -> VotedPair:
        better, worse = line["chosen"]["completion_id"], line["rejected"]["completion_id"]
        strength = int(line["strength"] + 0.5)
        first_won = better < worse
        return VotedPair(
            number=self.numbered,
            project=self.project,
            pair=pair,
            answers=(pair.chosen, pair.rejected) if first_won else (pair.rejected, pair.chosen),
            preference=-strength if first_won else strength,
            posterior=line["posterior"],
            about=about,
            votes=tuple(_vote(voice, min(better, worse), max(better, worse)) for voice in said),
        )


def _vote(voice: Json, first: int, second: int) -> Vote:
    preference = _preference(voice, first, second)
    return Vote(voice["reviewer"], preference, voice["rationale"], voice["seconds"])


def _preference(voice: Json, first: int, second: int) -> int:
    """A ranking says which is better and not how much, so it says 1."""
    if voice["ranking"]:
        tier = {i: at for at, tied in enumerate(json.loads(voice["ranking"])) for i in tied}
        ahead = tier[first] - tier[second]
        return (ahead > 0) - (ahead < 0)
    if voice["winner_id"] not in (first, second):
        return 0
    strength = int(voice["strength"])
    return -strength if voice["winner_id"] == first else strength
