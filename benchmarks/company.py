"""What else goes on in a workspace while people judge: a large import, screens of figures.

`python -m benchmarks.company URL LINK PROJECT` refreshes such screens until it is stopped.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import cycle

from playwright.sync_api import Page, sync_playwright

from benchmarks.browser_desk import CHROMIUM
from benchmarks.desks import environment
from workbench.settings import REPOSITORY, Workspace

SCREENS = ("", "rounds", "export")


@contextmanager
def importing(workspace: Workspace, slug: str, rows: int) -> Iterator["subprocess.Popen[str]"]:
    """A process that imports so many prompts into the project."""
    file = workspace.home / "rows.jsonl"
    with file.open("w") as lines:
        for i in range(rows):
            prompt = f"Question {i * 7919:x} {i * 104729:x} of so many: what of {i * 15485863:x}?"
            lines.write(json.dumps({"prompt": prompt}) + "\n")
    command = ["-m", "workbench", "import", "prompts", str(file), "--project", slug]
    with _beside(command, workspace) as process:
        yield process


@contextmanager
def looking(
    workspace: Workspace, url: str, link: str, title: str
) -> Iterator["subprocess.Popen[str]"]:
    """A browser that has a screen of figures reckoned anew every second."""
    with _beside(["-m", "benchmarks.company", url, link, title], workspace) as process:
        assert process.stdout
        if not process.stdout.readline():
            raise RuntimeError("The browser could not look at the screens.")
        yield process


@contextmanager
def _beside(command: list[str], workspace: Workspace) -> Iterator["subprocess.Popen[str]"]:
    process = subprocess.Popen(
        [sys.executable, *command], cwd=REPOSITORY, env=environment(workspace),
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def look(url: str, link: str, title: str) -> None:
    """Sign in, open the screens, and reckon one of them anew every second."""
    with sync_playwright() as playwright:
        context = playwright.chromium.launch(**CHROMIUM).new_context()
        page = context.new_page()
        page.goto(f"{url}/sign-in#{link}")
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(f"{url}/")
        tabs = {screen: context.new_page() for screen in SCREENS}
        for screen, tab in tabs.items():
            tab.goto(f"{url}/{screen}?project={title}")
            _stands(tab)
        for screen, tab in cycle(tabs.items()):
            tab.keyboard.press("r")  # Streamlit's key for "run again"
            tab.wait_for_timeout(1_000)
            _stands(tab)
            print(f"looked at {screen or 'home'}", flush=True)


def _stands(tab: Page) -> None:
    tab.get_by_role("heading", level=1).wait_for()
    tab.locator("[data-test-script-state=notRunning]").wait_for()


if __name__ == "__main__":
    look(*sys.argv[1:])
