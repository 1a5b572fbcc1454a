"""`make bench`: what judging costs beside a floor, and what the loop gains, each in one run.

`python -m benchmarks.run` measures judging; `python -m benchmarks.run --loop` also turns the loop
for three seeds and the control with half of the labels flipped (about ten minutes). Figures of
different machines don't compare; the ratios do.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable
from pathlib import Path

from workbench import demo, importing, judging, queueing
from workbench.clock import utc_now
from workbench.importing.shapes import parse
from workbench.records import Project, Reviewer, Submission
from workbench.settings import ProjectSettings, Workspace
from workbench.store import Database, Store, reviewers

PAIRS = 400
SEEDS = (0, 1, 2)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--loop", action="store_true", help="also turn the loop, three seeds")
    with_loop = parser.parse_args().loop
    with tempfile.TemporaryDirectory() as folder:
        judging_beside_the_floor(Path(folder))
    if with_loop:
        the_loop()


def judging_beside_the_floor(folder: Path) -> None:
    """Claim and submit through the service, beside bare inserts with the same durability."""
    store = Store(Workspace(folder))
    project, person = _desk(store)
    store.start_writer()
    store.write(lambda db: db.execute("CREATE TABLE floor (id TEXT PRIMARY KEY, body TEXT)"))
    floor = _times(lambda: store.write(_insert_only))
    ours = _times(lambda: store.write(lambda db: _judge_next(db, project, person)))
    store.stop_writer()
    print("| one judgement, on disk | median ms | beside the floor |\n|---|---|---|")
    print(f"| one bare INSERT | {floor:.2f} | 1.0 |")
    print(f"| claim the next item and submit a verdict | {ours:.2f} | {ours / floor:.1f} |")


def _desk(store: Store) -> tuple[Project, Reviewer]:
    settings = ProjectSettings(gold_rate=0.0)
    project = demo.create_project(store, utc_now(), "bench", "Bench", settings)
    rows = [
        {"prompt": f"{uuid.UUID(int=i * 7919**9 % 2**128)}", "split": "train",
         "completions": {"a": f"yes {i}", "b": f"no {i}"}}
        for i in range(1, PAIRS + 1)
    ]  # fmt: skip
    importing.add(store, project, [parse(row) for row in rows], utc_now(), kind="completions")
    queueing.fill(store, project, utc_now())
    return project, store.write(lambda db: reviewers.add(db, utc_now(), "bench"))


def _insert_only(db: Database) -> None:
    db.execute("INSERT INTO floor VALUES (?, ?)", (str(uuid.uuid4()), "x" * 200))


def _judge_next(db: Database, project: Project, person: Reviewer) -> None:
    (item,) = judging.claim(db, project, person, "bench", 1, utc_now())
    judging.submit(db, person, Submission(str(uuid.uuid4()), item.id, preference=1), utc_now())


def _times(work: Callable[[], None]) -> float:
    """Median milliseconds of PAIRS runs."""
    taken = []
    for _ in range(PAIRS):
        began = time.perf_counter()
        work()
        taken.append(1000 * (time.perf_counter() - began))
    return statistics.median(taken)


def the_loop() -> None:
    print("\n| run | faithful, T=.9 | greedy | win rate vs round 0 | s | MB |")
    print("|---|---|---|---|---|---|")
    for seed in SEEDS:
        _show(f"seed {seed}", _loop("--seed", str(seed)))
    _show("half of the labels flipped", _loop("--label-noise", "0.5"))


def _loop(*options: str) -> list[dict[str, float]]:
    command = [sys.executable, "-m", "workbench", "loop", "--json", *options]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    rounds: list[dict[str, float]] = json.loads(done.stdout.splitlines()[-1])["rounds"]
    return rounds


def _show(name: str, rounds: list[dict[str, float]]) -> None:
    sampled = " → ".join(f"{100 * r['faithful_sampled']:.1f}" for r in rounds)
    greedy = " → ".join(f"{100 * r['faithful_greedy']:.1f}" for r in rounds)
    last = rounds[-1]
    seconds = sum(r["seconds"] for r in rounds)
    peak = max(r["peak_rss_mb"] for r in rounds)
    won = f"{last['win_rate_vs_first']} {last['win_rate_interval']}"
    print(f"| {name} | {sampled} | {greedy} | {won} | {seconds:.0f} | {peak:.0f} |", flush=True)


if __name__ == "__main__":
    main()
