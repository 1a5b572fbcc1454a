"""Triage: where a judge's calibrated confidence is high enough its verdict stands, and people see
the rest, with a random share of the others to audit it by.

An audited item looks like any other. Whatever was closed can be opened again; the verdict stays
the judge's own and is no person's vote.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import groupby
from typing import Any

from workbench import jobs
from workbench.clock import utc_now
from workbench.errors import InvalidInput
from workbench.hashing import unit_interval
from workbench.judges.calibrating import Calibration, calibrate, known_verdicts
from workbench.judges.verdicts import Pair
from workbench.quality.weighing import agree, heard
from workbench.records import Job, Project
from workbench.stats.agreement import Estimate
from workbench.stats.shares import share
from workbench.store import Store, judges, leases, projects
from workbench.store import triage as rows
from workbench.store.database import Database
from workbench.store.judges import Judge
from workbench.store.triage import AUDIT, AUTO, PERSON, Decision

BATCH = 500
JOB = "triage"


def begin(store: Store, judge: Judge) -> Job:
    """Queue the job that decides on what is open by now."""
    arguments, resource = {"judge": judge.reviewer_id}, f"triage-{judge.project_id}"
    return jobs.start(store, JOB, arguments, resource=resource, project_id=judge.project_id)


def work(store: Store, arguments: dict[str, Any], report: jobs.Report) -> dict[str, Any]:
    with store.read() as db:
        judge = judges.get(db, arguments["judge"])
        project = projects.by_id(db, judge.project_id)
    report(0, 1, judge.name)
    return triage(store, project, judge, utc_now())


def triage(store: Store, project: Project, judge: Judge, now: datetime) -> dict[str, int]:
    """Decide on all open work that nobody has judged or holds; `{auto, audit, person}`.

    Raises InvalidInput where the project's switch is off, its judge is another one, or nothing is
    known of the judge beside people.
    """
    assist = project.settings.assist
    if not assist.triage or assist.judge != judge.name:
        raise InvalidInput(
            f"Triage by “{judge.name}” is off in this project.",
            field="assist.triage",
            remedy=f"Turn it on: projects change {project.slug}"
            f" assist.judge='\"{judge.name}\"' assist.triage=true",
        )
    with store.read() as db:
        known = calibrate(db, judge)
    if not known.match.agreement.items:
        raise InvalidInput(
            f"Nothing is known of “{judge.name}” beside people.",
            field="assist.judge",
            remedy="Let it judge what people judged: judges run NAME --which judged.",
        )
    store.write(partial(leases.expire, now=now))
    return _decide_all(store, project, judge, known, now)


def _decide_all(
    store: Store, project: Project, judge: Judge, known: Calibration, now: datetime
) -> dict[str, int]:
    made: Counter[str] = Counter({AUTO: 0, AUDIT: 0, PERSON: 0})
    last = 0
    while True:
        with store.read() as db:
            page = rows.undecided(db, project.id, judge.reviewer_id, last, BATCH)
        if not page:
            return dict(made)
        found = [
            decision(project, row["id"], Pair(row["first"], row["second"]), known) for row in page
        ]
        made.update(store.write(partial(_write, judge=judge, found=found, now=now)))
        last = page[-1]["id"]


def _write(db: Database, judge: Judge, found: list[Decision], now: datetime) -> Counter[str]:
    stored = [one for one in found if rows.decide(db, now, judge.reviewer_id, one)]
    return Counter(one.decision for one in stored)


def decision(project: Project, comparison_id: int, pair: Pair, known: Calibration) -> Decision:
    """A tie, or what is not sure enough, goes to a person."""
    assist = project.settings.assist
    confidence = 0.0 if pair.tie else known.confidence(pair.level) or 0.0
    if pair.tie or confidence < assist.triage_confidence:
        return Decision(comparison_id, PERSON, confidence, 0.0)
    audited = unit_interval("audit", project.id, comparison_id) < assist.audit
    return Decision(comparison_id, AUDIT if audited else AUTO, confidence, assist.audit)


def undo(store: Store, project: Project, judge: Judge, now: datetime) -> int:
    """Open again what the judge closed; returns how many items that were."""
    return store.write(partial(rows.undo, now=now, project_id=project.id,
                               reviewer_id=judge.reviewer_id))  # fmt: skip


@dataclass(frozen=True)
class Day:
    """`needed`: the share that needed a person; audits are by choice."""

    day: str
    auto: int
    audit: int
    person: int
    needed: Estimate


@dataclass(frozen=True)
class Standing:
    """What triage did so far: day by day, in all, and how often people who audited agree."""

    days: list[Day]
    needed: Estimate
    audited: Estimate


def standing(db: Database, judge: Judge) -> Standing:
    """`audited` is over the audited items that people have a verdict on by now."""
    found = rows.decisions(db, judge.project_id, judge.reviewer_id)
    days = [_day(day, [row["decision"] for row in group])
            for day, group in groupby(found, key=lambda row: row["day"])]  # fmt: skip
    audits = {row["comparison_id"] for row in found if row["decision"] == AUDIT}
    return Standing(
        days=days,
        needed=share(sum(day.person for day in days), len(found)),
        audited=_audited(db, judge, audits),
    )


def _day(day: str, decisions: list[str]) -> Day:
    n = Counter(decisions)
    return Day(day, n[AUTO], n[AUDIT], n[PERSON], share(n[PERSON], len(decisions)))


def _audited(db: Database, judge: Judge, audits: set[int]) -> Estimate:
    said = {i: Pair(one, other) for i, one, other in judges.verdicts(db, judge.reviewer_id)}
    ids, people = known_verdicts(agree(heard(db, judge.project_id, ("human",))))
    right = [
        verdict == int(said[i].second)
        for i, verdict in zip(ids.tolist(), people.tolist(), strict=True)
        if i in audits
    ]
    return share(sum(right), len(right))
