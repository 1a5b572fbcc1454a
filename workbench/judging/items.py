"""Items: a leased comparison as a reviewer's browser may see it, blind and by slot."""

from dataclasses import dataclass
from typing import Any

from workbench.checking.masking import shown_answers
from workbench.errors import NeverHeld
from workbench.records import Item, Message, Project, Reviewer, history, plain_text
from workbench.store import Database, leases, prompts


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
    )


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
