"""Measures against a reviewer's judgements, each with its way back, and what each would change.

Withdrawn judgements count nowhere and their items are judged again; discounted ones stay on their
items and weigh nothing. It reckons what follows for consensus, and
finds the dataset versions that hold a reviewer's judgements by their lineage.
"""

from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import numpy as np

from workbench import jobs
from workbench.clock import iso
from workbench.quality.votes import GOLD, NONE, TIE
from workbench.quality.weighing import Agreed, agree, heard
from workbench.records import Project, Reviewer, ReviewerKind
from workbench.stats.arrays import Truths
from workbench.store import (
    Database,
    Store,
    datasets,
    events,
    projects,
    reviewers,
    track_records,
    withdrawals,
)

Action = Literal["withdraw", "restore", "discount", "hear"]
BACK: dict[Action, Action] = {
    "withdraw": "restore", "restore": "withdraw", "discount": "hear", "hear": "discount"
}  # fmt: skip
JOB = "effect"


@dataclass(frozen=True)
class Effect:
    """What leaving a reviewer's judgements out would change, gold aside. `changed`: items whose
    verdict would be another; `unsure`: items no longer sure enough to go on; `sure`: those that
    would become so; `unjudged`: items that nobody else has judged. `pairs`: preference pairs, now
    and then.
    `versions`: `{name, rows, models}` of the dataset versions that hold their judgements.
    """

    judgements: int
    items: int
    changed: int
    unsure: int
    sure: int
    unjudged: int
    pairs: tuple[int, int]
    versions: list[dict[str, Any]]


def work(store: Store, arguments: dict[str, Any], report: jobs.Report) -> dict[str, Any]:
    """The job: the effect, as JSON."""
    with store.read() as db:
        project = projects.get(db, arguments["project"])
        kinds = tuple(arguments["kinds"])
        return asdict(effect(db, project, reviewers.get(db, arguments["reviewer"]), kinds))


def effect(
    db: Database, project: Project, reviewer: Reviewer, kinds: tuple[ReviewerKind, ...]
) -> Effect:
    """What the consensus would be with the reviewer's judgements and without them."""
    now = heard(db, project.id, kinds)
    theirs = now.reviewer_ids[now.reviewers] == reviewer.id
    rest = now.only(~theirs)
    before, after = agree(now), agree(rest)
    mine = now.only(theirs & now.plain).work
    threshold = project.settings.consensus_threshold
    was, will = _sure(before, threshold), _sure(after, threshold)
    said, says = _verdicts(before), _verdicts(after)
    return Effect(
        judgements=len(mine),
        items=len(np.unique(mine.items)),
        changed=int(((said != says) & (said != NONE) & (says != NONE)).sum()),
        unsure=int((was & ~will).sum()),
        sure=int((will & ~was).sum()),
        unjudged=len(np.setdiff1d(mine.items, rest.items)),
        pairs=(_pairs(before, was), _pairs(after, will)),
        versions=_versions(db, project.id, reviewer.public_id),
    )


def _versions(db: Database, project_id: int, public_id: str) -> list[dict[str, Any]]:
    found = []
    for version in datasets.in_project(db, project_id):
        rows = _rows_of(Path(version.folder) / "lineage.jsonl", public_id)
        if rows:
            models = datasets.models_trained_on(db, version.id)
            found.append({"name": version.name, "rows": rows, "models": models})
    return found


def _rows_of(lineage: Path, public_id: str) -> int:
    """How many rows of a version rest on a judgement of this reviewer; 0 if its files are gone."""
    if not lineage.is_file():
        return 0
    mark = f'"reviewer":"{public_id}"'
    with open(lineage, encoding="utf-8") as lines:
        return sum(mark in line for line in lines)


def _verdicts(agreed: Agreed) -> Any:
    """By place in the project's items; NONE where there is no verdict, and for gold."""
    about = agreed.votes.about
    verdicts = np.full(len(about), NONE, np.int8)
    verdicts[agreed.items] = agreed.verdicts
    verdicts[about.kinds == GOLD] = NONE
    return verdicts


def _sure(agreed: Agreed, threshold: float) -> Truths:
    sure = np.zeros(len(agreed.votes.about), bool)
    sure[agreed.items] = agreed.chances >= threshold
    sure &= _verdicts(agreed) != NONE
    return sure


def _pairs(agreed: Agreed, sure: Truths) -> int:
    return int((sure & (_verdicts(agreed) < TIE)).sum())


def take(
    db: Database, project: Project, reviewer: Reviewer, action: Action, lead: Reviewer | None,
    now: datetime,
) -> int:  # fmt: skip
    """Do it, and log it; returns how many judgements were withdrawn or restored."""
    moved = 0
    if action == "withdraw":
        moved = withdrawals.withdraw(db, now, project.id, reviewer.id)
        _mark(db, project, reviewer, withdrawn_at=iso(now))
    elif action == "restore":
        moved = withdrawals.restore(db, project.id, reviewer.id)
        _mark(db, project, reviewer, withdrawn_at=None)
    else:
        _mark(db, project, reviewer, discounted_at=iso(now) if action == "discount" else None)
    events.append(
        db, now, f"reviewer.{action}", project_id=project.id,
        reviewer_id=lead.id if lead else None, subject_id=reviewer.id, judgements=moved,
    )  # fmt: skip
    return moved


def _mark(db: Database, project: Project, reviewer: Reviewer, **columns: str | None) -> None:
    track_records.change(db, project.id, reviewer.id, **columns)
