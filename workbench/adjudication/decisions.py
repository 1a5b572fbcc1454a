"""What a lead can decide about an item, each in one write and into the event log."""

from collections.abc import Sequence
from datetime import datetime

from workbench.adjudication.cases import sides
from workbench.errors import InvalidInput, NotAllowed
from workbench.records import Project, Reviewer
from workbench.store import (
    Database,
    adjudications,
    comparisons,
    events,
    gold,
    opinions,
    reviews,
    withdrawals,
)
from workbench.store.adjudications import Ruling
from workbench.store.comparisons import NewComparison

LONGEST_NOTE = 4_000
STRONGEST = 3


def accept(db: Database, lead: Reviewer, comparison_id: int, now: datetime, note: str = "") -> None:
    """The judgements stand; the item goes on."""
    _close(db, lead, comparison_id, "accepted", note, now)


def reject(
    db: Database, lead: Reviewer, comparison_id: int, judgement_ids: Sequence[int], note: str,
    now: datetime,
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
    review_id = _close(db, lead, comparison_id, "rejected", note, now)
    reviews.send_back(db, review_id, chosen)
    withdrawals.send_back(db, now, comparison_id, chosen)


def requeue(
    db: Database, lead: Reviewer, comparison_id: int, more: int, now: datetime, note: str = ""
) -> None:
    """Ask for `more` further judgements, from others; those that there are stay."""
    if not 1 <= more <= 20:
        raise InvalidInput("Ask for 1 to 20 further judgements.", field="more")
    _close(db, lead, comparison_id, "requeued", note, now)
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
) -> None:
    """The lead's own verdict, by the desk's slots: the last word in every consensus.

    Raises InvalidInput for a verdict that does not fit the item.
    """
    shown = sides(db, comparison_id)
    ruling = _ruling(shown, preference, ranking, all_bad)
    _close(db, lead, comparison_id, "ruled", note, now)
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
    if len(shown) > 2 and ranking and slots == list(range(1, len(shown) + 1)):
        return Ruling(ranking=tuple(tuple(shown[slot - 1] for slot in tier) for tier in ranking))
    raise InvalidInput("The ruling does not fit the answers shown.", field="ranking")


def make_gold(
    db: Database, project: Project, lead: Reviewer, comparison_id: int, explanation: str,
    now: datetime, *, training: bool = False,
) -> int:  # fmt: skip
    """Turn a ruled item into gold. Raises InvalidInput where there is no ruling, none that gold
    can be made of, or where it is gold already.
    """
    ruling = adjudications.current(db, comparison_id)
    if ruling is None:
        raise InvalidInput("Only what a lead has ruled on can become gold.", field="item")
    known = _known(ruling, explanation, lead.id, training)
    about = comparisons.get(db, comparison_id)
    assert about is not None
    if about["kind"] != "work":
        raise InvalidInput("A heldout item cannot become gold: it measures models.", field="item")
    new = NewComparison(
        project.id, about["prompt_id"], tuple(comparisons.completions_of(db, comparison_id)),
        wanted=0, turn=about["turn"], kind="gold",
    )  # fmt: skip
    made = gold.make(db, now, new, known)
    if made is None:
        raise InvalidInput("This item is gold already.", field="item")
    return made


def _known(ruling: Ruling, explanation: str, lead_id: int, training: bool) -> gold.Answer:
    winner, loser = ruling.winner_id, None
    if ruling.ranking:
        if len(ruling.ranking) < 2:
            raise InvalidInput("A ranking in which all are tied cannot be gold.", field="item")
        winner, loser = ruling.ranking[0][0], ruling.ranking[-1][-1]
    return gold.Answer(winner, loser, "adjudicated", training, explanation.strip(), lead_id)


def judge_anew(
    db: Database, project: Project, lead: Reviewer, comparison_ids: Sequence[int], note: str,
    now: datetime,
) -> int:  # fmt: skip
    """Set the judgements of items aside and put them into the queue again, after the guidelines
    have changed; returns how many items. What was said before stays in the history.
    """
    done = 0
    for comparison_id in comparison_ids:
        standing = [r["id"] for r in opinions.on(db, comparison_id) if r["withdrawn_at"] is None]
        if not standing or comparisons.project_of(db, comparison_id) != project.id:
            continue
        review_id = _close(db, lead, comparison_id, "requeued", note, now)
        reviews.send_back(db, review_id, standing)
        withdrawals.send_back(db, now, comparison_id, standing)
        done += 1
    return done


def ask_for_look(
    db: Database, project: Project, lead: Reviewer, comparison_id: int, now: datetime
) -> None:
    """Open a second look at any judged item."""
    reviews.open_review(db, now, project.id, comparison_id, "asked")
    events.append(
        db, now, "review.asked", project_id=project.id, reviewer_id=lead.id,
        subject_id=comparison_id,
    )  # fmt: skip


def _close(
    db: Database, lead: Reviewer, comparison_id: int, decision: reviews.Decision, note: str,
    now: datetime,
) -> int:  # fmt: skip
    """Decide the open look, or one opened for the purpose. Only leads and owners may."""
    if lead.role == "reviewer":
        raise NotAllowed("This is for a lead.", remedy="Ask the project's owner.")
    if len(note) > LONGEST_NOTE:
        raise InvalidInput(f"A note has up to {LONGEST_NOTE} characters.", field="note")
    project_id = comparisons.project_of(db, comparison_id)
    reviews.open_review(db, now, project_id, comparison_id, "asked")
    decided = reviews.decide(db, now, comparison_id, lead.id, decision, note.strip())
    assert decided is not None
    return decided
