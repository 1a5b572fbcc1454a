"""Consensus of a million labels beside crowd-kit's, on the same labels in the same run.

Each fit has a process of its own, so that its peak of memory is its own. Reading the labels, and
the DataFrame that crowd-kit wants of them, are not timed. Compared are as many rounds of EM for
both, neither stopping before, and each by its own rule as it comes: ours ends when no posterior
moves by 1e-6, crowd-kit's when its bound on the likelihood gains less than 1e-5 a label.
`python -m benchmarks.consensus ENGINE STOP FILE` is one fit.
"""

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from workbench.settings import REPOSITORY, Workspace
from workbench.stats.arrays import Floats, Ints
from workbench.stats.consensus import Labels, Prior, dawid_skene

ITEMS, OVERLAP, REVIEWERS, CLASSES = 333_334, 3, 100, 3
ROUNDS, REPEATS = 20, 3
Fit = Callable[[], Floats]
# What each is told so that it stops there.
STOPS: dict[str, dict[str, dict[str, Any]]] = {
    f"{ROUNDS} rounds each": {
        "ours": {"tolerance": 0.0, "rounds": ROUNDS},
        "crowd-kit": {"tol": -np.inf, "n_iter": ROUNDS},
    },
    "each by its own rule": {"ours": {}, "crowd-kit": {}},
}


def consensus(workspace: Workspace) -> None:
    file = workspace.home.parent / "labels.npy"
    np.save(file, _drawn())
    print("| a million labels | ours, s | crowd-kit, s | ratio | ours, MiB | crowd-kit, MiB"
          " | posteriors differ by |")  # fmt: skip
    print("|---|---|---|---|---|---|---|")
    for stop in STOPS:
        turns = [(_fit("ours", stop, file), _fit("crowd-kit", stop, file)) for _ in range(REPEATS)]
        ours, theirs = zip(*turns, strict=True)
        apart = np.abs(np.load(_posterior("ours", file)) - np.load(_posterior("crowd-kit", file)))
        seconds = [statistics.median(run["seconds"] for run in runs) for runs in (ours, theirs)]
        mib = [statistics.median(run["mib"] for run in runs) for runs in (ours, theirs)]
        print(f"| {stop} | {seconds[0]:.2f} | {seconds[1]:.2f} | {seconds[1] / seconds[0]:.1f}"
              f" | {mib[0]:.0f} | {mib[1]:.0f} | {apart.max():.1g} |", flush=True)  # fmt: skip


def _drawn() -> Ints:
    """Items, reviewers, labels: three reviewers an item, right 14 to 19 times in twenty."""
    draw = np.random.default_rng(0)
    truth = draw.integers(0, CLASSES, (ITEMS, 1))
    apart = draw.integers(1, REVIEWERS // OVERLAP, (ITEMS, OVERLAP)).cumsum(axis=1)
    reviewers = (draw.integers(0, REVIEWERS, (ITEMS, 1)) + apart) % REVIEWERS
    right = draw.random(reviewers.shape) < draw.uniform(0.7, 0.95, REVIEWERS)[reviewers]
    wrong = (truth + draw.integers(1, CLASSES, reviewers.shape)) % CLASSES
    items = np.repeat(np.arange(ITEMS), OVERLAP)
    return np.stack([items, reviewers.ravel(), np.where(right, truth, wrong).ravel()])


def _fit(engine: str, stop: str, file: Path) -> dict[str, float]:
    """Seconds of one fit in a process of its own, and the MiB that it added at its peak."""
    command = [sys.executable, "-m", "benchmarks.consensus", engine, stop, str(file)]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=True)
    measured: dict[str, float] = json.loads(done.stdout)
    return measured


def _posterior(engine: str, file: Path) -> Path:
    return file.with_name(f"{engine}.npy")


def _ours(rows: Ints, options: dict[str, Any]) -> Fit:
    items, reviewers, labels = rows
    given = Labels(items, reviewers, labels, CLASSES, np.full(ITEMS, -1))
    return lambda: dawid_skene(given, Prior(votes=0), **options).posterior


def _crowd_kit(rows: Ints, options: dict[str, Any]) -> Fit:
    from crowdkit.aggregation.classification.dawid_skene import DawidSkene

    frame = pd.DataFrame(dict(zip(("task", "worker", "label"), rows, strict=True)))
    model = DawidSkene(**options)
    return lambda: model.fit_predict_proba(frame)[list(range(CLASSES))].to_numpy()


ENGINES = {"ours": _ours, "crowd-kit": _crowd_kit}


def measure(engine: str, stop: str, file: Path) -> None:
    """One fit, told on standard output; its posterior goes beside the labels."""
    fit = ENGINES[engine](np.load(file), STOPS[stop][engine])
    held, began = resident("VmRSS"), time.perf_counter()
    posterior = fit()
    seconds = time.perf_counter() - began
    print(json.dumps({"seconds": seconds, "mib": resident("VmHWM") - held}))
    np.save(_posterior(engine, file), posterior)


def resident(name: str) -> float:
    """A line of the kernel's account of this process."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(name))


if __name__ == "__main__":
    measure(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
