"""The playground: answers side by side while they come, kept, and put before reviewers."""

import re
import threading
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import App
from tests.faulty_server import FaultyServer, error, faulty_server, fine, slowly
from workbench import demo
from workbench.clock import utc_now
from workbench.generation import known
from workbench.records import Sampling
from workbench.settings import ProjectSettings
from workbench.store.database import many
from workbench.ui.play_link import Choice, to_address

JOB_MS = 90_000


@pytest.fixture
def server() -> Iterator[FaultyServer]:
    with faulty_server() as running:
        yield running


@pytest.fixture
def shop(app: App, server: FaultyServer) -> App:
    store = app.store()
    demo.create_project(store, utc_now(), "shop", "Shop", ProjectSettings(gold_rate=0.0))
    known.add(store, known.endpoint("gpt", server.url, "small"), utc_now())
    return app.start()


def opened(shop: App, page: Page, *choices: Choice) -> Page:
    """By a link that names the variants."""
    page.goto(shop.url)
    address = page.evaluate(
        "pairs => new URLSearchParams(pairs.map(v => ['variant', v])).toString()",
        to_address(list(choices)),
    )
    page.goto(f"{shop.url}/playground?{address}")
    page.get_by_role("button", name=re.compile(r"^Ask \d")).wait_for()
    return page


def ask(page: Page, text: str, number: int) -> None:
    user = page.get_by_role("textbox", name="User text")
    user.fill(text)
    user.press("Control+Enter")
    noun = "variant" if number == 1 else "variants"
    page.get_by_role("button", name=f"Ask {number} {noun}").click()


def gpt(temperature: float) -> Choice:
    return Choice("gpt", sampling=Sampling(temperature, max_tokens=32))


def test_the_button_stands_there_before_a_text_and_asks_what_is_just_written(
    shop: App, server: FaultyServer, page: Page
) -> None:
    server.plays(fine("It is so."))
    opened(shop, page, gpt(0.2))
    button = page.get_by_role("button", name="Ask 1 variant")
    button.click()
    expect(page.get_by_text("Write a user text first.")).to_be_visible()
    page.get_by_role("textbox", name="User text").fill("Is it so?")
    button.click()
    expect(page.get_by_text("It is so.")).to_be_visible()


def test_two_answers_come_side_by_side_and_go_to_review(
    shop: App, server: FaultyServer, page: Page
) -> None:
    """Neither can end before both have begun to be seen."""
    go_on = threading.Event()
    server.plays(slowly(["Half **of", " one**"], go_on), slowly(["Half <b>of", " two</b>"], go_on))
    opened(shop, page, gpt(0.2), gpt(0.9))
    ask(page, "Tell me.", 2)
    expect(page.get_by_text("Half **of", exact=True)).to_be_visible()
    expect(page.get_by_text("Half <b>of", exact=True)).to_be_visible()
    go_on.set()
    expect(page.get_by_text("Half **of one**")).to_be_visible()
    expect(page.get_by_text("Half <b>of two</b>")).to_be_visible()
    expect(page.get_by_text(re.compile("First word after .* 11 tokens in, 3 out"))).to_have_count(2)
    page.get_by_role("button", name="Keep this prompt").click()
    expect(page.get_by_text("among those to train on, with 2 answers")).to_be_visible()
    page.get_by_role("button", name="Open a comparison").click()
    page.locator("[data-testid=deck-item][data-ready]").wait_for()
    shown = {page.get_by_test_id(f"answer-text-{slot}").inner_text() for slot in (1, 2)}
    assert len(shown) == 2
    with shop.store().read() as db:
        stored = many(db, "SELECT request_key FROM completions")
        [comparisons] = many(db, "SELECT count(*) AS n FROM comparisons")
    assert len({row["request_key"] for row in stored}) == 2
    assert comparisons["n"] == 1


def test_a_failure_stands_in_its_own_column_with_what_helps(
    shop: App, server: FaultyServer, page: Page
) -> None:
    server.plays(error(400, code="content_filter", message="No *way*."), fine("Of course."))
    opened(shop, page, gpt(0.2), gpt(0.9))
    ask(page, "Tell me.", 2)
    expect(page.get_by_text("ask a model without this filter")).to_be_visible()
    expect(page.get_by_text("No *way*.")).to_be_visible()
    expect(page.get_by_text("Of course.")).to_be_visible()
    expect(page.get_by_role("button", name="Open a comparison")).to_be_disabled()


def test_a_second_press_asks_for_another_answer(
    shop: App, server: FaultyServer, page: Page
) -> None:
    server.plays(fine("The first."), fine("The second."))
    opened(shop, page, gpt(0.2))
    ask(page, "Tell me.", 1)
    expect(page.get_by_text("The first.")).to_be_visible()
    page.get_by_role("button", name="Ask 1 variant").click()
    expect(page.get_by_text("The second.")).to_be_visible()
    assert len({asked["seed"] for asked in server.asked}) == 2


def test_what_was_kept_is_not_asked_again(shop: App, server: FaultyServer, page: Page) -> None:
    server.plays(fine("Once."))
    opened(shop, page, gpt(0.2))
    ask(page, "Tell me.", 1)
    page.get_by_role("button", name="Keep this prompt").click()
    page.get_by_text("among those to train on, with 1 answer").wait_for()
    opened(shop, page, gpt(0.2))
    ask(page, "Tell me.", 1)
    expect(page.get_by_text("Known already, not asked again")).to_be_visible()
    assert len(server.asked) == 1


def test_a_local_model_answers_through_a_job(shop: App, page: Page) -> None:
    opened(shop, page, Choice("starter", sampling=Sampling(0.0, max_tokens=16)))
    ask(page, "What is the capital?", 1)
    expect(page.get_by_text(re.compile("in all · .* tokens in"))).to_be_visible(timeout=JOB_MS)
    with shop.store().read() as db:
        [job] = many(db, "SELECT kind, status FROM jobs")
    assert job == {"kind": "try", "status": "done"}


def test_the_address_follows_the_variants_and_leads_back_to_them(shop: App, page: Page) -> None:
    opened(shop, page, gpt(0.2))
    page.get_by_role("button", name="Add a variant").click()
    page.get_by_role("button", name="T=0.2, 32 tokens").nth(1).click()
    warmth = page.get_by_role("spinbutton", name="Temperature")
    warmth.fill("1.5")
    warmth.press("Enter")
    expect(page.get_by_role("button", name="T=1.5, 32 tokens")).to_be_visible()
    expect(page).to_have_url(re.compile("temperature%22%3A\\+1.5"))
    other = page.context.new_page()
    other.goto(page.url)
    for label in ("T=0.2, 32 tokens", "T=1.5, 32 tokens"):
        expect(other.get_by_role("button", name=label)).to_be_visible()


def test_a_link_to_an_unknown_model_says_so(shop: App, page: Page) -> None:
    opened(shop, page, Choice("gone"), gpt(0.2))
    expect(page.get_by_text("1 variant of the link cannot be shown")).to_be_visible()
    expect(page.get_by_role("button", name="T=0.2, 32 tokens")).to_be_visible()


def test_a_return_finds_the_page_as_it_was_left(shop: App, page: Page) -> None:
    opened(shop, page, gpt(0.2), gpt(0.9))
    user = page.get_by_role("textbox", name="User text")
    user.fill("Still here?")
    user.press("Control+Enter")
    page.get_by_role("button", name="Ask 2 variants").wait_for()
    page.get_by_role("link", name="Generate").click()
    page.get_by_role("heading", name="Generate").wait_for()
    page.get_by_role("link", name="Playground").click()
    expect(page.get_by_role("button", name="T=0.9, 32 tokens")).to_be_visible()
    expect(page.get_by_role("textbox", name="User text")).to_have_value("Still here?")


def test_columns_stand_below_one_another_on_a_phone(shop: App, page: Page) -> None:
    page.set_viewport_size({"width": 420, "height": 900})
    opened(shop, page, gpt(0.2), gpt(0.9))
    assert page.evaluate("document.documentElement.scrollWidth") <= 420
