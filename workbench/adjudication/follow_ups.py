"""What a ruling can lead to: a gold item, and the same question put to the reviewers anew."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from workbench.adjudication.closing import JUDGED, close, judged_item, permit
from workbench.errors import InvalidInput
from workbench.records import Project, Reviewer
from workbench.store import (
    Database,
    adjudications,
    comparisons,
    gold,
    opinions,
    projects,
    prompts,
    reviews,
    withdrawals,
)
from workbench.store.adjudications import Ruling
from workbench.store.comparisons import NewComparison

MOST = 100_000


def make_gold(
    db: Database, project: Project, lead: Reviewer, comparison_id: int, explanation: str,
    now: datetime, *, training: bool = False,
) -> int:  # fmt: skip
    """Turn a ruled item into gold. Raises InvalidInput where there is no ruling, none that gold
    can be made of, or where it is gold already.
    """
    permit(lead)
    about = judged_item(db, comparison_id, project.id)
    ruling = adjudications.current(db, comparison_id)
    if ruling is None:
        raise InvalidInput("Only what a lead has ruled on can become gold.", field="item")
    if about["kind"] != "work":
        raise InvalidInput("A heldout item cannot become gold: it measures models.", field="item")
    known = _known(project, ruling, explanation, lead.id, training)
    new = NewComparison(
        project.id, about["prompt_id"], tuple(comparisons.completions_of(db, comparison_id)),
        wanted=0, turn=about["turn"], kind="gold",
    )  # fmt: skip
    made = gold.make(db, now, new, known)
    if made is None:
        raise InvalidInput("This item is gold already.", field="item")
    return made


def _known(
    project: Project, ruling: Ruling, explanation: str, lead_id: int, training: bool
) -> gold.Answer:
    winner, loser = ruling.winner_id, None
    if ruling.ranking:
        if len(ruling.ranking) < 2:
            raise InvalidInput("A ranking in which all are tied cannot be gold.", field="item")
        winner, loser = ruling.ranking[0][0], ruling.ranking[-1][-1]
    if winner is None and project.settings.forced_choice:
        raise InvalidInput("Reviewers must choose here, so a tie cannot be gold.", field="item")
    return gold.Answer(winner, loser, "adjudicated", training, explanation.strip(), lead_id)


def change_guidelines(
    db: Database, project: Project, lead: Reviewer, text: str, now: datetime
) -> int:
    """Freeze the next version of the guidelines; its number, the old one's if nothing changed."""
    permit(lead)
    return projects.snapshot(db, now, project.id, "guidelines", text)


@dataclass(frozen=True)
class Anew:
    """The items that may be judged anew after the guidelines have changed: this one, all that wait
    for a second look, all like this one (by tag) that were judged under older guidelines.
    """

    this: list[int]
    waiting: list[int]
    alike: list[int]


def anew(db: Database, project: Project, comparison_id: int) -> Anew:
    """Only items with a judgement that counts; a ruling is the last word on those alike."""
    about = judged_item(db, comparison_id, project.id)
    prompt = prompts.get(db, about["prompt_id"])
    assert prompt is not None
    waiting = reviews.waiting(db, project.id, most=MOST)
    judged = opinions.judged_among(db, [comparison_id, *waiting])
    return Anew(
        this=[comparison_id] if comparison_id in judged else [],
        waiting=[i for i in waiting if i in judged],
        alike=opinions.judged_under_older(
            db, project.id, prompt.tags, project.guidelines_version
        ),
    )  # fmt: skip


def judge_anew(
    db: Database, project: Project, lead: Reviewer, comparison_ids: Sequence[int], note: str,
    now: datetime,
) -> int:  # fmt: skip
    """Set the judgements of items aside and put them into the queue again, after the guidelines
    have changed; returns how many items. What was said before stays in the history.
    """
    permit(lead)
    done = 0
    for comparison_id in comparison_ids:
        about = comparisons.get(db, comparison_id)
        if about is None or about["project_id"] != project.id or about["kind"] not in JUDGED:
            continue
        standing = [r["id"] for r in opinions.on(db, comparison_id) if r["withdrawn_at"] is None]
        if not standing:
            continue
        review_id = close(db, lead, comparison_id, "requeued", note, now)
        reviews.send_back(db, review_id, standing)
        withdrawals.send_back(db, now, comparison_id, standing)
        done += 1
    return done
