"""The other end: what a reviewer is told of a judgement of theirs that was sent back.

The lead's name and note, and the question that it was about; never what others said of the item.
"""

from dataclasses import dataclass

from workbench.records import Project, Reviewer, plain_text
from workbench.store import Database, comparisons, prompts, reviewers, reviews


@dataclass(frozen=True)
class Note:
    """`anew`: everybody's judgement of the item was set aside, not this reviewer's alone."""

    judgement_id: int
    lead: str
    question: str
    text: str
    anew: bool
    at: str


def notes_for(db: Database, project: Project, reviewer: Reviewer) -> list[Note]:
    """The notes that this reviewer has not put away, the newest first."""
    return [
        Note(
            judgement_id=row["judgement_id"],
            lead=reviewers.get(db, row["lead_id"]).name or "A lead",
            question=_question(db, row["comparison_id"]),
            text=row["note"],
            anew=row["decision"] == "requeued",
            at=row["at"],
        )
        for row in reviews.sent_back_to(db, project.id, reviewer.id)
    ]


def _question(db: Database, comparison_id: int) -> str:
    about = comparisons.get(db, comparison_id)
    prompt = prompts.get(db, about["prompt_id"]) if about else None
    asked = [m for m in prompt.messages if m["role"] == "user"] if prompt else []
    return plain_text(asked[0]["content"]) if asked else ""
