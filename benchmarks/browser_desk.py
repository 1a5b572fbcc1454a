"""The deck in a real browser beside its floor: a bare page that swaps two texts of the same length,
an empty `fetch` to a route that does nothing, and one durable commit.
"""

import shutil
import statistics
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, sync_playwright

from benchmarks import desks
from benchmarks.http_desk import percentile
from workbench.settings import Workspace
from workbench.store import Store

CHROMIUM: dict[str, Any] = {
    "executable_path": shutil.which("chromium"),
    "args": [
        "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync",
    ],
}  # fmt: skip

# From the press of a key to the frame after the one that shows the next item: in the page itself,
# for the deck and for the bare page alike.
WATCH = """(element) => {
    window.painted = [];
    let pressed = 0;
    addEventListener("keydown", (event) => (pressed = event.timeStamp), true);
    new MutationObserver(() => {
        const began = pressed;
        requestAnimationFrame(() => {
            const { port1, port2 } = new MessageChannel();
            port1.onmessage = () => window.painted.push(performance.now() - began);
            port2.postMessage(null);
        });
    }).observe(element, { attributes: true, attributeFilter: ["data-item-id"] });
}"""
ACKNOWLEDGED = """() => {
    window.acknowledged = [];
    let pressed = 0;
    addEventListener("keydown", (event) => (pressed = event.timeStamp), true);
    new PerformanceObserver((list) => {
        const ours = list.getEntries().filter(({ name }) => name.endsWith("/judgements"));
        window.acknowledged.push(...ours.map(({ responseEnd }) => responseEnd - pressed));
    }).observe({ type: "resource" });
}"""
BARE = f"""<main><div data-item-id="0"><p></p><p></p></div></main><script>
const item = document.querySelector("[data-item-id]"), [a, b] = item.children;
let at = 0;
addEventListener("keydown", () => {{
    at += 1;
    a.textContent = {desks.WORDS!r} + at; b.textContent = {desks.WORDS!r} + -at;
    item.dataset.itemId = at;
}});
</script>"""
EMPTY_FETCH = """async () => {
    const began = performance.now();
    await (await fetch("/_stcore/health")).text();
    return performance.now() - began;
}"""
# Scrolls both answers for a while; how many frames there were, at rest and on the move.
FRAMES = """(scroll) => new Promise((done) => {
    const host = [...document.querySelectorAll("*")].find((e) => e.shadowRoot
        ?.querySelector("[data-testid=deck-item]"));
    const boxes = (host?.shadowRoot ?? document).querySelectorAll(".scroll");
    const began = performance.now();
    let frames = 0;
    requestAnimationFrame(function step() {
        frames += 1;
        if (scroll) for (const box of boxes) box.scrollTop += 60;
        if (performance.now() - began < 3000) requestAnimationFrame(step);
        else done(frames);
    });
})"""


def typing(workspace: Workspace, judgements: int = 200) -> None:
    """Key to the next item painted, and to the durable acknowledgement."""
    store = Store(workspace)
    desks.project(store, "typing", 20_000, overlap=1)
    with desks.served(workspace) as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(**CHROMIUM)
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.goto(f"{server.url}/review")
        with desks.bare_commits(workspace.home.parent / "floor") as commit:
            painted, acknowledged, least = _judge(page, judgements, commit)
        bare = _swap(browser.new_page(viewport={"width": 1280, "height": 900}), judgements)
        browser.close()
    print("| key to … | p50, ms | p95, ms | floor p50 | floor p95 | ratios |")
    print("|---|---|---|---|---|---|")
    _show("next item painted", painted, bare)
    _show("durable acknowledgement", acknowledged, least)


def _show(what: str, ours: list[float], floor: list[float]) -> None:
    mine = statistics.median(ours), percentile(ours, 0.95)
    least = statistics.median(floor), percentile(floor, 0.95)
    ratios = f"{mine[0] / least[0]:.2f}, {mine[1] / least[1]:.2f}"
    cells = " | ".join(f"{number:.1f}" for number in (*mine, *least))
    print(f"| {what} | {cells} | {ratios} |", flush=True)


def _judge(
    page: Page, judgements: int, commit: Callable[[], float]
) -> tuple[list[float], list[float], list[float]]:
    """What each judgement took to paint and to be acknowledged, and after each of them the least
    that an acknowledgement can take: a page and a server that did nothing yet are slower.
    """
    least = []
    item = page.locator("[data-testid=deck-item][data-ready]")
    item.wait_for()
    page.locator("[data-testid=deck-item]").evaluate(WATCH)
    page.evaluate(ACKNOWLEDGED)
    for at in range(judgements):
        item.wait_for()
        page.keyboard.press("2")
        page.keyboard.press("Enter")
        page.wait_for_function("(n) => window.painted.length > n", arg=at)
        page.wait_for_function("(n) => window.acknowledged.length > n", arg=at)
        least.append(page.evaluate(EMPTY_FETCH) + commit())
    return _numbers(page, "painted"), _numbers(page, "acknowledged"), least


def _swap(page: Page, times: int) -> list[float]:
    page.set_content(BARE)
    page.locator("[data-item-id]").evaluate(WATCH)
    for at in range(times):
        page.keyboard.press("2")
        page.wait_for_function("(n) => window.painted.length > n", arg=at)
    return _numbers(page, "painted")


def _numbers(page: Page, name: str) -> list[float]:
    found: Any = page.evaluate(f"window.{name}")
    return [float(number) for number in found]


def scrolling(workspace: Workspace) -> None:
    """Frames while two answers of 50,000 characters scroll, beside the page at rest."""
    store = Store(workspace)
    desks.long_answers(store, "long", 50_000)
    with desks.served(workspace) as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(**CHROMIUM)
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.goto(f"{server.url}/review")
        page.locator("[data-testid=deck-item][data-ready]").wait_for()
        still, moving = page.evaluate(FRAMES, False), page.evaluate(FRAMES, True)
        page.keyboard.press("m")
        plain = page.evaluate(FRAMES, True)
        browser.close()
    print(f"frames in 3 s: {still} at rest, {moving} scrolling Markdown ({moving / still:.2f}),"
          f" {plain} scrolling plain text ({plain / still:.2f})")  # fmt: skip
