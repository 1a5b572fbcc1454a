"""Judging over HTTP: latencies where the client sees them, and then a look into the database.

Every acknowledged judgement is there once, and no comparison has more than it wanted; judging on
and on stays as fast as it was, and a kill under load loses nothing.
"""

import asyncio
import json
import statistics
import time
import uuid
from dataclasses import dataclass, field, fields
from datetime import timedelta
from typing import Any

from benchmarks import desks
from workbench.clock import utc_now
from workbench.settings import Workspace
from workbench.store import Store, leases
from workbench.store.database import many, value

API = "/api/v1"


class Connection:
    """One keep-alive HTTP/1.1 connection: as little client as possible beside the server."""

    def __init__(self, port: int, key: str = ""):
        self.port, self.key = port, key

    async def open(self) -> "Connection":
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
        return self

    async def call(self, method: str, path: str, body: Any = None) -> tuple[int, bytes]:
        data = b"" if body is None else json.dumps(body).encode()
        head = (
            f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {self.key}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(data)}\r\n\r\n"
        )
        self.writer.write(head.encode() + data)
        answer = (await self.reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = int(answer.split("content-length:")[1].split("\r\n")[0])
        return int(answer.split()[1]), await self.reader.readexactly(length)


@dataclass
class Log:
    """Milliseconds of each call, and what was acknowledged."""

    claims: list[float] = field(default_factory=list)
    submissions: list[float] = field(default_factory=list)
    acknowledged: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    surplus: int = 0
    seconds: float = 0.0

    def __add__(self, later: "Log") -> "Log":
        return Log(*(getattr(self, f.name) + getattr(later, f.name) for f in fields(Log)))


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


async def judge(connection: Connection, slug: str, count: int, log: Log) -> None:
    """Claim one and submit it, so many times; a lost connection ends it."""
    try:
        for _ in range(count):
            began = time.perf_counter()
            status, said = await connection.call(
                "POST", f"{API}/projects/{slug}/claim", {"count": 1}
            )
            log.claims.append(1000 * (time.perf_counter() - began))
            if status != 200:
                log.errors.append(str(said))
                return
            items = json.loads(said)["items"]
            if not items:
                return
            await submit(connection, items[0]["id"], log)
    except (OSError, asyncio.IncompleteReadError):
        return


async def submit(connection: Connection, item_id: str, log: Log) -> None:
    body = {"submission_id": str(uuid.uuid4()), "item_id": item_id, "preference": 1,
            "ratings": {"1": {"faithful": 2}, "2": {"faithful": 1}}, "seconds": 3.0}  # fmt: skip
    began = time.perf_counter()
    status, said = await connection.call("POST", f"{API}/judgements", body)
    log.submissions.append(1000 * (time.perf_counter() - began))
    if status == 200:
        log.surplus += json.loads(said)["surplus"]
        log.acknowledged.append(str(body["submission_id"]))
    else:
        log.errors.append(str(said))


async def crowd(ports: list[int], keys: list[str], slug: str, judgements: int) -> Log:
    """All keys at once, spread over the ports, `judgements` in all."""
    log = Log()
    opened = [await Connection(ports[i % len(ports)], key).open() for i, key in enumerate(keys)]
    share = -(-judgements // len(keys))
    began = time.perf_counter()
    await asyncio.gather(*(judge(connection, slug, share, log) for connection in opened))
    log.seconds = time.perf_counter() - began
    return log


def faults(store: Store, log: Log) -> list[str]:
    """What went wrong, by the database's own account; empty where nothing did."""
    with store.read() as db:
        stored = [row["submission_id"] for row in many(db, "SELECT submission_id FROM judgements")]
        over = value(db, "SELECT count(*) FROM comparisons WHERE counted > wanted")
    lost = len(set(log.acknowledged) - set(stored))
    doubled = len(stored) - len(set(stored))
    named = {"errors": len(log.errors), "lost": lost, "doubled": doubled, "over overlap": over}
    return [f"{count} {what}" for what, count in named.items() if count]


def growth(workspace: Workspace, judgements: int = 10_000) -> None:
    """One person judges on and on, at an overlap that leaves everything open for others."""
    store = Store(workspace)
    desks.project(store, "growth", judgements + 500, overlap=3)
    [key] = desks.keys(store, 1)
    with desks.served(workspace) as server:
        log = asyncio.run(crowd([server.port], [key], "growth", judgements))
    for name, taken in (("submit", log.submissions), ("claim", log.claims)):
        early, late = statistics.median(taken[100:600]), statistics.median(taken[-500:])
        print(f"{name}: p50 of judgements 100–600 {early:.2f} ms, of the last 500 {late:.2f} ms:"
              f" × {late / early:.2f}")  # fmt: skip


def killed(workspace: Workspace, enough: int = 1_000) -> None:
    """kill -9 under load; then what was acknowledged, and what hangs in a lease."""
    store = Store(workspace)
    desks.project(store, "killed", 4_000, overlap=1)
    people = desks.keys(store, 8)
    with desks.served(workspace) as server:
        log = asyncio.run(_kill_under_load(server, people, enough))
    wrong = ", ".join(faults(store, log)) or "none"
    later = utc_now() + timedelta(minutes=31)
    store.write(lambda db: leases.expire(db, later))
    with store.read() as db:
        stuck = value(db, "SELECT count(*) FROM leases WHERE status = 'held'")
        off = value(db, "SELECT count(*) FROM comparisons WHERE kind <> 'gold'"
                    " AND open_slots <> wanted - counted")  # fmt: skip
    print(f"kill -9 after {len(log.acknowledged)} acknowledged: faults {wrong};"
          f" {stuck} leases held and {off} slots missing after their time")  # fmt: skip


async def _kill_under_load(server: desks.Server, people: list[str], enough: int) -> Log:
    log = Log()
    opened = [await Connection(server.port, key).open() for key in people]
    work = [asyncio.create_task(judge(one, "killed", 4_000, log)) for one in opened]
    while len(log.acknowledged) < enough:
        await asyncio.sleep(0.005)
    server.kill()
    await asyncio.gather(*work)
    return log
