"""The judges' report: each judge beside people, reckoned by a job and stored for the screen.

It holds ids of reviewers, never their names. Judges are measured beside people alone, whatever
votes other reports count.
"""

from dataclasses import asdict
from typing import Any

from workbench import jobs
from workbench.judges.calibrating import calibrate
from workbench.judges.prelabels import anchoring
from workbench.judges.switching import missing, words
from workbench.judges.triaging import standing
from workbench.quality import kept
from workbench.quality.kept import HUMAN
from workbench.records import Project, ReviewerKind
from workbench.store import Store, events, judges, projects
from workbench.store.database import Database
from workbench.store.judges import Judge

JOB = "judge_report"
Json = dict[str, Any]


def refresh(store: Store, project: Project, kinds: tuple[ReviewerKind, ...] = HUMAN) -> None:
    """Queue the job, unless it waits already."""
    jobs.start(store, JOB, {"project": project.slug}, project_id=project.id)


def work(store: Store, arguments: dict[str, Any], report: jobs.Report) -> Json:
    """The job: measure every judge of the project, and store; `{judges}`."""
    with store.read() as db:
        project = projects.get(db, arguments["project"])
        seen, known = events.last_id(db, project.id), judges.in_project(db, project.id)
        body = {}
        for done, judge in enumerate(known):
            report(done, len(known), judge.name)
            body[str(judge.reviewer_id)] = measured(db, project, judge)
    kept.keep(store, project, JOB, HUMAN, {"judges": body}, seen)
    return {"judges": len(known)}


def measured(db: Database, project: Project, judge: Judge) -> Json:
    """`{calibration, support, anchoring, triage}`, as plain JSON values; `support` says what triage
    at the project's confidence still asks for.
    """
    known, confidence = calibrate(db, judge), project.settings.assist.triage_confidence
    return {
        "calibration": asdict(known),
        "support": {
            "confidence": confidence,
            "missing": missing(known, confidence),
            "words": words(known, confidence),
        },
        "anchoring": asdict(anchoring(db, judge)),
        "triage": asdict(standing(db, judge)),
    }


def latest(db: Database, project: Project, kinds: tuple[ReviewerKind, ...] = HUMAN) -> Json | None:
    """The newest report, with `judgements_since`: how many it has not seen."""
    return kept.latest(db, project, JOB, HUMAN)
