"""Style: how much of the ranking is length, headers, lists and bold, or the side shown first."""

from functools import partial
from typing import Any

import numpy as np

from workbench import jobs
from workbench.leaderboard.board import rows
from workbench.leaderboard.matches import Matches
from workbench.records import Project
from workbench.stats.arrays import Floats
from workbench.stats.style import Features, features, fit
from workbench.store import Store, reviewers, styles
from workbench.store.database import Database

BATCH = 500
LEAST = 30  # votes below which style cannot be told from strength
Json = dict[str, Any]


def measure_new(store: Store, project: Project, report: jobs.Report) -> None:
    """Measure the answers that were put before reviewers since the last time."""
    with store.read() as db:
        total = styles.count_unmeasured(db, project.id)
    done = after = 0
    while done < total:
        with store.read() as db:
            found = styles.unmeasured(db, project.id, after, BATCH)
        if not found:
            return
        after = found[-1]["id"]
        measured = [(one["id"], features(one["text"])) for one in found]
        store.write(partial(_keep, measured=measured))
        done += len(found)
        report(done, max(done, total), "")


def _keep(db: Database, measured: list[tuple[int, Features]]) -> None:
    for completion_id, seen in measured:
        styles.keep(db, completion_id, *seen)


def controlled(db: Database, project_id: int, matches: Matches) -> Json | None:
    """`{variants, effects}`: the board at equal style, and what each part of style is worth in log
    odds with its interval; None where there are too few votes.
    """
    if len(matches) < LEAST:
        return None
    table = np.fromiter(styles.in_project(db, project_id), np.int64).reshape(-1, 5)
    first, second = (_seen(table, side) for side in matches.answers.T)
    here = matches.reviewer_ids[matches.reviewers]
    shown = np.isin(here, reviewers.shown_sides(db))
    found = fit(matches.duels, first, second, np.where(shown, matches.shown_first, 0).astype(float))
    effects = [{"name": "shown first", "value": found.left, "low": found.left_interval[0],
                "high": found.left_interval[1]}]  # fmt: skip
    for name, value, (low, high) in zip(
        Features._fields, found.coefficients.tolist(), found.intervals.tolist(), strict=True
    ):
        effects.append({"name": name, "value": value, "low": low, "high": high})
    return {"variants": rows(matches, found.strengths), "effects": effects}


def _seen(table: Any, answers: Any) -> Floats:
    """Votes × features."""
    seen: Floats = table[np.searchsorted(table[:, 0], answers), 1:].astype(float)
    return seen
