"""Items: a leased comparison as a reviewer's browser may see it, blind and by slot."""

from typing import Any

from workbench.errors import NeverHeld
from workbench.records import Item, Message, Project, Reviewer, history, plain_text
from workbench.store import Database, completions, leases, prompts


def item_of(db: Database, project: Project, lease: dict[str, Any]) -> Item:
    """What the lease stands for: the prompt up to the judged turn, and the answers in order."""
    prompt = prompts.get(db, lease["prompt_id"])
    assert prompt is not None
    turn = lease["turn"]
    found = completions.by_ids(db, lease["shown"])
    shown = [found[completion_id] for completion_id in lease["shown"]]
    return Item(
        id=lease["id"],
        prompt_messages=history(prompt.messages, _shared_answers(shown[0].messages), turn),
        context=prompt.context,
        reference=prompt.reference if project.settings.show_reference else None,
        guidelines_version=project.guidelines_version,
        answers=tuple(plain_text(answer.messages[turn]["content"]) for answer in shown),
        lease_expires_at=lease["expires_at"],
        draft=leases.draft(db, lease["comparison_id"], lease["reviewer_id"]),
        training=lease["picked_by"] == "training",
    )


def _shared_answers(messages: tuple[Message, ...]) -> tuple[Message, ...]:
    """Earlier turns are the same in every answer that is compared, so any one's will do."""
    return tuple({"role": m["role"], "content": m["content"]} for m in messages)


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
