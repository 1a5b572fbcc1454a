"""Items: a leased comparison as a reviewer's browser may see it, blind and by slot."""

from dataclasses import dataclass
from typing import Any

from workbench.checking.masking import shown_answers
from workbench.errors import NeverHeld
from workbench.hashing import unit_interval
from workbench.records import Item, Message, Project, Reviewer, Suggestion, history, plain_text
from workbench.store import Database, comparisons, leases, prompts, suggestions


@dataclass(frozen=True)
class Content:
    """What is to be read of a comparison: the prompt up to the judged turn, answers in order, with
    what names their models masked.
    """

    prompt_messages: tuple[Message, ...]
    context: str | None
    reference: str | None
    answers: tuple[str, ...]


def content_of(
    db: Database, project: Project, prompt_id: int, turn: int, shown: list[int]
) -> Content:
    prompt = prompts.get(db, prompt_id)
    assert prompt is not None
    answers = shown_answers(db, project, shown)
    return Content(
        # earlier turns are the same in every answer that is compared, so any one's will do
        prompt_messages=history(prompt.messages, answers[0], turn),
        context=prompt.context,
        reference=prompt.reference if project.settings.show_reference else None,
        answers=tuple(plain_text(messages[turn]["content"]) for messages in answers),
    )


def item_of(db: Database, project: Project, lease: dict[str, Any]) -> Item:
    """What the lease stands for, as its holder sees it."""
    content = content_of(db, project, lease["prompt_id"], lease["turn"], lease["shown"])
    return Item(
        id=lease["id"],
        prompt_messages=content.prompt_messages,
        context=content.context,
        reference=content.reference,
        guidelines_version=project.guidelines_version,
        answers=content.answers,
        lease_expires_at=lease["expires_at"],
        draft=leases.draft(db, lease["comparison_id"], lease["reviewer_id"]),
        training=lease["picked_by"] == "training",
        suggestions=_suggestions(db, project, lease),
    )


def is_assisted(
    db: Database, project: Project, reviewer: Reviewer, comparison_id: int
) -> bool | None:
    """Whether a judge's suggestions come with an item: but for a share that each reviewer gets
    without, drawn by chance. None where there are none.

    Gold comes with them no more often than the work that waits, or it would give itself away.
    """
    assist = project.settings.assist
    if not assist.prelabels or assist.judge is None:
        return None
    there = suggestions.are_there(db, comparison_id, assist.judge)
    covered = suggestions.coverage(db, project.id, assist.judge)
    gold = comparisons.kind_of(db, comparison_id) == "gold"
    if not there or (gold and unit_interval("cover", reviewer.seed, comparison_id) >= covered):
        return None
    return unit_interval("assist", reviewer.seed, comparison_id) >= assist.control


def _suggestions(
    db: Database, project: Project, lease: dict[str, Any]
) -> tuple[Suggestion | None, ...]:
    """One for each answer, where the lease was given with them; looked up for every kind alike."""
    assist, shown = project.settings.assist, lease["shown"]
    if not assist.prelabels or assist.judge is None:
        return ()
    found = suggestions.on(db, lease["comparison_id"], assist.judge, shown)
    return tuple(found) if lease["assisted"] else tuple(None for _ in shown)


def held_lease(db: Database, reviewer: Reviewer, item_id: str) -> dict[str, Any]:
    """The lease that an item id stands for, whether still held or not. Raises NeverHeld."""
    lease = leases.get(db, item_id, reviewer.id)
    if lease is None:
        raise NeverHeld(
            "This item was never given to you.",
            field="item_id",
            remedy="Claim items first, and submit them as the same reviewer.",
        )
    return lease
