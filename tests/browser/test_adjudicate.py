"""A lead decides, blind and by keyboard, what reviewers disagree on; the reviewer hears of it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import App, free_port
from tests.browser.test_deck import all_saved, judge, rows
from tests.browser.test_looks import violations
from tests.conftest import Clock, Desk
from workbench import demo
from workbench.clock import utc_now
from workbench.records import Item, Span
from workbench.settings import Asks, ProjectSettings, SecondLook

PEOPLE = ("Ann", "Ben", "Cem")
ALL = Asks(ratings=True, spans=True, rationale=True, correction=True)
SCRIPT = "<img src=x onerror=alert(1)>"


@dataclass
class Court:
    """A project on whose items three reviewers disagree, served; who signs in has a context."""

    desk: Desk
    app: App
    browser: Browser
    links: dict[str, str] = field(default_factory=dict)

    def add(self, name: str, *more: str) -> None:
        said = self.app.shell("reviewers", "add", name, *more)
        self.links[name] = re.findall(r"/sign-in#(\S+)", said)[0]

    def sign_in(self, name: str, **how: Any) -> Page:
        page = self.browser.new_context(**how).new_page()
        page.set_default_timeout(30_000)
        page.goto(f"{self.app.url}/sign-in#{self.links[name]}")
        page.get_by_role("button", name="Sign in").click()
        page.get_by_role("link", name="Review", exact=True).wait_for()
        return page

    def item(self) -> int:
        """The item on screen is the address's."""
        return int(self.rows("SELECT comparison_id AS n FROM reviews ORDER BY id DESC")[0]["n"])

    def rows(self, sql: str) -> list[dict[str, Any]]:
        return rows(self.app, sql)


def disagree(desk: Desk, item: Item, name: str) -> None:
    """Cem prefers the other answer; all tag, rate and say why, over each other's stretches."""
    fine = desk.better(item)
    slot = 1 if fine < 0 else 2
    text = item.answers[slot - 1]
    start = text.index("fine")
    end = {"Ann": start + 4, "Ben": start + 11, "Cem": len(text)}[name]
    spans = (
        Span(slot, start, end, "conflict", subtype="evident", severity="major", note=SCRIPT),
        *([Span(3 - slot, 2, 6, "baseless")] if name == "Cem" else []),
    )  # fmt: skip
    desk.submit(
        desk.person(name), item, preference=-fine if name == "Cem" else fine, spans=spans,
        ratings={s: {"faithful": 2, "to_the_point": 1} for s in (1, 2)}, seconds=31.4,
        rationale=f"I see it so. {SCRIPT}", reasons=("Wrong facts",) if name == "Cem" else (),
        correction={3 - slot: "Better words"} if name == "Ann" else {},
    )  # fmt: skip


def court(home: Path, browser: Browser, *, items: int = 3, **settings: Any) -> Court:
    app = App(home, free_port())
    chosen = ProjectSettings(**{"repeat_rate": 0.0, "gold_rate": 0.0, "overlap": 3, "asks": ALL,
                                "reasons": ("Wrong facts",), **settings})  # fmt: skip
    project = demo.create_project(
        app.store(), utc_now(), "court", "Court", chosen, rubric="grounded-qa",
        taxonomy="ragtruth", guidelines="**Facts** first.",
    )  # fmt: skip
    made = Court(Desk(app.store(), project, Clock()), app, browser)
    made.desk.clock.now = utc_now()
    for name in PEOPLE:
        made.add(name)
    made.add("Lea", "--role", "lead")
    made.desk.import_rows([
        {"prompt": f"Tell me about number {i * 7919} and {i * 104729:x}", "split": "train",
         "context": f"A card about number {i * 7919}: built in 1849.", "tags": ["law"],
         "completions": {"a": f"A fine answer on {i * 7919:x} 🎉 in 1849, as the card says.",
                         "b": f"A poor answer on {i * 7919:x}, made up in 1850."}}
        for i in range(items)
    ])  # fmt: skip
    made.desk.open()
    for name in PEOPLE:
        while found := made.desk.claim(made.desk.person(name), 10):
            for item in found:
                disagree(made.desk, item, name)
    return made


@pytest.fixture
def dispute(tmp_path: Path, browser: Browser) -> Iterator[Court]:
    made = court(tmp_path / "workspace", browser)
    made.app.start()
    yield made
    made.app.kill()


def opened(court: Court, page: Page) -> None:
    page.get_by_role("link", name="Adjudicate").click()
    ready(page)


def ready(page: Page) -> str:
    """The item on screen, once its keys are taken."""
    case = page.get_by_test_id("case")
    case.wait_for()
    page.wait_for_timeout(350)
    return case.get_attribute("data-item") or ""


def decide(page: Page, key: str) -> None:
    """Press a key that decides, and see the next item come."""
    seen = ready(page)
    page.keyboard.press(key)
    expect(page.get_by_test_id("case")).not_to_have_attribute("data-item", seen)


def test_a_lead_rules_makes_gold_goes_on_and_sends_back(dispute: Court) -> None:
    lead = dispute.sign_in("Lea")
    opened(dispute, lead)
    expect(lead.get_by_text("1 of 3 · 3 disputes waiting")).to_be_visible()
    table = lead.get_by_test_id("judgements")
    for letter in "ABC":
        expect(table.get_by_role("rowheader", name=letter, exact=True)).to_be_visible()
    for name in PEOPLE:
        expect(table).not_to_contain_text(name)
    expect(table).to_contain_text(SCRIPT)

    first = ready(lead)
    lead.keyboard.press("2")
    expect(lead.get_by_test_id("outcome")).to_have_text("Ruled: 1 better")
    lead.get_by_label("Why is it so?").fill("The card says 1849.")
    lead.get_by_role("button", name="Make it gold").click()
    expect(lead.get_by_text("This item is gold.")).to_be_visible()
    [known] = dispute.rows("SELECT source, explanation, training FROM gold")
    assert known == {"source": "adjudicated", "explanation": "The card says 1849.", "training": 0}

    decide(lead, "n")
    second = ready(lead)
    assert second != first
    expect(lead).to_have_url(re.compile(f"item={second}"))
    lead.keyboard.press("x")
    lead.get_by_test_id("whose-A").check()
    lead.get_by_test_id("note").fill("Read the <b>card</b> again: 1n")
    lead.keyboard.press("Control+Enter")
    expect(lead.get_by_text("3 of 3 · 1 dispute waiting")).to_be_visible()
    decide(lead, "p")
    expect(lead.get_by_test_id("outcome")).to_have_text("Sent back")
    expect(lead.get_by_test_id("judgement-A")).to_contain_text("Sent back: it counts no more")

    [sent] = dispute.rows(
        "SELECT r.name, j.comparison_id FROM sent_back s JOIN judgements j ON j.id = s.judgement_id"
        " JOIN reviewers r ON r.id = j.reviewer_id"
    )
    assert sent["comparison_id"] == int(second)
    reviewer = dispute.sign_in(sent["name"])
    note = reviewer.get_by_text("Lea sent a judgement back")
    expect(note).to_be_visible()
    expect(reviewer.get_by_text("Read the <b>card</b> again: 1n")).to_be_visible()
    reviewer.get_by_role("button", name="I have read it").click()
    expect(note).to_have_count(0)
    reviewer.get_by_role("link", name="Review", exact=True).click()
    judge(reviewer, "1", "Enter")
    all_saved(reviewer)
    [again] = dispute.rows(
        f"SELECT counted, wanted FROM comparisons WHERE id = {sent['comparison_id']}"
    )
    assert again == {"counted": 3, "wanted": 3}


def test_a_double_press_decides_one_item(dispute: Court) -> None:
    lead = dispute.sign_in("Lea")
    opened(dispute, lead)
    seen = ready(lead)
    for _ in range(6):
        lead.keyboard.press("a")
    expect(lead.get_by_test_id("case")).not_to_have_attribute("data-item", seen)
    lead.keyboard.press("a")  # too soon: it was meant for the item before
    ready(lead)
    assert len(dispute.rows("SELECT id FROM reviews WHERE decision = 'accepted'")) == 1


def test_what_two_leads_decide_at_once_is_decided_once(dispute: Court) -> None:
    one, other = dispute.sign_in("Lea"), dispute.browser.new_context().new_page()
    opened(dispute, one)
    other.context.add_cookies(one.context.cookies())  # type: ignore[arg-type]
    other.goto(one.url)
    ready(one)
    ready(other)
    one.keyboard.press("7")
    expect(one.get_by_test_id("outcome")).to_have_text("Ruled: 2 much better")
    other.keyboard.press("1")
    expect(other.get_by_test_id("said")).to_contain_text("decided on already")
    expect(other.get_by_test_id("outcome")).to_have_text("Ruled: 2 much better")


def test_names_tags_and_letters_are_shown_when_asked_for(dispute: Court) -> None:
    lead = dispute.sign_in("Lea")
    opened(dispute, lead)
    ready(lead)
    deepest = lead.locator("mark[data-depth='3']")
    deepest.first.focus()
    slot = 1 if lead.get_by_test_id("answer-text-1").locator("mark[data-depth='3']").count() else 2
    expect(lead.get_by_test_id(f"about-{slot}")).to_contain_text("Conflict, evident, major")
    expect(lead.get_by_test_id(f"about-{slot}")).to_contain_text(SCRIPT)
    expect(lead.get_by_test_id("legend")).to_contain_text("Baseless")
    lead.get_by_test_id("tags-of-B").click()
    expect(deepest).to_have_count(0)
    lead.get_by_test_id("tags-of-everybody").click()
    lead.get_by_text("Show names").click()
    for name in PEOPLE:
        expect(lead.get_by_test_id(f"judgement-{name}")).to_be_visible()


def test_more_votes_changed_guidelines_and_the_end_of_the_queue(dispute: Court) -> None:
    lead = dispute.sign_in("Lea")
    opened(dispute, lead)
    ready(lead)
    lead.keyboard.press("q")
    lead.get_by_test_id("more-number").fill("2")
    lead.keyboard.press("Enter")
    expect(lead.get_by_text("2 of 3")).to_be_visible()
    [asked] = dispute.rows("SELECT wanted FROM comparisons WHERE wanted > 3")
    assert asked == {"wanted": 5}

    ready(lead)
    lead.keyboard.press("0")
    expect(lead.get_by_test_id("outcome")).to_have_text("Ruled: All bad")
    lead.get_by_label("Guidelines (Markdown)").fill("**Dates** first.")
    lead.get_by_role("button", name="Save the guidelines").click()
    expect(lead.get_by_text("by guidelines 1, now 2").first).to_be_visible()
    lead.get_by_text("all items with one of its tags, judged under older guidelines (2)").click()
    lead.get_by_role("button", name="Have 2 items judged anew").click()
    expect(lead.get_by_role("button", name="Have 1 item judged anew")).to_be_visible()
    lead.get_by_test_id("case").focus()
    lead.keyboard.press("n")
    expect(lead.get_by_text("Nothing waits for a second look.")).to_be_visible()
    expect(lead.get_by_role("button", name="Export the judgements")).to_be_visible()
    ben = dispute.sign_in("Ben")
    expect(ben.get_by_text("Lea asks for an item to be judged anew")).to_have_count(2)


def test_a_ranking_is_ruled_by_keyboard(tmp_path: Path, browser: Browser) -> None:
    made = court(tmp_path / "workspace", browser, items=0, overlap=1, judging="ranking",
                 ranking_size=3, asks=Asks(), second_look=SecondLook(share=1.0))  # fmt: skip
    made.desk.import_rows([{"prompt": "Which?", "split": "train",
                            "completions": {n: f"answer {n}" for n in "abc"}}])  # fmt: skip
    made.desk.open()
    ann = made.desk.person("Ann")
    [item] = made.desk.claim(ann)
    made.desk.submit(ann, item, preference=None, ranking=((1,), (2,), (3,)))
    made.app.start()
    lead = made.sign_in("Lea")
    opened(made, lead)
    ready(lead)
    for key in ("2", "3", "1", "="):
        lead.keyboard.press(key)
    lead.keyboard.press("Enter")
    expect(lead.get_by_test_id("outcome")).to_have_text("Ruled: 2 > 3 = 1")
    made.app.kill()


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 1280), ("light", 420)])
def test_the_lead_s_desk_passes_an_audit_and_fits(
    dispute: Court, scheme: Literal["light", "dark"], width: int
) -> None:
    lead = dispute.sign_in("Lea", color_scheme=scheme, viewport={"width": width, "height": 900})
    lead.goto(f"{dispute.app.url}/adjudicate")
    ready(lead)
    assert violations(lead) == []
    assert lead.evaluate("document.documentElement.scrollWidth") <= width
    for key in ("x", "q", "?"):
        lead.keyboard.press(key)
        lead.locator("dialog[open]").wait_for()
        assert violations(lead) == [], key
        lead.keyboard.press("Escape")
    lead.keyboard.press("1")
    lead.get_by_role("button", name="Make it gold").wait_for()
    assert violations(lead) == []
    lead.context.close()
