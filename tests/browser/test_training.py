"""Training before the work, and the pause of who fails: what the deck shows, by keyboard."""

import re
from dataclasses import dataclass
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import App
from tests.browser.test_deck import all_saved, judge, ready, rows
from tests.browser.test_looks import violations
from tests.conftest import Clock, Desk
from workbench import demo
from workbench.clock import utc_now
from workbench.judging import trust
from workbench.settings import Asks, ProjectSettings

WHY = "The card says so: <b>1849</b>, not 1850."
FINE = "A fine answer"


@dataclass
class School:
    """A project that trains or checks its reviewers, served, with Ann signed in."""

    desk: Desk
    app: App
    page: Page

    def open(self) -> None:
        [link, *_] = re.findall(r"/sign-in#(\S+)", self.app.shell("reviewers", "add", "Ann"))
        self.app.start()
        self.page.goto(f"{self.app.url}/sign-in#{link}")
        self.page.get_by_role("button", name="Sign in").click()
        self.page.get_by_role("link", name="Review", exact=True).click()

    def key(self, *, right: bool) -> str:
        """The key of a verdict on the item on screen."""
        first = FINE in self.page.get_by_test_id("answer-text-1").inner_text()
        return "1" if first == right else "7"

    def answer(self, *, right: bool) -> None:
        """Judge the training item on screen; its feedback comes and takes the focus."""
        ready(self.page)
        for key in (self.key(right=right), "Enter"):
            self.page.keyboard.press(key)
        expect(self.page.get_by_test_id("go-on")).to_be_focused()
        self.page.wait_for_timeout(350)  # no key is taken before it can have been read

    def go_on(self) -> None:
        self.page.keyboard.press("Enter")
        expect(self.page.get_by_test_id("go-on")).to_be_hidden()

    def resume(self) -> None:
        ann = self.desk.person("Ann").id
        self.desk.store.write(
            lambda db: trust.resume(db, self.desk.project.id, ann, None, utc_now())
        )

    def judged(self) -> int:
        found: int = rows(self.app, "SELECT count(*) AS n FROM judgements")[0]["n"]
        return found


def school(app: App, page: Page, **settings: Any) -> School:
    chosen = ProjectSettings(**{"repeat_rate": 0.0, "gold_rate": 0.0, "asks": Asks(), **settings})
    project = demo.create_project(
        app.store(), utc_now(), "school", "School", chosen, guidelines="**Facts** first."
    )
    clock = Clock()
    clock.now = utc_now()
    return School(Desk(app.store(), project, clock), app, page)


@pytest.fixture
def training(app: App, page: Page) -> School:
    """Three training items, two of them to be right, before two of work."""
    made = school(app, page, training=3, pass_mark=0.6)
    made.desk.add_gold(5, training=True, explanation=WHY)
    made.desk.add_answers(2)
    made.desk.open(2)
    made.open()
    return made


def test_training_tells_what_was_agreed_on_and_leads_to_work(training: School) -> None:
    page = training.page
    line, verdict = page.get_by_test_id("training"), page.get_by_test_id("feedback-verdict")
    ready(page)
    expect(line).to_have_text("Training 1 of 3: after each item you see what was agreed on.")
    training.answer(right=False)
    expect(verdict).to_have_text(
        re.compile(r"^Not as agreed: ([AB]) is the better answer\. You chose (?!\1)[AB]\.$")
    )
    expect(page.get_by_test_id("feedback-why")).to_have_text(WHY)
    expect(page.get_by_test_id("feedback-done")).to_have_text("1 of 3 done")
    expect(page.locator("[data-better]")).to_contain_text(FINE)
    seen = page.get_by_test_id("deck-item").get_attribute("data-item-id")
    for key in ("1", "7", "0", "s", "Backspace"):
        page.keyboard.press(key)
    assert page.get_by_test_id("deck-item").get_attribute("data-item-id") == seen
    assert training.judged() == 1
    training.go_on()
    ready(page)
    expect(page.get_by_test_id("deck-item")).to_be_focused()
    expect(line).to_contain_text("Training 2 of 3")
    expect(page.locator("[data-better]")).to_have_count(0)
    page.keyboard.press("Backspace")
    training.answer(right=True)
    expect(verdict).to_have_text(re.compile("^Right: [AB] is the better answer.$"))
    page.reload()  # in the middle of the feedback
    ready(page)
    expect(line).to_contain_text("Training 3 of 3")
    training.answer(right=True)
    expect(page.get_by_test_id("feedback-done")).to_have_text(
        "You are through: from now on it is real work."
    )
    training.go_on()
    work = ready(page).get_attribute("data-item-id")
    expect(line).to_be_hidden()
    page.keyboard.press("Backspace")
    expect(page.get_by_test_id("hint")).to_have_text("There is nothing before this")
    judge(page, "1", "Enter")
    assert work
    all_saved(page)
    assert training.judged() == 4


def test_a_training_judgement_waits_for_the_server_and_is_not_lost(training: School) -> None:
    page = training.page
    ready(page)
    training.app.kill()
    for key in (training.key(right=True), "Enter"):
        page.keyboard.press(key)
    expect(page.get_by_test_id("feedback-verdict")).to_have_text(
        "Your judgement is kept on this machine."
    )
    expect(page.get_by_test_id("go-on")).to_be_hidden()
    for key in ("7", "Enter"):
        page.keyboard.press(key)
    training.app.start()
    expect(page.get_by_test_id("go-on")).to_be_focused(timeout=60_000)
    expect(page.get_by_test_id("feedback-done")).to_have_text("1 of 3 done")
    assert training.judged() == 1


def test_who_fails_the_training_is_paused_and_may_try_again(training: School) -> None:
    page = training.page
    for _ in range(2):
        training.answer(right=False)
        training.go_on()
    training.answer(right=False)
    expect(page.get_by_test_id("feedback-done")).to_have_text("That was the last training item.")
    training.go_on()
    paused = page.get_by_test_id("deck-paused")
    expect(paused).to_contain_text("You judged 0 of 3 training items as agreed")
    expect(paused).to_contain_text("another try")
    expect(page.get_by_test_id("training")).to_be_hidden()
    for key in ("1", "Enter", "Backspace", "s"):
        page.keyboard.press(key)
    expect(paused).to_be_visible()
    page.keyboard.press("g")
    expect(page.get_by_test_id("guidelines-text").locator("strong")).to_have_text("Facts")
    page.keyboard.press("Escape")
    training.resume()
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    ready(page)
    expect(page.get_by_test_id("training")).to_contain_text("Training 1 of 3")
    assert training.judged() == 3


def test_who_fails_gold_while_judging_is_paused_and_goes_on_after_being_let_back(
    app: App, page: Page
) -> None:
    checked = school(app, page, gold_rate=1.0)
    checked.desk.add_gold(24)
    checked.open()
    paused = page.get_by_test_id("deck-paused")
    for _ in range(6):
        judge(page, ready(page) and checked.key(right=False), "Enter")
    expect(paused).to_contain_text("Nothing that you did is lost")
    all_saved(page)
    expect(page.get_by_test_id("notice")).to_have_text("")
    before = checked.judged()
    for key in ("1", "Enter", "Backspace"):
        page.keyboard.press(key)
    assert checked.judged() == before
    checked.resume()
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    judge(page, ready(page) and checked.key(right=True), "Enter")
    all_saved(page)
    assert checked.judged() == before + 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_feedback_and_pause_stay_in_place_and_pass_an_audit(
    training: School, browser: Browser, scheme: Literal["light", "dark"]
) -> None:
    signed_in = training.page.context.storage_state()
    page = browser.new_context(
        color_scheme=scheme, storage_state=signed_in, viewport={"width": 420, "height": 900}
    ).new_page()
    training.page.goto("about:blank")
    training.page = page
    page.goto(f"{training.app.url}/review")
    ready(page)
    names = ("prompt", "answer-1", "answer-2", "training")
    before = [page.get_by_test_id(name).bounding_box() for name in names]
    training.answer(right=False)
    assert [page.get_by_test_id(name).bounding_box() for name in names] == before
    assert page.evaluate("document.documentElement.scrollWidth") <= 420
    assert violations(page) == []
    for _ in range(2):
        training.go_on()
        training.answer(right=False)
    training.go_on()
    page.get_by_test_id("deck-paused").wait_for()
    assert violations(page) == []
    page.context.close()
