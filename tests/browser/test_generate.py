"""A prompt engineer's way: an endpoint, a template, what it takes, the answers, what went wrong."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import App, wait_until
from tests.browser.test_looks import violations
from tests.faulty_server import FaultyServer, error, faulty_server, fine
from workbench import demo, importing
from workbench.clock import utc_now
from workbench.generation import known
from workbench.importing.shapes import parse
from workbench.settings import ProjectSettings
from workbench.store.database import many

JOB_MS = 90_000  # a job in a process of its own, on a machine that runs other tests
QUESTIONS = ("How do I pay?", "Where is my parcel?", "Do you ship to Iceland?", "Is it warm?")


@pytest.fixture
def server() -> Iterator[FaultyServer]:
    with faulty_server() as running:
        yield running


@pytest.fixture
def shop(app: App, server: FaultyServer) -> App:
    """Four prompts that offer a tone, and a price for what the server serves."""
    store = app.store()
    project = demo.create_project(store, utc_now(), "shop", "Shop", ProjectSettings())
    rows = [
        {"prompt": q, "variables": {"tone": "kind"}, "split": "train", "tags": [f"t{i % 2}"]}
        for i, q in enumerate(QUESTIONS)
    ]
    importing.add(store, project, [parse(row) for row in rows], utc_now())
    price(app, 1000.0)
    return app


def price(app: App, usd_a_million: float) -> None:
    app.store().workspace.prices.write_text(
        f"prices:\n- {{model: small, host: 127.0.0.1, input: {usd_a_million},"
        f" output: {usd_a_million}, as_of: 2026-11-01, source: the test}}\n"
    )


@pytest.fixture
def gpt(shop: App, server: FaultyServer, page: Page) -> Page:
    """The page, with the endpoint alone chosen, once for each prompt."""
    known.add(shop.store(), known.endpoint("gpt", server.url, "small"), utc_now())
    shop.start()
    page.goto(f"{shop.url}/generate")
    choose_only(page, "gpt")
    each = page.get_by_role("spinbutton", name="Answers for each prompt")
    each.fill("1")
    each.press("Enter")
    button(page, 4).wait_for()
    return page


def choose_only(page: Page, name: str) -> None:
    chosen = page.locator(".st-key-generate-models")
    chosen.get_by_role("combobox").click()
    page.get_by_role("option", name=name, exact=True).click()
    page.keyboard.press("Escape")
    chosen.get_by_role("button", name=re.compile("starter")).first.click()


def button(page: Page, number: int) -> Locator:
    noun = "answer" if number == 1 else "answers"
    return page.get_by_role("button", name=f"Generate {number} {noun}", exact=True)


def answers(app: App) -> list[str]:
    with app.store().read() as db:
        return [row["messages"] for row in many(db, "SELECT messages FROM completions")]


def test_from_an_endpoint_and_a_template_to_answers_and_their_cost(
    shop: App, server: FaultyServer, page: Page
) -> None:
    shop.start()
    page.goto(f"{shop.url}/generate")
    page.get_by_text("Add a model").click()
    page.get_by_text("An endpoint", exact=True).click()
    form = page.locator(".st-key-add-model")
    form.get_by_role("textbox", name="Name", exact=True).fill("gpt")
    form.get_by_role("textbox", name="Base URL").fill(server.url)
    form.get_by_role("textbox", name="The endpoint's own name").fill("small")
    variable = form.get_by_role("textbox", name="Environment variable")
    variable.fill("NO_SUCH_KEY")
    variable.press("Enter")
    expect(form.get_by_text("NO_SUCH_KEY is not set where the app runs.")).to_be_visible()
    variable.fill("")
    variable.press("Enter")
    expect(form.get_by_text("NO_SUCH_KEY is not set")).to_have_count(0)
    form.get_by_role("button", name="Add this model").click()
    expect(form.get_by_text("gpt can answer now")).to_be_visible()

    page.get_by_text("Write a template").click()
    editor = page.locator(".st-key-workshop")
    editor.get_by_role("textbox", name="Name", exact=True).fill("toned")
    text = editor.get_by_role("textbox", name="User text")
    text.fill("Be {{ mood }}: {{ prompt }}")
    text.press("Control+Enter")
    expect(editor.get_by_text("{{ mood }} is missing in 4 of 4 chosen prompts")).to_be_visible()
    text.fill("Be {{ tone }}: {{ prompt }}")
    text.press("Control+Enter")
    expect(editor.get_by_text("Be kind: How do I pay?")).to_be_visible()
    editor.get_by_role("button", name="Save as a version").click()
    expect(editor.get_by_text("Saved: toned v1 is chosen above.")).to_be_visible()
    text.fill("Be very {{ tone }}: {{ prompt }}")
    text.press("Control+Enter")
    editor.get_by_role("button", name="Save as a version").click()
    expect(editor.get_by_text("Saved: toned v2")).to_be_visible()
    editor.get_by_role("tab", name="What changed").click()
    expect(editor.locator("ins")).to_have_text(re.compile("very"))

    chosen = page.locator(".st-key-generate-models")
    chosen.get_by_role("button", name=re.compile("starter")).first.click()
    row = page.get_by_role("row", name=re.compile("gpt, toned v2"))
    expect(row).to_contain_text(re.compile(r"\$\d+\.\d+, at most \$\d+\.\d+"))
    assert server.asked == []
    button(page, 24).click()
    expect(page.get_by_text("Cost so far: $0.34.")).to_be_visible(timeout=JOB_MS)
    expect(page.get_by_text("All of these are answered already.")).to_be_visible()
    assert len(answers(shop)) == 24
    assert {"Be kind: How do I pay?", "Be very kind: How do I pay?"} <= {
        asked["messages"][-1]["content"] for asked in server.asked
    }


def test_what_failed_is_told_with_a_remedy_and_mended(
    gpt: Page, shop: App, server: FaultyServer
) -> None:
    server.plays(error(400, code="content_filter", message="Not *this* <b>one</b>."))
    button(gpt, 4).click()
    expect(gpt.get_by_text("1 × content filter")).to_be_visible(timeout=JOB_MS)
    expect(gpt.get_by_text("ask a model without this filter")).to_be_visible()
    expect(gpt.get_by_text("Not *this* <b>one</b>.")).to_be_visible()
    gpt.get_by_role("button", name="Try the 1 missing ones again").click()
    expect(gpt.get_by_text("4 of 4")).to_be_visible(timeout=JOB_MS)
    expect(gpt.get_by_text("content filter")).to_have_count(0)
    assert len(answers(shop)) == 4


def test_a_wait_is_told_and_can_be_stopped(gpt: Page, shop: App, server: FaultyServer) -> None:
    server.plays(fine(), otherwise=error(503, message="Overloaded."))
    button(gpt, 4).click()
    expect(gpt.get_by_text(re.compile(r"retrying \d/6, next in \d+ s"))).to_be_visible(
        timeout=JOB_MS
    )
    gpt.get_by_role("button", name="Stop").click()
    expect(gpt.get_by_role("button", name="Try the 3 missing ones again")).to_be_visible(
        timeout=JOB_MS
    )
    expect(gpt.get_by_text("1 request whose outcome is unknown")).to_be_visible()


def test_a_budget_stops_in_time_and_can_be_raised(
    gpt: Page, shop: App, server: FaultyServer
) -> None:
    budget = gpt.get_by_role("spinbutton", name="Budget in USD (optional)")
    budget.fill("0.35")
    budget.press("Enter")
    button(gpt, 4).click()
    expect(gpt.get_by_text("The budget of $0.35 has no room")).to_be_visible(timeout=JOB_MS)
    assert 0 < len(answers(shop)) < 4
    gpt.get_by_role("button", name="Raise the budget and go on").click()
    wait_until(lambda: len(answers(shop)) == 4, JOB_MS / 1000)


def test_tags_and_a_first_few_choose_the_prompts(gpt: Page) -> None:
    gpt.get_by_role("combobox", name="With any of these tags").click()
    gpt.get_by_role("option", name="t1").click()
    gpt.keyboard.press("Escape")
    button(gpt, 2).wait_for()
    first = gpt.get_by_role("spinbutton", name="Only the first")
    first.fill("1")
    first.press("Enter")
    button(gpt, 1).wait_for()


def test_a_sampling_that_cannot_be_used_is_named(gpt: Page) -> None:
    temperatures = gpt.get_by_role("combobox", name="Temperatures")
    temperatures.fill("warm")
    temperatures.press("Enter")
    expect(gpt.get_by_text("“warm” is no temperature.")).to_be_visible()


@pytest.mark.parametrize("width", [1280, 420])
def test_it_fits_its_window(gpt: Page, width: int) -> None:
    gpt.set_viewport_size({"width": width, "height": 900})
    button(gpt, 4).wait_for()
    assert gpt.evaluate("document.documentElement.scrollWidth") <= width


def test_its_own_parts_pass_an_audit_of_accessibility(gpt: Page) -> None:
    found = [one for one in violations(gpt) if "stMain" in one]
    assert found == []
