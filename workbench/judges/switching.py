"""The switches of a project: what a judge may do for people, and what must be known of it first.

Triage asks for a calibration that supports its confidence. Suggestions are measured as they go
(`prelabels`), and widening corrects for the judge's errors whatever they are.
"""

from dataclasses import replace
from datetime import datetime
from math import ceil

import numpy as np

from workbench.errors import InvalidInput
from workbench.judges.calibrating import Calibration, calibrate
from workbench.records import Project
from workbench.settings import Assist
from workbench.stats.agreement import Z
from workbench.stats.calibration import pools
from workbench.store import judges, projects
from workbench.store.database import Database

CAP = 20_000  # items beyond which nobody plans


def change(db: Database, now: datetime, project: Project, assist: Assist) -> None:
    """Store the switches. Raises InvalidInput, NotFound: see `require`."""
    settings = replace(project.settings, assist=assist)
    settings.check()
    require(db, project, assist)
    projects.change_settings(db, now, project.id, settings)


def require(db: Database, project: Project, assist: Assist) -> None:
    """Raises NotFound for an unknown judge, and InvalidInput for one of another project or one that
    nothing supports triage by.
    """
    if assist.judge is None:
        return
    judge = judges.named(db, assist.judge)
    if judge.project_id != project.id:
        raise InvalidInput(
            f"“{judge.name}” judges in another project.",
            field="assist.judge",
            remedy=f"Add a judge to this one: judges add NAME --project {project.slug}",
        )
    if assist.triage and not _holds_already(project, assist):
        _require_support(calibrate(db, judge), assist)


def _holds_already(project: Project, assist: Assist) -> bool:
    """Triage is on with this judge, and no less is asked of it than before."""
    now = project.settings.assist
    same = now.triage and now.judge == assist.judge
    return same and assist.triage_confidence >= now.triage_confidence


def _require_support(known: Calibration, assist: Assist) -> None:
    if supports(known, assist.triage_confidence):
        return
    raise InvalidInput(
        f"Nothing that “{assist.judge}” says is surely right {assist.triage_confidence:.0%} of the"
        f" time. {words(known, assist.triage_confidence)}".replace("%", " %"),
        field="assist.triage",
        remedy=_remedy(known, assist.triage_confidence),
    )


def _remedy(known: Calibration, confidence: float) -> str:
    if missing(known, confidence) is None:
        return "Ask for less confidence."
    return (
        "Let people judge more that it reads as well (judges run NAME --which judged), or ask for"
        " less confidence."
    )


def supports(known: Calibration, confidence: float) -> bool:
    """Whether verdicts of some strength are calibrated at least so high."""
    return any((one.calibrated or 0.0) >= confidence for one in known.bins)


def words(known: Calibration, confidence: float) -> str:
    """How many judged items are missing until they do, in a sentence."""
    more = missing(known, confidence)
    if more == 0:
        return f"Its surest verdicts are right at least {confidence:.0%} of the time.".replace(
            "%", " %"
        )
    if more is None:
        return "At its surest it is not right that often, however many items are judged."
    so = "if it is right on all" if not known.match.agreement.items else "if it goes on as it has"
    return f"It takes about {more:,} more items that both it and people judge, {so}."


def missing(known: Calibration, confidence: float) -> int | None:
    """How many more items, judged by people as well, it would take, if the judge goes on as it has;
    0 where none are missing, None where no number would do.
    """
    if supports(known, confidence):
        return 0
    total = known.match.agreement.items
    if not total:
        return _enough(1.0, confidence)
    found = [_more(hits, of, total, confidence) for hits, of in _surest(known)]
    return min((one for one in found if one is not None), default=None)


def _surest(known: Calibration) -> list[tuple[int, int]]:
    """Hits and number of each pool of levels that has any."""
    numbers = np.array([one.right.items for one in known.bins])
    hits = np.array([round((one.right.value or 0.0) * one.right.items) for one in known.bins])
    return [(hit, of) for _, hit, of in pools(hits, numbers) if of]


def _more(hits: int, of: int, total: int, confidence: float) -> int | None:
    """More items of all kinds, of which this pool keeps its share."""
    needed = _enough(hits / of, confidence)
    return None if needed is None else max(1, round((needed - of) * total / of))


def _enough(rate: float, confidence: float) -> int | None:
    """The number of items of which this rate is surely `confidence`: Wilson's lower bound is where
    (rate − c)² = z² c (1 − c) / n.
    """
    if rate <= confidence:
        return None
    needed = ceil(Z * Z * confidence * (1 - confidence) / (rate - confidence) ** 2)
    return needed if needed <= CAP else None
