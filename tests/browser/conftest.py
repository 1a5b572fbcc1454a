"""A real server on a fresh workspace, and a real Chromium that looks at it."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from workbench.settings import REPOSITORY, Workspace
from workbench.store import Store

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
HOW_TO_GET = "apt-get install chromium"
ARGUMENTS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        message = f"Chromium is missing; get it with: {HOW_TO_GET}"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    expect.set_options(timeout=30_000)  # as long as a page's own: the machine runs other tests
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield launched
        launched.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page of a context of its own, whose script errors fail the test."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    opened = context.new_page()
    opened.set_default_timeout(30_000)
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    yield opened
    context.close()
    assert errors == []


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class App:
    """The app as a process of its own, on its own port and workspace."""

    home: Path
    port: int
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        return os.environ | {"WORKBENCH_HOME": str(self.home)}

    def shell(self, *arguments: str) -> str:
        """Run `python -m workbench …` on the app's workspace."""
        done = subprocess.run(
            [sys.executable, "-m", "workbench", *arguments],
            cwd=REPOSITORY, env=self.environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    def start(self) -> "App":
        self.process = subprocess.Popen(
            [sys.executable, "-m", "workbench", "serve", "--port", str(self.port)],
            cwd=REPOSITORY, env=self.environment,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        wait_until(self.is_healthy, 60)
        return self

    def is_healthy(self) -> bool:
        try:
            return urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=2).status == 200
        except OSError:
            return False

    def kill(self) -> None:
        if self.process:
            self.process.kill()
            self.process.wait()

    def store(self) -> Store:
        return Store(Workspace(self.home))


def wait_until(holds: Callable[[], object], seconds: float) -> None:
    """Poll a condition until it holds; fails after the deadline."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, f"not within {seconds} s"
        time.sleep(0.05)


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    """An app whose workspace is empty; call `start` when it is filled."""
    made = App(tmp_path / "workspace", free_port())
    yield made
    made.kill()


def sign_in(app: App, page: Page, name: str, role: str) -> None:
    """Add a person, start the app, and follow their link."""
    said = app.shell("reviewers", "add", name, "--role", role)
    [link, *_] = re.findall(r"/sign-in#(\S+)", said)
    app.start()
    page.goto(f"{app.url}/sign-in#{link}")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("link", name="Review", exact=True).wait_for()
