"""A question on an item, from the desk to the guidelines, between two people's browsers."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import App
from tests.browser.test_deck import PAIR, fill, ready
from workbench.store import projects
from workbench.store.database import many

HOSTILE = "Is **this** <b>bold</b> ![x](http://evil.example/x.png) :red[red], @Lea?"


@pytest.fixture
def desk(app: App) -> App:
    fill(app.store(), "quick")
    return app


def person(app: App, name: str, role: str) -> str:
    """Add somebody; their sign-in link's secret."""
    said = app.shell("reviewers", "add", name, "--role", role)
    return re.findall(r"/sign-in#(\S+)", said)[0]


@pytest.fixture
def windows(desk: App, browser: Browser) -> Iterator[tuple[Page, Page]]:
    """Ann's browser, a reviewer's, and Lea's, a lead's, both signed in."""
    links = [person(desk, "Ann", "reviewer"), person(desk, "Lea", "lead")]
    desk.start()
    contexts = [browser.new_context(viewport={"width": 1280, "height": 900}) for _ in links]
    opened = []
    for context, link in zip(contexts, links, strict=True):
        page = context.new_page()
        page.set_default_timeout(30_000)
        page.goto(f"{desk.url}/sign-in#{link}")
        page.get_by_role("button", name="Sign in").click()
        page.get_by_role("link", name="Review", exact=True).wait_for()
        opened.append(page)
    yield opened[0], opened[1]
    for context in contexts:
        context.close()


def ask(page: Page, desk: App, words: str) -> None:
    page.goto(f"{desk.url}/review")
    ready(page)
    page.keyboard.press("f")
    page.get_by_test_id("flag-words").fill(words)
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("save-state")).to_have_text("All saved")


def main(page: Page) -> Any:
    return page.get_by_test_id("stMain")


def test_a_flag_becomes_an_example_in_the_guidelines(desk: App, windows: tuple[Page, Page]) -> None:
    ann, lea = windows
    asked: list[str] = []
    lea.on("request", lambda request: asked.append(request.url))
    ask(ann, desk, HOSTILE)

    lea.goto(desk.url)
    expect(main(lea).get_by_text("Ann mentioned you in a discussion")).to_be_visible()
    lea.get_by_role("button", name="Read it").click()
    expect(lea).to_have_url(re.compile(r"thread=1"))
    expect(main(lea).get_by_text(HOSTILE)).to_be_visible()
    expect(main(lea).get_by_text(PAIR["b"])).to_be_visible()
    box = lea.get_by_test_id("stChatInputTextArea")
    box.fill("The year alone is enough, @Ann.")
    box.press("Enter")
    expect(main(lea).get_by_text("The year alone is enough, @Ann.")).to_be_visible()

    ann.goto(lea.url)  # a link that was handed on
    expect(main(ann).get_by_text("The year alone is enough, @Ann.")).to_be_visible()
    expect(ann.get_by_role("button", name="Resolve")).to_have_count(0)

    lea.get_by_role("button", name="Resolve").click()
    expect(main(lea).get_by_text("Resolved by Lea.")).to_be_visible()
    lea.get_by_role("button", name="Make it an example in the guidelines").click()
    draft = lea.get_by_label("What reviewers will read (Markdown)")
    expect(draft).to_have_value(re.compile(r"\*\*Conclusion\.\*\* The year alone is enough"))
    draft.fill("**Conclusion.** The year alone is enough.")
    lea.get_by_role("button", name="Add to the guidelines").click()
    expect(lea.get_by_text("It is in version 2 of the guidelines")).to_be_visible()

    with desk.store().read() as db:
        project = projects.get(db, "quick")
        unseen = many(db, "SELECT * FROM mentions WHERE seen_at IS NULL")
    assert project.guidelines_version == 2
    assert project.guidelines.endswith("## Examples\n\n**Conclusion.** The year alone is enough.\n")
    assert unseen == []
    assert [url for url in asked if "evil" in url] == []


def test_a_discussion_is_found_in_the_list_and_its_way_back(
    desk: App, windows: tuple[Page, Page]
) -> None:
    ann, _ = windows
    for words in ("Is it?", HOSTILE):
        ask(ann, desk, words)
    ann.get_by_role("link", name="Discussions").click()
    expect(main(ann).get_by_text("Is it?", exact=True)).to_be_visible()
    expect(main(ann).get_by_text(f"last Ann: {HOSTILE}")).to_be_visible()
    ann.get_by_role("button", name="Read", exact=True).click()
    expect(ann).to_have_url(re.compile(r"thread=1"))
    ann.get_by_role("button", name="All discussions").click()
    expect(ann).not_to_have_url(re.compile(r"thread=1"))
    main(ann).get_by_text("Resolved").click()
    expect(main(ann).get_by_text("Nothing was resolved yet.")).to_be_visible()


def test_a_link_to_a_discussion_of_others_says_why_not(
    desk: App, windows: tuple[Page, Page]
) -> None:
    ann, lea = windows
    ask(lea, desk, "Is it?")
    for number, said in ((1, "an item that you were never given"), (77, "no discussion number 77")):
        ann.goto(f"{desk.url}/discussions?thread={number}")
        expect(main(ann).get_by_text(said)).to_be_visible()
    ann.goto(f"{desk.url}/discussions?thread={'9' * 30}")
    expect(main(ann).get_by_text("Press f on an item")).to_be_visible()
