"""Closing a look: who may, which items, and that nobody decides on what was decided meanwhile."""

from datetime import datetime
from typing import Any

from workbench.errors import InvalidInput, NotAllowed, NotFound
from workbench.records import Reviewer
from workbench.store import Database, comparisons, events, reviews

JUDGED = ("work", "heldout")
LONGEST_NOTE = 4_000


def permit(lead: Reviewer) -> None:
    """Only leads and owners decide. Raises NotAllowed for others."""
    if lead.role == "reviewer" or not lead.active:
        raise NotAllowed("This is for a lead.", remedy="Ask the project's owner.")


def judged_item(db: Database, comparison_id: int, project_id: int | None = None) -> dict[str, Any]:
    """Raises NotFound for an item of another project, or for gold and repeats."""
    about = comparisons.get(db, comparison_id)
    elsewhere = about and project_id is not None and about["project_id"] != project_id
    if about is None or elsewhere or about["kind"] not in JUDGED:
        raise NotFound(
            f"There is no item number {comparison_id} in this project.",
            remedy="`python -m workbench adjudicate list` names those that wait.",
        )
    return about


def close(
    db: Database, lead: Reviewer, comparison_id: int, decision: reviews.Decision, note: str,
    now: datetime, look: int | None = None,
) -> int:  # fmt: skip
    """Decide a look, whose id is returned: the one named, or else the open one or a new one.

    A screen names the look that it shows: whatever was decided meanwhile is not decided twice.
    """
    permit(lead)
    about = judged_item(db, comparison_id)
    if len(note) > LONGEST_NOTE:
        raise InvalidInput(f"A note has up to {LONGEST_NOTE} characters.", field="note")
    if look is None:
        reviews.open_review(db, now, about["project_id"], comparison_id, "asked")
    decided = reviews.decide(db, now, comparison_id, lead.id, decision, note.strip(), look)
    if decided is None:
        raise InvalidInput(
            "This item was decided on already.",
            field="item",
            remedy="Look at it again to decide anew.",
        )
    return decided


def ask_for_look(db: Database, lead: Reviewer, comparison_id: int, now: datetime) -> None:
    """Open a second look at any judged item, one that was decided on included."""
    permit(lead)
    project_id = judged_item(db, comparison_id)["project_id"]
    reviews.open_review(db, now, project_id, comparison_id, "asked")
    events.append(
        db, now, "review.asked", project_id=project_id, reviewer_id=lead.id,
        subject_id=comparison_id,
    )  # fmt: skip
