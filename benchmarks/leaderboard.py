"""A leaderboard of 50 variants and 100,000 votes: the job, reading its report, and the screen in a
real browser. Its floor is a screen of the same app with nothing on it: Discussions, where nobody
has asked anything.
"""

import cProfile
import pstats
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

from benchmarks import arena, desks
from benchmarks.browser_desk import CHROMIUM
from workbench.leaderboard import HUMAN, report
from workbench.settings import Workspace
from workbench.store import Store, projects
from workbench.store.database import Database

SLUG = "arena"
OPENINGS = 7
SHOWN = 0.05  # seconds below which a part of the job is left out
CHART = "[data-testid=stMain] [data-testid=stVegaLiteChart] :is(svg, canvas)"
NOTHING = "text=Nothing is open"
VIEWS = {
    "strengths": "show=strengths", "win rates": "show=wins", "cost and quality": "show=cost",
    "parts": "show=parts", "head to head": "view=pair", "versions": "view=versions",
}  # fmt: skip


def leaderboard(workspace: Workspace) -> None:
    arena.build(workspace, SLUG, arena.Size())
    store = Store(workspace)
    print("| 50 variants, 100,000 votes | s |\n|---|---|")
    print(f"| the job, answers measured for the first time | {_job(store):.2f} |")
    print(f"| the job again | {_job(store):.2f} |")
    print(f"| reading the report | {_reading(store):.3f} |", flush=True)
    _openings(workspace)
    print("\nof the job, profiled:\n")
    for name, seconds in _parts(store).items():
        print(f"- {name}: {seconds:.2f} s")


def _job(store: Store) -> float:
    began = time.perf_counter()
    report.work(store, {"project": SLUG, "kinds": HUMAN}, _silent)
    return time.perf_counter() - began


def _silent(done: int, total: int, note: str) -> None:
    return


def _reading(store: Store) -> float:
    began = time.perf_counter()
    with store.read() as db:
        assert report.latest(db, _project(db))
    return time.perf_counter() - began


def _project(db: Database) -> Any:
    return projects.get(db, SLUG)


def _openings(workspace: Workspace) -> None:
    """Medians in turns: from the link's click, or the address, to the picture on the screen."""
    with desks.served(workspace) as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(**CHROMIUM)
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.goto(server.url)
        clicks = _in_turns(
            lambda: _clicked(page, "Discussions", NOTHING), lambda: _clicked(page, "Compare", CHART)
        )
        addresses = _in_turns(
            lambda: _goto(page, f"{server.url}/discussions", NOTHING),
            lambda: _goto(page, f"{server.url}/compare", CHART),
        )
        for how, (floor, ours) in (("clicked", clicks), ("by its address", addresses)):
            _row(f"floor: an empty screen, {how}", floor)
            _row(f"Compare, {how}: the strengths are drawn", ours)
        for name, more in VIEWS.items():
            address = f"{server.url}/compare?{more}"
            _row(f"{name}, by its address", [_goto(page, address, CHART) for _ in range(3)])
        browser.close()


def _in_turns(*works: Callable[[], float]) -> list[list[float]]:
    for work in works:
        work()
    runs = [[work() for work in works] for _ in range(OPENINGS)]
    return [list(column) for column in zip(*runs, strict=True)]


def _clicked(page: Page, name: str, shown: str) -> float:
    link = page.get_by_test_id("stSidebarNav").get_by_role("link", name=name)
    link.wait_for()
    began = time.perf_counter()
    link.click()
    page.locator(shown).first.wait_for()
    return time.perf_counter() - began


def _goto(page: Page, address: str, shown: str) -> float:
    began = time.perf_counter()
    page.goto(address)
    page.locator(shown).first.wait_for()
    return time.perf_counter() - began


def _row(what: str, seconds: list[float]) -> None:
    least, most = min(seconds), max(seconds)
    middle = statistics.median(seconds)
    print(f"| {what} | {middle:.2f} ({least:.2f}–{most:.2f}) |", flush=True)


def _parts(store: Store) -> dict[str, float]:
    """Seconds in each function that `reckon` calls, by the profiler, the longest first."""
    profile = cProfile.Profile()
    with store.read() as db:
        profile.runcall(report.reckon, db, _project(db), HUMAN, _silent)
    found = {}
    for (file, _, name), (*_, callers) in pstats.Stats(profile).stats.items():  # type: ignore[attr-defined]
        within = sum(times[3] for caller, times in callers.items() if caller[2] == "reckon")
        if within > SHOWN:
            found[f"{Path(file).stem}.{name}"] = within
    return dict(sorted(found.items(), key=lambda one: -one[1]))
