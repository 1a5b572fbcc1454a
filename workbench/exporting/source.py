"""What every kind of row is made with: who judged, what variants are called, which part a prompt
belongs to. It knows no format and no rule.
"""

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

import numpy as np

from workbench.hashing import unit_interval
from workbench.quality.verdicts import Ballots
from workbench.records import Template, history
from workbench.stats.arrays import Ints
from workbench.store import completions, exports, prompts, reviewers
from workbench.store.database import Database, dumps
from workbench.templating import render


@dataclass
class Source:
    """`behind` are the ballots behind what was read so far, `edits` the judgements, with their
    reviewers, of which a correction was.
    """

    db: Database
    project_id: int
    ballots: Ballots
    test_share: float
    across_templates: bool = False
    behind: list[Ints] = field(default_factory=list)
    edits: set[tuple[int, int]] = field(default_factory=set)

    def judged(self, places: Ints) -> list[str]:
        """The judgements of each place and who made them, as the inside of a JSON list."""
        starts = self.ballots.starts[places]
        sizes = self.ballots.starts[places + 1] - starts
        ends = np.cumsum(sizes)
        rows = np.arange(int(sizes.sum())) + np.repeat(starts - ends + sizes, sizes)
        self.behind.append(rows)
        ids, who = self.ballots.judgements[rows].tolist(), self.ballots.reviewers[rows].tolist()
        said = [f'{{"id":{i},{self._people[by]}}}' for i, by in zip(ids, who, strict=True)]
        if len(said) == len(places):  # one judgement each
            return said
        bounds = zip((ends - sizes).tolist(), ends.tolist(), strict=True)
        return [",".join(said[start:end]) for start, end in bounds]

    def edited_by(self, judged: tuple[tuple[int, int], ...]) -> str:
        """Likewise of a correction: (judgement, reviewer) each."""
        self.edits.update(judged)
        return ",".join(f'{{"id":{i},{self._people[by]}}}' for i, by in judged)

    def judgements(self) -> tuple[Ints, dict[str, int]]:
        """Those behind what was read, rising, and how many of each reviewer, by public id."""
        rows = np.concatenate([*self.behind, np.array([], np.int64)])
        edits = np.array(sorted(self.edits), np.int64).reshape(-1, 2)
        every = np.concatenate([self.ballots.judgements[rows], edits[:, 0]])
        people = np.concatenate([self.ballots.reviewers[rows], edits[:, 1]])
        ids, first = np.unique(every, return_index=True)
        who = Counter(people[first].tolist())
        names = {one.id: one.public_id for one in reviewers.everyone(self.db)}
        return ids, {names[i]: who[i] for i in sorted(who)}

    def as_imported(self, prompt_id: int) -> str | None:
        """What a row begins with that pairs answers to different messages; None where none may."""
        if not self.across_templates:
            return None
        prompt = prompts.get(self.db, prompt_id)
        return None if prompt is None else dumps(list(render(prompt, Template())))

    @cached_property
    def part(self) -> Callable[[str], str]:
        """`train` or `test`: a cluster of near-duplicate prompts is never torn apart."""

        def part(cluster: str) -> str:
            return "test" if unit_interval("test", cluster) < self.test_share else "train"

        return lru_cache(1 << 16)(part)

    @cached_property
    def tested(self) -> frozenset[int]:
        """The prompts of the test part: asked once for all, where rows by the million follow."""
        known = exports.clusters(self.db, self.project_id)
        return frozenset(prompt for prompt, cluster in known if self.part(cluster) == "test")

    @cached_property
    def variants(self) -> dict[int, str]:
        """Names by id, as JSON."""
        names = completions.variant_names(self.db, self.project_id)
        return {i: dumps(name) for i, name in names}

    @cached_property
    def _people(self) -> dict[int, str]:
        return {
            one.id: f'"reviewer":{dumps(one.public_id)},"kind":{dumps(one.kind)}'
            for one in reviewers.everyone(self.db)
        }


def at_turn(sent: str, said: str, turn: int) -> tuple[str, str]:
    """What the answer of this turn replied to, with the turns before it, and that answer alone."""
    answers = tuple(json.loads(said))
    return dumps(history(tuple(json.loads(sent)), answers, turn)), dumps([answers[turn]])
