"""The quality report of a million judgements: seconds, memory, and what of it takes how long.

Beside it a floor: one pass over the table into numpy, with nothing made of it. Each measurement
has a process of its own, so that its peak of memory is its own.
`python -m benchmarks.quality PART FOLDER` is one measurement.
"""

import cProfile
import json
import pstats
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import million
from benchmarks.consensus import resident
from workbench.quality import kept, report
from workbench.records import Project
from workbench.settings import REPOSITORY, Workspace
from workbench.store import Store, events, projects
from workbench.store.database import Database

MOST_SECONDS, MOST_MIB, MOST_PAGE_SECONDS = 4.0, 200, 0.1
REPEATS = 3
FLOOR = "SELECT id, comparison_id, reviewer_id, winner_id FROM judgements"
SHOWN = 0.02  # seconds below which a part is left out of the breakdown
Figures = dict[str, Any]


def quality(workspace: Workspace) -> None:
    """What the report takes, in turns with the floor, beside what it may take."""
    million.build(workspace)
    turns = [(_measured("floor", workspace), _measured("report", workspace))
             for _ in range(REPEATS)]  # fmt: skip
    floor, ours = ({key: statistics.median(run[key] for run in runs) for key in runs[0]}
                   for runs in zip(*turns, strict=True))  # fmt: skip
    print("| a million judgements | s | MiB | at most |\n|---|---|---|---|")
    print(f"| floor: one pass into numpy | {floor['seconds']:.2f} | {floor['mib']:.0f} | |")
    print(f"| the report | {ours['seconds']:.2f} | {ours['mib']:.0f}"
          f" | {MOST_SECONDS} s, {MOST_MIB} MiB |")  # fmt: skip
    print(f"| reading it for the page | {ours['page']:.4f} | | {MOST_PAGE_SECONDS} s |")
    print(f"\nthe report takes {ours['seconds'] / floor['seconds']:.1f} times as long as the floor;"
          " of it, profiled:\n")  # fmt: skip
    for name, seconds in _measured("parts", workspace).items():
        print(f"- {name}: {seconds:.2f} s")


def _measured(part: str, workspace: Workspace) -> Figures:
    command = [sys.executable, "-m", "benchmarks.quality", part, str(workspace.home)]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=True)
    figures: Figures = json.loads(done.stdout)
    return figures


def _floor(db: Database, project: Project) -> Any:
    cursor = db.conn.cursor()
    cursor.row_factory = None
    four = np.dtype((np.int64, 4))
    return np.fromiter((row if row[3] else (*row[:3], 0) for row in cursor.execute(FLOOR)), four)


def _report(db: Database, project: Project) -> Any:
    return report.reckon(db, project, kept.HUMAN)


def _timed(store: Store, project: Project, work: Callable[[Database, Project], Any]) -> Figures:
    """Seconds, and the MiB that were added at the peak; `found` is what came out."""
    held, began = resident("VmRSS"), time.perf_counter()
    with store.read() as db:
        found = work(db, project)
    seconds = time.perf_counter() - began
    return {"seconds": seconds, "mib": resident("VmHWM") - held, "found": found}


def _page(store: Store, project: Project, body: Figures) -> float:
    """Seconds in which the screen has the report, once it is stored."""
    with store.read() as db:
        seen = events.last_id(db, project.id)
    kept.keep(store, project, report.JOB, kept.HUMAN, body, seen)
    began = time.perf_counter()
    with store.read() as db:
        assert report.latest(db, project) is not None
    return time.perf_counter() - began


def _parts(store: Store, project: Project) -> Figures:
    """Seconds in each function that `reckon` calls, by the profiler, the longest first."""
    profile = cProfile.Profile()
    with store.read() as db:
        profile.runcall(report.reckon, db, project, kept.HUMAN)
    found = {}
    for (file, _, name), (*_, callers) in pstats.Stats(profile).stats.items():  # type: ignore[attr-defined]
        within = sum(times[3] for caller, times in callers.items() if caller[2] == "reckon")
        if within > SHOWN:
            found[f"{Path(file).stem}.{name}"] = within
    return dict(sorted(found.items(), key=lambda one: -one[1]))


def measure(part: str, folder: Path) -> Figures:
    store = Store(Workspace(folder))
    with store.read() as db:
        project = projects.get(db, "million")
    if part == "parts":
        return _parts(store, project)
    figures = _timed(store, project, {"floor": _floor, "report": _report}[part])
    body = figures.pop("found")
    return figures if part == "floor" else figures | {"page": _page(store, project, body)}


if __name__ == "__main__":
    print(json.dumps(measure(sys.argv[1], Path(sys.argv[2]))))
