"""A million judged pairs exported: time and memory beside the fastest plain ways to write the same
rows, and what reviewers feel of it meanwhile.

Each way has a process of its own (`plain_exports`), in turns, so that a busy minute meets all.
"""

import asyncio
import json
import shutil
import statistics
import subprocess
import sys
from pathlib import Path

from benchmarks import desks
from benchmarks.http_desk import Log, crowd, faults, percentile
from benchmarks.plain_exports import WAYS, Took
from tests.many_pairs import build
from workbench import exporting, jobs
from workbench.exporting import Filters
from workbench.records import Job, Project
from workbench.settings import REPOSITORY, Workspace
from workbench.store import Store
from workbench.store import jobs as rows

PAIRS, REPEATS = 1_000_000, 3
MOST, MOST_MIB = 1.5, 300
ALONE, BLOCK = 1_000, 25  # judgements before the export, and of each client between two looks at it
Turn = dict[str, dict[str, Took]]


def exports(workspace: Workspace) -> None:
    store = Store(workspace)
    project = build(store, PAIRS)
    beside_plain(workspace)
    meanwhile(store, project)


def beside_plain(workspace: Workspace, repeats: int = REPEATS) -> None:
    turns = [{way: _measured(way, workspace) for way in WAYS} for _ in range(repeats)]
    print("| what | wall, s | CPU, s | peak, MiB |\n|---|---|---|---|")
    for way in WAYS:
        for step in turns[0][way]:
            figures = (f"{_median(turns, way, step, unit):.1f}" for unit in ("wall", "cpu", "mib"))
            print(f"| {way}: {step} | {' | '.join(figures)} |")
    print(f"\nTimes the plain way, wall / CPU (at most {MOST}; memory at most {MOST_MIB} MiB):")
    for name, step, since, way in (
        ("JSON lines with consensus, lineage and hash", "_write_lines", None, "jsonl"),
        ("the same without the consensus", "_write_lines", "collect", "jsonl"),
        ("Parquet", "to_parquet", "_write_lines", "parquet"),
        ("Parquet, beside texts that are left as they are", "to_parquet", "_write_lines",
         "parquet-text"),
    ):  # fmt: skip
        ratios = [_ratio(turns, step, since, way, unit) for unit in ("wall", "cpu")]
        print(f"- {name}: × {ratios[0]:.2f} / {ratios[1]:.2f}", flush=True)


def _measured(way: str, workspace: Workspace) -> dict[str, Took]:
    target = workspace.home.parent / f"exported-{way}"
    command = [sys.executable, "-m", "benchmarks.plain_exports", way, str(workspace.home),
               str(target)]  # fmt: skip
    environment = desks.environment(workspace) | jobs.MEMORY
    done = subprocess.run(
        command, cwd=REPOSITORY, env=environment, capture_output=True, text=True, check=True
    )
    _remove(target)
    found: dict[str, Took] = json.loads(done.stdout)
    return found


def _remove(target: Path) -> None:
    if target.is_dir():
        shutil.rmtree(target)
    else:
        target.unlink()


def _median(turns: list[Turn], way: str, step: str, unit: str) -> float:
    return statistics.median(turn[way][step][unit] for turn in turns)


def _ratio(turns: list[Turn], step: str, since: str | None, way: str, unit: str) -> float:
    """Of each turn by itself: what an export took from one step to another beside the plain way."""
    return statistics.median(
        (turn["ours"][step][unit] - (turn["ours"][since][unit] if since else 0.0))
        / turn[way]["whole"][unit]
        for turn in turns
    )


def meanwhile(store: Store, project: Project) -> None:
    """One client, then eight: alone, and while the app's job exports all of it."""
    desks.project(store, "company", 20_000, overlap=8)
    keys = desks.keys(store, 8)
    print("\n| clients | beside | submit p50, ms | p95 | longest | faults |")
    print("|---|---|---|---|---|---|")
    with desks.served(store.workspace) as server:
        for clients in (1, 8):
            alone = asyncio.run(crowd([server.port], keys[:clients], "company", ALONE))
            _show(store, clients, "nothing", alone)
            job = exporting.begin(store, project, Filters(), "preference")
            log = asyncio.run(_while_running(store, job, server.port, keys[:clients]))
            _show(store, clients, "an export", log)
            times = percentile(log.submissions, 0.95) / percentile(alone.submissions, 0.95)
            peak = jobs.wait(store, job.id).peak_rss_mb or 0.0
            print(f"\np95 × {times:.2f} meanwhile (at most 2); the job's peak {peak:.0f} MiB\n",
                  flush=True)  # fmt: skip


async def _while_running(store: Store, job: Job, port: int, keys: list[str]) -> Log:
    whole = Log()
    while _unfinished(store, job):
        whole = whole + await crowd([port], keys, "company", BLOCK * len(keys))
    return whole


def _unfinished(store: Store, job: Job) -> bool:
    with store.read() as db:
        return rows.get(db, job.id).status in ("queued", "running")


def _show(store: Store, clients: int, beside: str, log: Log) -> None:
    p50, p95 = statistics.median(log.submissions), percentile(log.submissions, 0.95)
    wrong = ", ".join(faults(store, log)) or "none"
    longest = max(log.submissions)
    print(f"| {clients} | {beside} | {p50:.2f} | {p95:.1f} | {longest:.0f} | {wrong} |", flush=True)
