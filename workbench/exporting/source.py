"""What every kind of row is made with: who judged, what variants are called, which part a prompt
belongs to. It knows no format and no rule.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

import numpy as np

from workbench.hashing import unit_interval
from workbench.quality.verdicts import Ballots
from workbench.records import Template, history
from workbench.stats.arrays import Ints
from workbench.store import completions, prompts, reviewers
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

    def judged(self, places: Ints) -> Iterator[str]:
        """The judgements of each place and who made them, as the inside of a JSON list."""
        starts = self.ballots.starts[places]
        sizes = self.ballots.starts[places + 1] - starts
        ends = np.cumsum(sizes)
        rows = np.arange(int(sizes.sum())) + np.repeat(starts - ends + sizes, sizes)
        self.behind.append(rows)
        ids, who = self.ballots.judgements[rows].tolist(), self.ballots.reviewers[rows].tolist()
        said = [f'{{"id":{i},{self._people[by]}}}' for i, by in zip(ids, who, strict=True)]
        for end, size in zip(ends.tolist(), sizes.tolist(), strict=True):
            yield ",".join(said[end - size : end])

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

    def sent(self, prompt_id: int, turns: int, first: str, second: str) -> str | None:
        """What both of two answers replied to; across templates, the prompt as it stands. None
        where they have nothing in common that a row could begin with.
        """
        if first == second:
            return first
        if not self.across_templates or turns > 1:
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
