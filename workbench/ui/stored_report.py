"""Showing a stored report: its age, a new one where it is old, and the job that reckons it.

Nothing is reckoned here. It knows a report's kind only by the service that is handed in.
"""

from datetime import datetime
from typing import Any, Protocol

import streamlit as st

from workbench.clock import parse, utc_now
from workbench.records import Project, ReviewerKind
from workbench.store import Database, Store
from workbench.ui import progress
from workbench.ui.runtime import store
from workbench.ui.ways import counted, when

OLD_SECONDS = 60
KINDS: tuple[ReviewerKind, ...] = ("human", "simulated", "judge")
Kinds = tuple[ReviewerKind, ...]
Report = dict[str, Any]


class Service(Protocol):
    """What keeps reports of one sort: `quality.report`, `leaderboard.report`."""

    @property
    def JOB(self) -> str: ...  # noqa: N802

    def latest(self, db: Database, project: Project, kinds: Kinds) -> Report | None: ...

    def refresh(self, store: Store, project: Project, kinds: Kinds) -> None: ...


def current(project: Project, service: Service, kinds: Kinds) -> Report | None:
    """The stored report for these kinds of reviewers; a new one is asked for when it is old."""
    with store().read() as db:
        found = service.latest(db, project, kinds)
    running = progress.running_job(project.id, service.JOB)
    failed = progress.last_failure(project.id, service.JOB)
    if not running and not failed and _is_old(found, utc_now()):
        service.refresh(store(), project, kinds)
        running = progress.running_job(project.id, service.JOB)
    if running:
        progress.follow_job(project.id, service.JOB)
    elif failed:
        st.error(f"The last report failed: {failed.error}")
    _age(project, service, kinds, found, bool(running))
    return found


def _is_old(found: Report | None, now: datetime) -> bool:
    if found is None:
        return True
    age = (now - parse(found["created_at"])).total_seconds()
    return bool(found["judgements_since"]) and age > OLD_SECONDS


def _age(
    project: Project, service: Service, kinds: Kinds, found: Report | None, running: bool
) -> None:
    if found is None:
        return
    since = found["judgements_since"]
    newer = f", {counted(since, 'judgement')} since" if since else ""
    left, right = st.columns([4, 1], vertical_alignment="center")
    left.caption(f"As of {when(found['created_at']):%d %B, %H:%M} UTC{newer}.")
    key = f"reckon-{service.JOB}"
    if right.button("Reckon anew", disabled=running, width="stretch", key=key):
        service.refresh(store(), project, kinds)
        st.rerun()
