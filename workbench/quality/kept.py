"""Reports that a job reckons over all judgements: asked for, kept, and found again.

Each choice of whose judgements count has a report of its own, stored with the last event that it
saw, so that a page can say how old it is.
"""

from functools import partial
from typing import Any

from workbench import jobs
from workbench.clock import utc_now
from workbench.records import Job, Project, ReviewerKind
from workbench.store import Store, judgements, reports
from workbench.store.database import Database

HUMAN: tuple[ReviewerKind, ...] = ("human",)
Json = dict[str, Any]
Kinds = tuple[ReviewerKind, ...]


def ask(store: Store, project: Project, kind: str, kinds: Kinds) -> Job:
    """Queue the job of this kind of report, unless it waits already."""
    arguments = {"project": project.slug, "kinds": kinds}
    return jobs.start(store, kind, arguments, project_id=project.id)


def keep(
    store: Store, project: Project, kind: str, kinds: Kinds, body: Json, seen: int
) -> None:  # fmt: skip
    """`seen` is the last event that the report knows."""
    write = partial(
        reports.save, now=utc_now(), project_id=project.id, round_id=None,
        kind=_name(kind, kinds), body=body, seen=seen,
    )  # fmt: skip
    store.write(write)


def latest(db: Database, project: Project, kind: str, kinds: Kinds) -> Json | None:
    """The newest report, with `judgements_since`: how many it has not seen."""
    found = reports.latest(db, project.id, _name(kind, kinds))
    if found is None:
        return None
    since = judgements.count_after(db, project.id, found["through_event_id"])
    return found | {"judgements_since": since}


def _name(kind: str, kinds: Kinds) -> str:
    return kind if tuple(kinds) == HUMAN else f"{kind}: {', '.join(sorted(kinds))}"
