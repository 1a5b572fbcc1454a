"""Storing a gold item: its answers and the comparison whose verdict is known.

What was made for gold alone is marked so, and no queue, count, leaderboard or export sees it.
"""

from dataclasses import dataclass
from datetime import datetime

from workbench.checking import masking
from workbench.errors import InvalidInput
from workbench.hashing import canonical_json
from workbench.records import (
    Completion,
    Message,
    Model,
    Project,
    Prompt,
    Sampling,
    Template,
    Variant,
)
from workbench.store import Database, completions, gold, variants
from workbench.store.comparisons import NewComparison
from workbench.templating import render

MADE_FOR_GOLD = Variant(
    "made for gold",
    Model("imported/made for gold", "imported", ""),
    Template(),
    Sampling(),
)


@dataclass(frozen=True)
class Known:
    """Answers to one prompt, one message a turn, of which the first is better than the last; with
    `tie` they are equally good. Only the last turn is compared.
    """

    prompt: Prompt
    answers: tuple[tuple[Message, ...], ...]
    explanation: str = ""
    tie: bool = False


def require_verdicts(project: Project) -> None:
    """Raises InvalidInput for a project whose items have no verdict that could be known."""
    if project.settings.judging == "single":
        raise InvalidInput(
            f"“{project.slug}” judges one answer at a time: such an item has no verdict to know.",
            field="project",
            remedy="Gold needs a project that judges pairs or rankings.",
        )


def keep(
    db: Database, now: datetime, project: Project, known: Known, *, source: str, training: bool,
    import_id: int | None = None,
) -> bool:  # fmt: skip
    """Store one gold item on a stored prompt; False if these answers are gold already."""
    ids = _stored(db, now, project, known, import_id)
    masking.keep(db, masking.find(db, project, ids, known.prompt.text()))
    new = NewComparison(
        project_id=project.id,
        prompt_id=known.prompt.id,
        completion_ids=ids,
        wanted=0,
        turn=known.prompt.turns - 1,
        kind="gold",
        import_id=import_id,
    )
    answer = gold.Answer(
        winner_id=None if known.tie else ids[0],
        loser_id=None if known.tie else ids[-1],
        source=source,
        training=training,
        explanation=known.explanation,
    )
    return gold.make(db, now, new, answer) is not None


def _stored(
    db: Database, now: datetime, project: Project, known: Known, import_id: int | None
) -> tuple[int, ...]:
    """The ids of the answers; one that the prompt has already is not stored again."""
    variant = variants.ensure_variant(db, now, project.id, MADE_FOR_GOLD)
    there = completions.all_of_prompt(db, known.prompt.id)
    said = {canonical_json(one.messages) for one in there}
    sample = sum(one.variant_id == variant.id for one in there)
    rendered = render(known.prompt, variant.template)
    for messages in known.answers:
        if canonical_json(messages) not in said:
            new = Completion(known.prompt.id, variant.id, sample, messages, rendered)
            completions.insert(db, now, new, import_id=import_id, gold_only=True)
            sample += 1
    there = completions.all_of_prompt(db, known.prompt.id)
    ids = {canonical_json(one.messages): one.id for one in reversed(there)}
    return tuple(ids[canonical_json(messages)] for messages in known.answers)
