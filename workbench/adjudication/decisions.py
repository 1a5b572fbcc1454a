"""What a lead can decide about an item, each in one write and into the event log.

`look` names the look that was on screen; without it a decision is about the item as it is now.
"""

from collections.abc import Sequence
from datetime import datetime

from workbench.adjudication.cases import sides
from workbench.adjudication.closing import close
from workbench.errors import InvalidInput
from workbench.records import Reviewer
from workbench.store import Database, adjudications, comparisons, opinions, reviews, withdrawals
from workbench.store.adjudications import Ruling

STRONGEST = 3
MOST_VOTES = 20


def accept(
    db: Database, lead: Reviewer, comparison_id: int, now: datetime, note: str = "",
    *, look: int | None = None,
) -> None:  # fmt: skip
    """The judgements stand; the item goes on."""
    close(db, lead, comparison_id, "accepted", note, now, look)


def reject(
    db: Database, lead: Reviewer, comparison_id: int, judgement_ids: Sequence[int], note: str,
    now: datetime, *, look: int | None = None,
) -> None:  # fmt: skip
    """Send judgements back: they count no more, their reviewers read the note and may judge the
    item again, as may others. Raises InvalidInput without a note or judgement.
    """
    if not note.strip():
        raise InvalidInput("Say what was wrong: the reviewer reads it.", field="note")
    theirs = {row["id"] for row in opinions.on(db, comparison_id) if row["withdrawn_at"] is None}
    chosen = [i for i in judgement_ids if i in theirs]
    if not chosen:
        raise InvalidInput("Choose whose judgement is sent back.", field="judgements")
    review_id = close(db, lead, comparison_id, "rejected", note, now, look)
    reviews.send_back(db, review_id, chosen)
    withdrawals.send_back(db, now, comparison_id, chosen)


def requeue(
    db: Database, lead: Reviewer, comparison_id: int, more: int, now: datetime, note: str = "",
    *, look: int | None = None,
) -> None:  # fmt: skip
    """Ask for `more` further judgements, from others; those that there are stay."""
    if not 1 <= more <= MOST_VOTES:
        raise InvalidInput(f"Ask for 1 to {MOST_VOTES} further judgements.", field="more")
    close(db, lead, comparison_id, "requeued", note, now, look)
    comparisons.widen(db, comparison_id, more)


def rule(
    db: Database,
    lead: Reviewer,
    comparison_id: int,
    now: datetime,
    *,
    preference: int | None = None,
    ranking: Sequence[Sequence[int]] | None = None,
    all_bad: bool = False,
    note: str = "",
    look: int | None = None,
) -> None:
    """The lead's own verdict, by the desk's slots: the last word in every consensus.

    Raises InvalidInput for a verdict that does not fit the item.
    """
    ruling = _ruling(sides(db, comparison_id), preference, ranking, all_bad)
    close(db, lead, comparison_id, "ruled", note, now, look)
    adjudications.rule(db, now, comparison_id, lead.id, ruling, note.strip())


def _ruling(
    shown: list[int],
    preference: int | None,
    ranking: Sequence[Sequence[int]] | None,
    all_bad: bool,
) -> Ruling:
    if len(shown) == 1:
        raise InvalidInput("A single answer has no verdict to rule on.", field="preference")
    if all_bad:
        return Ruling(all_bad=True)
    if len(shown) == 2 and preference is not None and abs(preference) <= STRONGEST:
        winner = None if preference == 0 else shown[0 if preference < 0 else 1]
        return Ruling(winner_id=winner, strength=abs(preference))
    slots = sorted(slot for tier in ranking or () for slot in tier)
    if len(shown) > 2 and ranking and all(ranking) and slots == list(range(1, len(shown) + 1)):
        return Ruling(ranking=tuple(tuple(shown[slot - 1] for slot in tier) for tier in ranking))
    raise InvalidInput(
        "The ruling does not fit the answers shown.",
        field="ranking" if len(shown) > 2 else "preference",
        remedy="Two answers take −3 to 3 or “all bad”; more take a ranking that names each once.",
    )
