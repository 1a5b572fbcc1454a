"""An owner's way: a check added and run, a judge model added, run, measured, and let triage."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Locator, Page, expect
from starlette.responses import Response

from tests.browser.conftest import App, sign_in
from tests.conftest import Clock, Desk
from tests.faulty_server import Body, faulty_server, fine
from tests.judge_models import READ, says
from workbench import demo
from workbench.generation import known
from workbench.settings import Assist, ProjectSettings
from workbench.store import projects

JOB_MS = 90_000  # a job in a process of its own, on a machine that runs other tests
SETTINGS = ProjectSettings(overlap=2, gold_rate=0.0, repeat_rate=0.0)
LEAK = {
    "prompt": "Who are you?", "split": "train",
    "completions": {"a": "A fine answer", "b": "As ChatGPT, I say **this** <b>now</b>"},
}  # fmt: skip


def judged(body: Body) -> Response:
    """The endpoint: it knows the better answer, and cannot say so of the prompt about itself."""
    text = body["messages"][0]["content"]
    if "Who are you?" in text:
        return fine("I would rather **not** say.")(body)
    found = READ.search(text)
    assert found
    first_is_fine = found.group(1).startswith("A fine")
    return fine(says(-3 if first_is_fine else 3))(body)


@pytest.fixture
def desk(app: App) -> Desk:
    """Two people judged 21 pairs, of which an answer names its model; four more wait."""
    store, clock = app.store(), Clock()
    project = demo.create_project(store, clock.now, "team", "Team", SETTINGS)
    desk = Desk(store, project, clock)
    desk.add_answers(20)
    desk.import_rows([LEAK])
    desk.open()
    for name in ("Ann", "Bo"):
        person = desk.reviewer(name)
        while items := desk.claim(person, 10):
            for item in items:
                desk.submit(person, item, preference=desk.better(item))
    desk.add_answers(4, word="fresh")
    desk.open()
    return desk


@pytest.fixture
def endpoint(desk: Desk) -> Iterator[None]:
    with faulty_server() as server:
        server.plays(otherwise=judged)
        known.add(desk.store, known.endpoint("scripted", server.url), desk.clock.now)
        yield


def main(page: Page) -> Locator:
    return page.get_by_test_id("stMain")


def choose(page: Page, label: str, option: str) -> None:
    main(page).get_by_role("combobox", name=label).click()
    page.get_by_role("option", name=option, exact=True).click()


def test_a_check_is_added_run_and_its_failures_read(app: App, desk: Desk, page: Page) -> None:
    sign_in(app, page, "Olga", "owner")
    page.goto(f"{app.url}/judges?project=Team")
    choose(page, "What it looks at", "Matches a pattern")
    main(page).get_by_role("textbox", name="Pattern").fill("(")
    main(page).get_by_role("button", name="Add the check").click()
    expect(main(page).get_by_text("is no regular expression")).to_be_visible()
    choose(page, "What it looks at", "Does not name its model")
    expect(main(page).get_by_role("textbox", name="Pattern")).to_have_count(0)
    main(page).get_by_role("button", name="Add the check").click()
    expect(main(page).get_by_text("does not say what made it")).to_be_visible()
    main(page).get_by_role("button", name="Run now").click()
    expect(main(page).get_by_text("1 answer of 25 failed.")).to_be_visible(timeout=JOB_MS)
    expect(main(page).get_by_text("Found: As ChatGPT")).to_be_visible()
    masked = main(page).get_by_text(re.compile(r"^█{10}, I say \*\*this\*\* <b>now</b>$"))
    expect(masked).to_be_visible()
    main(page).get_by_role("button", name="Retire").click()
    page.get_by_role("button", name="Take it out of use").click()
    expect(main(page).get_by_text("There are no checks yet.")).to_be_visible()


@pytest.mark.usefixtures("endpoint")
def test_a_judge_is_added_run_measured_and_let_triage(app: App, desk: Desk, page: Page) -> None:
    sign_in(app, page, "Olga", "owner")
    page.goto(f"{app.url}/judges?project=Team&view=judges")
    main(page).get_by_text("What it reads of a real item").click()
    expect(main(page).get_by_text("# Your verdict").last).to_be_visible()
    main(page).get_by_role("button", name="Add the judge").click()
    expect(main(page).get_by_text("A judge needs a name.")).to_be_visible()
    main(page).get_by_label("Name", exact=True).fill("careful")
    main(page).get_by_role("button", name="Add the judge").click()
    expect(main(page).get_by_text("42 requests for 21 items")).to_be_visible()
    main(page).get_by_role("button", name="Let it read").click()
    # measured by itself: right on all 20, which Wilson's interval takes for at least 84 %
    expect(main(page).get_by_text("84 % to 100 % · 20 items")).to_be_visible(timeout=JOB_MS)
    expect(main(page).get_by_text("The human ceiling: a person agrees")).to_be_visible()
    main(page).get_by_text("Without a verdict: 2 unreadable replies").click()
    expect(main(page).get_by_text("I would rather **not** say.").first).to_be_visible()
    triage_needs_support_then_goes_on(app, page)


def triage_needs_support_then_goes_on(app: App, page: Page) -> None:
    main(page).get_by_text("Triage", exact=True).click()
    main(page).get_by_role("button", name="Save", exact=True).click()
    needs = main(page).get_by_role("alert").get_by_text("more items that both it and people judge")
    expect(needs).to_be_visible(timeout=JOB_MS)
    assert not assist_of(app).triage
    main(page).get_by_role("slider", name="Calibrated confidence at least, %").press("Home")
    main(page).get_by_role("button", name="Save", exact=True).click()
    expect(main(page).get_by_text("Saved.")).to_be_visible(timeout=JOB_MS)
    assert (assist_of(app).judge, assist_of(app).triage) == ("careful", True)
    main(page).get_by_text("Open", exact=True).click()
    main(page).get_by_role("button", name="Let it read").click()
    expect(main(page).get_by_text("All of these 4 items it has read.")).to_be_visible(
        timeout=JOB_MS
    )
    main(page).get_by_role("button", name="Triage what is open now").click()
    expect(main(page).get_by_text("Settled without a person")).to_be_visible(timeout=JOB_MS)


def assist_of(app: App) -> Assist:
    with app.store().read() as db:
        return projects.get(db, "team").settings.assist


def test_a_project_of_single_answers_says_that_it_has_no_judges(app: App, page: Page) -> None:
    store, single = app.store(), replace(SETTINGS, judging="single")
    demo.create_project(store, Clock().now, "team", "Team", single)
    sign_in(app, page, "Olga", "owner")
    page.goto(f"{app.url}/judges?project=Team&view=judges")
    expect(main(page).get_by_text("one answer at a time; a judge model compares")).to_be_visible()
    expect(main(page).get_by_text("Add a judge model")).to_have_count(0)


def test_a_lead_reads_and_an_owner_adds(app: App, desk: Desk, page: Page) -> None:
    sign_in(app, page, "Lea", "lead")
    page.goto(f"{app.url}/judges?project=Team")
    expect(main(page).get_by_text("An owner of the project adds them.")).to_be_visible()
    expect(main(page).get_by_role("button", name="Add the check")).to_have_count(0)


def test_a_reviewer_may_not_see_it(app: App, desk: Desk, page: Page) -> None:
    sign_in(app, page, "Rea", "reviewer")
    page.goto(f"{app.url}/judges?project=Team")
    expect(page.get_by_text("Checks & judges")).to_have_count(0)
