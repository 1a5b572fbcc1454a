"""What a glance or a screen reader meets: contrast, names and roles, and nothing that jumps."""

from collections.abc import Iterator
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.browser.conftest import App
from tests.browser.test_deck import judge, opened, ready, running, select, slot_of

WAYS = ("pairs", "ranks", "single", "uneven")
SHEETS = {"?": "keys", "g": "guidelines", "p": "progress", "s": "skip"}
CONTROLS = ("prompt", "pref-1", "submit")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    yield from running(tmp_path_factory.mktemp("looks") / "workspace", WAYS)


def violations(page: Page) -> list[str]:
    """What axe-core finds against WCAG 2 A and AA and its own good practice."""
    found: list[dict[str, Any]] = Axe().run(page).response["violations"]
    return [f"{rule['id']}: {node['target']}" for rule in found for node in rule["nodes"]]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("way", ["pairs", "ranks", "single"])
def test_each_way_of_judging_passes_an_audit_of_accessibility(
    desk: App, browser: Browser, way: str, scheme: Literal["light", "dark"]
) -> None:
    page = browser.new_context(color_scheme=scheme).new_page()
    opened(desk, page, way)
    assert violations(page) == []
    page.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_tags_corrections_and_sheets_pass_it_too(
    desk: App, browser: Browser, scheme: Literal["light", "dark"]
) -> None:
    page = browser.new_context(color_scheme=scheme).new_page()
    opened(desk, page, "pairs")
    slot = slot_of(page, "heading")
    select(page, slot, "tower", "lamp")
    page.keyboard.press("d")
    page.get_by_test_id(f"edit-{slot}").click()
    page.keyboard.type("More words ")
    assert violations(page) == []
    page.keyboard.press("Escape")
    for key in SHEETS:
        page.locator("[data-testid=deck-item]").focus()
        page.keyboard.press(key)
        page.locator("dialog[open]").wait_for()
        assert violations(page) == [], SHEETS[key]
        page.keyboard.press("Escape")
    page.context.close()


@pytest.mark.parametrize(
    ("width", "stays"),
    [(1280, (*CONTROLS, "answer-1", "answer-2")), (420, CONTROLS)],  # on a phone answers stack
)
def test_nothing_moves_from_one_item_to_the_next(
    desk: App, browser: Browser, width: int, stays: tuple[str, ...]
) -> None:
    """Prompts and answers of the project grow from a line to a page."""
    page = browser.new_context(viewport={"width": width, "height": 900}).new_page()
    opened(desk, page, "uneven")
    places = []
    for _ in range(4):
        places.append({name: page.get_by_test_id(name).bounding_box() for name in stays})
        judge(page, "2", "Enter")
        ready(page)
    assert places == places[:1] * 4
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.context.close()
