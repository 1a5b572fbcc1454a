"""Queueing: which completions are put before people, and in what order.

Work comes from train prompts only; heldout prompts wait for the close of a round. It knows
completions, and nothing of what reviewers say about them.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import combinations

from workbench.hashing import unit_interval
from workbench.records import Completion, Project, Prompt, history
from workbench.settings import ProjectSettings
from workbench.store import Store, comparisons, completions, prompts, rounds
from workbench.store.comparisons import NewComparison
from workbench.store.database import Database

BATCH = 500
Keep = Callable[[Prompt, Completion, Completion], bool]


@dataclass(frozen=True)
class Candidate:
    """Two different answers to the same messages at one turn."""

    first: Completion
    second: Completion
    turn: int


def fill(
    store: Store,
    project: Project,
    now: datetime,
    *,
    count: int | None = None,
    variant_ids: set[int] | None = None,
    keep: Keep = lambda prompt, first, second: True,
) -> int:
    """Open comparisons of train prompts for judging; returns how many are new.

    Without `count`, one for each prompt and turn; with it, prompts come round again for further
    pairs until the number is reached. `keep` may refuse a pair.
    """
    limit = 1 if count is None else 1_000_000
    with store.read() as db:
        current = rounds.current(db, project.id)
        chosen = _choose(db, project.id, variant_ids, keep, limit)
    wanted = ProjectSettings.from_json(project.settings).overlap
    new = [
        NewComparison(
            project_id=project.id,
            prompt_id=pair.first.prompt_id,
            completion_ids=(pair.first.id, pair.second.id),
            turn=pair.turn,
            wanted=wanted,
            round_id=current.id if current else None,
            priority=_shuffled(pair),
        )
        for pair in chosen
    ]
    return open_comparisons(store, now, new, count)


def open_comparisons(
    store: Store, now: datetime, new: list[NewComparison], count: int | None = None
) -> int:
    """Store comparisons in their order until `count` of them were new."""
    opened = 0

    def write(db: Database, batch: list[NewComparison]) -> int:
        added = 0
        for comparison in batch:
            if count is not None and opened + added >= count:
                break
            added += comparisons.ensure(db, now, comparison)[1]
        return added

    for at in range(0, len(new), BATCH):
        opened += store.write(partial(write, batch=new[at : at + BATCH]))
    return opened


def _choose(
    db: Database, project_id: int, variant_ids: set[int] | None, keep: Keep, limit: int
) -> list[Candidate]:
    """Every prompt's first pair, then every prompt's second one, and so on."""
    ranked: list[tuple[int, int, Candidate]] = []
    for prompt in prompts.in_project(db, project_id, "train"):
        answers = [
            c
            for c in completions.of_prompt(db, prompt.id)
            if variant_ids is None or c.variant_id in variant_ids
        ]
        for turn in range(prompt.turns):
            pairs = sorted(_pairs(prompt, answers, turn, keep), key=_shuffled)
            ranked += [(rank, prompt.id, pair) for rank, pair in enumerate(pairs[:limit])]
    return [pair for _, _, pair in sorted(ranked, key=lambda entry: entry[:2])]


def _pairs(prompt: Prompt, answers: list[Completion], turn: int, keep: Keep) -> Iterator[Candidate]:
    """Pairs that answer the same messages with different words."""
    for a, b in combinations(answers, 2):
        same_question = history(prompt.messages, a.messages, turn) == history(
            prompt.messages, b.messages, turn
        )
        if same_question and a.messages[turn] != b.messages[turn] and keep(prompt, a, b):
            yield Candidate(a, b, turn)


def _shuffled(pair: Candidate) -> float:
    return unit_interval("pair", pair.first.id, pair.second.id)
