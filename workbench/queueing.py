"""Queueing: which completions are put before people, and in what order.

Work comes from train prompts only; heldout prompts wait for the close of a round. It knows
completions, and nothing of what reviewers say about them.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from itertools import combinations
from typing import Any

from workbench.checking import masking
from workbench.errors import InvalidInput
from workbench.hashing import canonical_json, unit_interval
from workbench.records import Completion, Project, Prompt, history
from workbench.settings import ProjectSettings, QueuePolicy
from workbench.store import (
    Store,
    best_samples,
    comparisons,
    completions,
    projects,
    prompts,
    queue,
    rounds,
)
from workbench.store.comparisons import NewComparison
from workbench.store.database import Database
from workbench.store.masks import Mask

BATCH = 500
FIRST = -1.0  # before all that is drawn from [0, 1)
HELDOUT_BEGIN = 0.5  # heldout pairs begin in the midst of the work and go on after it
Keep = Callable[[Prompt, Completion, Completion], bool]


@dataclass(frozen=True)
class Candidate:
    """Different answers to the same messages at one turn: what one comparison will show."""

    answers: tuple[Completion, ...]
    turn: int


Grouping = Callable[[Prompt, list[Completion], int], Iterable[Candidate]]


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
    ones until the number is reached. `keep` may refuse a pair.
    """
    limit = 1 if count is None else 1_000_000
    with store.read() as db:
        current = rounds.current(db, project.id)
        chosen = _choose(db, project.id, variant_ids, _grouping(project.settings, keep), limit)
    round_id = current.id if current else None
    new = [comparison_of(project, one, round_id=round_id) for one in chosen]
    return open_comparisons(store, now, new, count)


def comparison_of(
    project: Project, candidate: Candidate, *, round_id: int | None = None,
    pick_probability: float | None = None,
) -> NewComparison:  # fmt: skip
    """What opens a candidate for judging, at its place in the project's queue."""
    return NewComparison(
        project_id=project.id,
        prompt_id=candidate.answers[0].prompt_id,
        completion_ids=tuple(answer.id for answer in candidate.answers),
        turn=candidate.turn,
        wanted=project.settings.wanted,
        round_id=round_id,
        priority=place(project.settings, _shuffled(candidate)),
        pick_probability=pick_probability,
    )


def open_answers(
    store: Store, project: Project, prompt: Prompt, completion_ids: set[int], now: datetime
) -> int:
    """Put these answers of one prompt before reviewers, ahead of all others, as the project lays
    answers together; how many comparisons are new. Equal texts make none.

    Raises InvalidInput for a heldout prompt.
    """
    if prompt.split == "heldout":
        raise InvalidInput(
            "This is a heldout prompt: its answers are compared when a round closes.",
            field="prompt",
            remedy="Use a prompt to train on, or write one.",
        )
    with store.read() as db:
        found = completions.of_prompt(db, prompt.id)
    answers = [answer for answer in found if answer.id in completion_ids]
    group = _grouping(project.settings, lambda prompt, first, second: True)
    new = [
        replace(comparison_of(project, one), priority=FIRST)
        for turn in range(prompt.turns)
        for one in group(prompt, answers, turn)
    ]
    return open_comparisons(store, now, new)


def pairs_left(db: Database, project: Project) -> dict[tuple[int, int], list[Candidate]]:
    """By two variants, the lower id first: the pairs of their answers to train prompts that were
    never put before anybody. Variants never meet themselves here.
    """
    opened = comparisons.opened(db, project.id)
    left: dict[tuple[int, int], list[Candidate]] = {}
    group = partial(_pairs, keep=lambda prompt, first, second: True)
    for one in _choose(db, project.id, None, group, 1_000_000):
        first, second = sorted(answer.variant_id for answer in one.answers)
        if first != second and comparison_of(project, one).fingerprint not in opened:
            left.setdefault((first, second), []).append(one)
    return left


def place(settings: ProjectSettings, drawn: float, begin: float = 0.0) -> float:
    """Where a comparison stands in its project's queue, which goes by this number and then by age.

    `drawn` from [0, 1) shuffles; `begin` is how far into the others a group is mixed.
    """
    if settings.queue == "oldest":
        return 0.0
    return drawn if settings.queue in ("random", "unsure") else begin + drawn


def with_policy(project: Project, policy: QueuePolicy) -> Project:
    return replace(project, settings=replace(project.settings, queue=policy))


def reorder(store: Store, project: Project) -> None:
    """Give all that waits its place by the project's policy, after that was changed."""
    after = 0
    while True:
        with store.read() as db:
            found = queue.waiting(db, project.id, after, BATCH)
        if not found:
            return

        def write(db: Database, rows: list[dict[str, Any]] = found) -> None:
            for row in rows:
                drawn = unit_interval(row["kind"], row["id"])
                begin = HELDOUT_BEGIN if row["kind"] == "heldout" else 0.0
                queue.move(db, row["id"], place(project.settings, drawn, begin))

        store.write(write)
        after = found[-1]["id"]


def open_comparisons(
    store: Store, now: datetime, new: list[NewComparison], count: int | None = None
) -> int:
    """Store one project's comparisons in their order until `count` of them were new; what names
    a model in their answers is masked.
    """
    opened = 0

    def write(db: Database, batch: list[NewComparison], hidden: list[Mask]) -> int:
        added, answers = 0, set[int]()
        for comparison in batch:
            if count is not None and opened + added >= count:
                break
            added += comparisons.ensure(db, now, comparison)[1]
            answers.update(comparison.completion_ids)
        masking.keep(db, [mask for mask in hidden if mask.completion_id in answers])
        return added

    for at in range(0, len(new), BATCH):
        batch = new[at : at + BATCH]
        with store.read() as db:
            project = projects.by_id(db, batch[0].project_id)
            answers = {i for comparison in batch for i in comparison.completion_ids}
            hidden = masking.find(db, project, answers)
        opened += store.write(partial(write, batch=batch, hidden=hidden))
    return opened


def _choose(
    db: Database, project_id: int, variant_ids: set[int] | None, group: Grouping, limit: int
) -> list[Candidate]:
    """Every prompt's first candidate, then every prompt's second one, and so on. An answer that was
    chosen as the best of several samples never meets these: it would win for that reason alone.
    """
    ranked: list[tuple[int, int, Candidate]] = []
    chosen_from = best_samples.drawn_from(db, project_id)
    for prompt in prompts.in_project(db, project_id, "train"):
        answers = [
            c
            for c in completions.of_prompt(db, prompt.id)
            if variant_ids is None or c.variant_id in variant_ids
        ]
        for turn in range(prompt.turns):
            fair = (one for one in group(prompt, answers, turn) if _is_fair(one, chosen_from))
            found = sorted(fair, key=_shuffled)
            ranked += [(rank, prompt.id, one) for rank, one in enumerate(found[:limit])]
    return [one for _, _, one in sorted(ranked, key=lambda entry: entry[:2])]


def _is_fair(candidate: Candidate, chosen_from: dict[int, frozenset[int]]) -> bool:
    ids = {answer.id for answer in candidate.answers}
    return not any(chosen_from.get(i, frozenset()) & ids for i in ids)


def _grouping(settings: ProjectSettings, keep: Keep) -> Grouping:
    """How a project lays its answers together: in pairs, in rankings, or one by one."""
    if settings.judging == "single":
        return _singles
    pairs = partial(_pairs, keep=keep)
    return pairs if settings.judging == "pairwise" else partial(_rankings, settings.ranking_size)


def _singles(prompt: Prompt, answers: list[Completion], turn: int) -> Iterator[Candidate]:
    for answer in answers:
        yield Candidate((answer,), turn)


def _pairs(prompt: Prompt, answers: list[Completion], turn: int, keep: Keep) -> Iterator[Candidate]:
    """Pairs that answer the same messages with different words."""
    for same in _alike(prompt, answers, turn):
        for a, b in combinations(same, 2):
            if a.messages[turn] != b.messages[turn] and keep(prompt, a, b):
                yield Candidate((a, b), turn)


def _rankings(
    size: int, prompt: Prompt, answers: list[Completion], turn: int
) -> Iterator[Candidate]:
    """Each text in one ranking of `size` or, at the end, of what is left, if two or more."""
    for same in _alike(prompt, answers, turn):
        texts = {canonical_json(answer.messages[turn]): answer for answer in reversed(same)}
        drawn = sorted(texts.values(), key=lambda answer: unit_interval("ranking", answer.id))
        for at in range(0, len(drawn) - 1, size):
            group = tuple(drawn[at : at + size])
            if len(group) > 1:
                yield Candidate(group, turn)


def _alike(prompt: Prompt, answers: list[Completion], turn: int) -> Iterator[list[Completion]]:
    """The answers to the same messages, together."""
    groups: dict[str, list[Completion]] = {}
    for answer in answers:
        asked = canonical_json(history(prompt.messages, answer.messages, turn))
        groups.setdefault(asked, []).append(answer)
    yield from groups.values()


def _shuffled(candidate: Candidate) -> float:
    return unit_interval("pair", *(answer.id for answer in candidate.answers))
