"""Crowds over HTTP: alone beside the floor, 8 and 50 at once, in two processes, and in company.

The floor, a route that does nothing and one durable INSERT, is measured between blocks of
judgements: on a shared machine a floor of another minute is no floor.
"""

import asyncio
import statistics
import subprocess
import time
import uuid
from dataclasses import dataclass
from datetime import timedelta

from benchmarks import company, desks
from benchmarks.http_desk import Connection, Log, crowd, faults, judge, percentile
from workbench import signing_in
from workbench.clock import utc_now
from workbench.settings import Workspace
from workbench.store import Store, reviewers

BLOCK = 25
IMPORTED = 100_000


@dataclass(frozen=True)
class Bench:
    """Where the crowd judges: the app's ports, a server that does nothing, people's keys."""

    store: Store
    ports: list[int]
    idle_port: int
    keys: list[str]


def crowds(workspace: Workspace, judgements: int = 2_000) -> None:
    """1, 8 and 50 clients at overlap 1 and 3; then two processes on one file; then company."""
    store = Store(workspace)
    for overlap in (1, 3):
        desks.project(store, f"overlap-{overlap}", 20_000, overlap)
    desks.project(store, "company", 20_000, overlap=8)
    desks.project(store, "imported", 1, 1)
    with desks.served(workspace) as one, desks.served(workspace) as two, desks.floor() as idle:
        bench = Bench(store, [one.port, two.port], idle, desks.keys(store, 50))
        print("| clients | overlap | submit p50, ms | p95 | 2 × clients × p50 alone | longest"
              " | claim p50 | judgements/s | faults |")  # fmt: skip
        print("|---|---|---|---|---|---|---|---|---|")
        for overlap in (1, 3):
            _overlap(bench, overlap, judgements)
        _in_company(bench, one.url, judgements)


def _overlap(bench: Bench, overlap: int, judgements: int) -> None:
    slug = f"overlap-{overlap}"
    log, floor = asyncio.run(_alone(bench, slug, judgements))
    alone = statistics.median(log.submissions)
    _show(bench, 1, "", overlap, log, alone)
    for clients, ports in ((8, 1), (50, 1), (50, 2)):
        work = crowd(bench.ports[:ports], bench.keys[:clients], slug, judgements)
        beside = ", two processes" if ports == 2 else ""
        _show(bench, clients, beside, overlap, asyncio.run(work), alone)
    print(f"\nalone, overlap {overlap}: {alone:.2f} ms beside a floor of {floor:.2f} ms:"
          f" × {alone / floor:.2f}\n", flush=True)  # fmt: skip


async def _alone(bench: Bench, slug: str, judgements: int) -> tuple[Log, float]:
    """One client, and the floor in milliseconds, in turns of a block each."""
    client = await Connection(bench.ports[0], bench.keys[0]).open()
    idle = await Connection(bench.idle_port).open()
    log, noop, commits = Log(), list[float](), list[float]()
    with desks.bare_commits(bench.store.workspace.home.parent / "floor") as commit:
        for _ in range(judgements // BLOCK):
            began = time.perf_counter()
            await judge(client, slug, BLOCK, log)
            log.seconds += time.perf_counter() - began
            noop += await _noop_ms(idle, BLOCK)
            commits += [commit() for _ in range(BLOCK)]
    return log, statistics.median(noop) + statistics.median(commits)


async def _noop_ms(idle: Connection, times: int) -> list[float]:
    taken = []
    body = {"submission_id": str(uuid.uuid4()), "item_id": "x" * 22, "preference": 1}
    for _ in range(times):
        began = time.perf_counter()
        await idle.call("POST", "/noop", body)
        taken.append(1000 * (time.perf_counter() - began))
    return taken


def _in_company(bench: Bench, url: str, judgements: int) -> None:
    """Eight people judge while a file is imported, and while somebody looks at figures."""
    workspace, keys = bench.store.workspace, bench.keys[:8]
    alone = statistics.median(
        asyncio.run(crowd(bench.ports[:1], keys[:1], "company", 200)).submissions
    )
    with company.importing(workspace, "imported", IMPORTED) as process:
        log = asyncio.run(_while_running(process, bench.ports[:1], keys, judgements))
        if process.returncode:
            raise RuntimeError("The import failed.")
    _show(bench, 8, f", an import of {IMPORTED} rows", 8, log, alone)
    owner = bench.store.write(lambda db: signing_in.ensure_owner(db, utc_now()))
    until = utc_now() + timedelta(days=1)
    link = bench.store.write(lambda db: reviewers.issue(db, utc_now(), owner.id, "link", until))
    with company.looking(workspace, url, link, "Company"):
        log = asyncio.run(crowd(bench.ports[:1], keys, "company", judgements))
    _show(bench, 8, ", a browser on figures", 8, log, alone)


async def _while_running(
    process: "subprocess.Popen[str]", ports: list[int], keys: list[str], at_least: int
) -> Log:
    whole = Log()
    while process.poll() is None or len(whole.submissions) < at_least:
        part = await crowd(ports, keys, "company", BLOCK * len(keys))
        whole = whole + part
    return whole


def _show(bench: Bench, clients: int, beside: str, overlap: int, log: Log, alone: float) -> None:
    p50, p95 = statistics.median(log.submissions), percentile(log.submissions, 0.95)
    limit = 2 * clients * alone
    longest = max(*log.submissions, *log.claims)
    wrong = ", ".join(faults(bench.store, log)) or "none"
    claim = statistics.median(log.claims)
    rate = len(log.submissions) / log.seconds
    print(f"| {clients}{beside} | {overlap} | {p50:.2f} | {p95:.1f} | {limit:.1f} | {longest:.0f} |"
          f" {claim:.2f} | {rate:.0f} | {wrong} |", flush=True)  # fmt: skip
