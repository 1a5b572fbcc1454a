"""Every screen of an empty project, opened by a link of its own: no error, and a way on."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import App

WAYS_ON = {
    "home": "Bring in prompts",
    "import_data": "An example",
    "generate": "Bring in prompts",
    "playground": "Ask 1 variant",
    "review": "Bring in prompts",
    "discussions": "Press f on an item",
    "adjudicate": "Nothing waits for a second look",
    "quality": "Nobody has judged anything",
    "compare": "No variant has answered yet",
    "judges": "There are no checks yet",
    "reviewers": "Nobody has judged anything",
    "export": "Judge some",
    "train": "Freeze a version",
    "rounds": "Bring in prompts",
    "settings": "Save",
}


@pytest.fixture
def empty(app: App) -> App:
    app.shell("projects", "create", "quiet", "--title", "Quiet", "--rubric", "helpfulness")
    app.shell("projects", "create", "other", "--title", "Other")
    return app.start()


def test_each_screen_of_an_empty_project_says_what_to_do_next(empty: App, page: Page) -> None:
    for name, way_on in WAYS_ON.items():
        path = "" if name == "home" else name
        page.goto(f"{empty.url}/{path}?project=Other")
        expect(page.get_by_text(way_on).first).to_be_visible()
        expect(page.get_by_test_id("stException")).to_have_count(0)


def test_no_screen_asks_another_host(empty: App, page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for name in WAYS_ON:
        page.goto(f"{empty.url}/{'' if name == 'home' else name}")
        page.get_by_role("heading").first.wait_for()
    assert [url for url in asked if not url.startswith((empty.url, "data:", "blob:"))] == []


def test_a_way_on_keeps_the_project_of_the_address(empty: App, page: Page) -> None:
    page.goto(f"{empty.url}/?project=Other")
    page.get_by_role("button", name="Bring in prompts").click()
    expect(page.get_by_role("heading", name="Import")).to_be_visible()
    expect(page.get_by_test_id("stSidebar").get_by_role("combobox")).to_have_value("Other")
    expect(page).to_have_url(re.compile("project=Other"))


def test_the_schema_of_the_api_is_a_click_away(empty: App, page: Page) -> None:
    page.goto(f"{empty.url}/settings")
    page.get_by_role("tab", name="Reviewers").click()
    with page.expect_popup() as opened:
        page.get_by_role("link", name="the HTTP API's schema").click()
    expect(opened.value.locator("body")).to_contain_text("/judgements")


def test_projects_of_one_title_are_told_apart(empty: App, page: Page) -> None:
    empty.shell("projects", "create", "twin", "--title", "Quiet")
    page.goto(f"{empty.url}/settings?project=Quiet+(twin)")
    chosen = page.get_by_test_id("stSidebar").get_by_role("combobox")
    expect(chosen).to_have_value("Quiet (twin)")


def test_a_new_project_is_chosen_and_leads_to_its_import(empty: App, page: Page) -> None:
    page.goto(f"{empty.url}/settings")
    page.get_by_role("tab", name="New project").click()
    page.get_by_label("Title").fill("Café support — Q3")
    page.get_by_role("button", name="Make the project").click()
    expect(page.get_by_role("heading", name="Import")).to_be_visible()
    expect(page).to_have_url(re.compile("project=Caf"))
