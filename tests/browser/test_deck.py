"""The deck in a real browser: each way of judging, tags in both views, nothing lost."""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import App, free_port, wait_until
from workbench import demo, importing, queueing
from workbench.clock import utc_now
from workbench.importing.shapes import parse
from workbench.settings import Asks, ProjectSettings
from workbench.store import Store
from workbench.store.database import many

MARKDOWN = (
    "# A 🙂 heading\n\nThe **tower** &amp; its *lamp* were built in 1850.\n\n"
    "| who | when |\n|---|---|\n| Reed | 1850 |\n\n```py\nlamp = 1  # light\n```\n\n"
    '<img src=x onerror="window.hacked=1"> [a link](javascript:window.hacked=1) שלום'
)
SOURCE = "Harbour record: the tower was built in 1849. Its first keeper was A. Reed."
PAIR = {"a": MARKDOWN, "b": "It was built in 1850, I think."}
MORE = PAIR | {"c": "Nobody knows.", "d": "In 1849, by the harbour board."}
ALL = Asks(ratings=True, spans=True, rationale=True, correction=True)
PROJECTS: dict[str, tuple[dict[str, Any], dict[str, str]]] = {
    "pairs": ({"asks": ALL, "reasons": ("Wrong facts", "Too long")}, PAIR),
    "quick": ({"asks": Asks(spans=False)}, PAIR),
    "forced": ({"asks": Asks(spans=True), "forced_choice": True}, PAIR),
    "ranks": ({"judging": "ranking", "asks": Asks(spans=True)}, MORE),
    "uneven": ({"asks": Asks(ratings=True, spans=True)}, PAIR),
    "handed": ({"asks": Asks(spans=False, rationale=True)}, PAIR),
    "single": ({"judging": "single", "asks": Asks(ratings=True, correction=True)}, PAIR),
}


def fill(store: Store, slug: str) -> None:
    settings, answers = PROJECTS[slug]
    chosen = ProjectSettings(**{"gold_rate": 0.0, "repeat_rate": 0.0, **settings})
    project = demo.create_project(
        store, utc_now(), slug, slug.title(), chosen,
        rubric="grounded-qa", taxonomy="ragtruth", guidelines="**Facts** first.",
    )  # fmt: skip
    longer = " And by whom, and what for?" * 9 if slug == "uneven" else ""
    rows = [
        {
            "prompt": f"When was tower number {i * 7919} built?" + longer * i,
            "context": SOURCE,
            "split": "train",
            "completions": {name: f"{text}{longer * i} ({i})" for name, text in answers.items()},
        }
        for i in range(12)
    ]
    importing.add(store, project, [parse(row) for row in rows], utc_now(), kind="completions")
    queueing.fill(store, project, utc_now())


def running(home: Path, slugs: Iterable[str]) -> Iterator[App]:
    """An app with these projects, until the fixture that yields it ends."""
    made = App(home, free_port())
    for slug in slugs:
        fill(made.store(), slug)
    made.start()
    yield made
    made.kill()


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """One app with a project for each way of judging."""
    yield from running(tmp_path_factory.mktemp("desk") / "workspace", PROJECTS)


def ready(page: Page) -> Locator:
    item = page.locator("[data-testid=deck-item][data-ready]")
    item.wait_for()
    return item


def opened(desk: App, page: Page, slug: str) -> Locator:
    """The deck of a project, with what windows of earlier tests may still hold."""
    page.goto(f"{desk.url}/review?project={slug.title()}")
    bring = page.get_by_role("button", name="Go on here")
    page.locator("[data-testid=deck-item][data-ready]").or_(bring).first.wait_for()
    if bring.is_visible():
        bring.click()
    return ready(page)


def judge(page: Page, *keys: str) -> None:
    """Press the keys on the item that is there, and see it leave."""
    seen = ready(page).get_attribute("data-item-id")
    for key in keys:
        page.keyboard.press(key)
    page.locator(f"[data-item-id='{seen}']").wait_for(state="detached")


def all_saved(page: Page) -> None:
    expect(page.get_by_test_id("save-state")).to_have_text("All saved")


def rows(desk: App, sql: str) -> list[dict[str, Any]]:
    with desk.store().read() as db:
        return many(db, sql)


def newest(desk: App, slug: str) -> dict[str, Any]:
    return rows(desk, "SELECT j.* FROM judgements j JOIN comparisons c ON c.id = j.comparison_id"
                " JOIN projects p ON p.id = c.project_id"
                f" WHERE p.slug = '{slug}' ORDER BY j.id DESC LIMIT 1")[0]  # fmt: skip


def drafted(desk: App, holds: Callable[[Any], object]) -> Any:
    """The newest draft in the store, once it holds; they are there within a second."""

    def newest_draft() -> Any:
        found = rows(desk, "SELECT body FROM drafts ORDER BY updated_at DESC LIMIT 1")
        body = json.loads(found[0]["body"]) if found else None
        return body if body and holds(body) else None

    wait_until(newest_draft, 5)
    return newest_draft()


def slot_of(page: Page, words: str) -> int:
    """The slot whose answer holds these words."""
    texts = page.locator("[data-testid^=answer-text-]")
    return next(i for i in range(1, texts.count() + 1)
                if words in page.get_by_test_id(f"answer-text-{i}").inner_text())  # fmt: skip


def select(page: Page, slot: int, first: str, last: str) -> None:
    """Drag the mouse from before the first word to behind the last one."""
    body = page.get_by_test_id(f"answer-text-{slot}")
    ends = body.evaluate(
        """(body, [first, last]) => {
            const find = (word) => {
                const walker = document.createTreeWalker(body, NodeFilter.SHOW_TEXT);
                for (let node = walker.nextNode(); node; node = walker.nextNode()) {
                    const at = node.data.indexOf(word);
                    if (at < 0) continue;
                    const range = document.createRange();
                    range.setStart(node, at);
                    range.setEnd(node, at + word.length);
                    node.parentElement.scrollIntoView({ block: "center" });
                    return range;
                }
                throw new Error("not found: " + word);
            };
            const [one, other] = [find(first), find(last)].map((r) => r.getBoundingClientRect());
            return [one.left + 0.5, one.top + one.height / 2,
                    other.right - 0.5, other.top + other.height / 2];
        }""",
        [first, last],
    )
    page.mouse.move(ends[0], ends[1])
    page.mouse.down()
    page.mouse.move(ends[2], ends[3], steps=6)
    page.mouse.up()
    page.locator(".tagkeys[data-live]").wait_for()


def test_a_tag_dragged_over_markdown_holds_the_stored_text(desk: App, page: Page) -> None:
    opened(desk, page, "pairs")
    slot = slot_of(page, "heading")
    select(page, slot, "tower", "lamp")
    page.keyboard.press("d")
    expect(page.get_by_test_id("tag")).to_have_count(1)
    page.get_by_label("Subtype").select_option("subtle")
    page.get_by_label("Severity").select_option("major")
    page.keyboard.press("m")  # in the plain view, the same stretch
    expect(page.locator("q")).to_have_text("tower** &amp; its *lamp")
    page.locator("[data-testid=deck-item]").focus()
    page.keyboard.press("7" if slot == 1 else "1")
    page.keyboard.press("Enter")
    all_saved(page)
    [span] = rows(desk, "SELECT s.*, c.messages FROM spans s JOIN completions c"
                  " ON c.id = s.completion_id ORDER BY s.id DESC LIMIT 1")  # fmt: skip
    text = json.loads(span["messages"])[0]["content"]
    assert text[span["start"] : span["end"]] == span["quote"] == "tower** &amp; its *lamp"
    assert (span["view"], span["subtype"], span["severity"]) == ("markdown", "subtle", "major")


def test_markdown_and_plain_text_stay_inert(desk: App, page: Page) -> None:
    opened(desk, page, "pairs")
    slot = slot_of(page, "heading")
    body = page.get_by_test_id(f"answer-text-{slot}")
    expect(body.locator("table td")).to_have_count(2)
    expect(body.locator("pre .c1")).to_have_text("# light")
    for _ in range(2):
        assert body.locator("img, a, script, iframe, [onerror]").count() == 0
        assert page.evaluate("window.hacked") is None
        page.locator("[data-testid=deck-item]").focus()
        page.keyboard.press("m")
    expect(body).to_contain_text("onerror")


def test_text_and_evidence_are_selected_and_tagged_by_keyboard_alone(desk: App, page: Page) -> None:
    opened(desk, page, "pairs")
    slot = slot_of(page, "I think")
    page.locator(f"[data-testid=answer-{slot}] .scroll").focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowRight", "Shift+ArrowRight", "Shift+ArrowRight"):
        page.keyboard.press(key)
    page.locator(".tagkeys[data-live]").wait_for()
    page.keyboard.press("d")
    expect(page.locator("q")).to_have_text("built in 1850")
    page.get_by_test_id("prompt").focus()
    for key in ("ArrowRight", "ArrowRight", "Shift+ArrowRight"):
        page.keyboard.press(key)
    expect(page.get_by_test_id("evidence-key")).to_be_visible()
    page.keyboard.press("e")
    expect(page.get_by_test_id("evidence")).to_have_count(1)
    [span] = drafted(desk, lambda body: body["spans"] and body["spans"][0].get("evidence_end"))[
        "spans"
    ]
    assert SOURCE[span["evidence_start"] : span["evidence_end"]] == "record: the"


def test_a_correction_shows_its_changes_and_is_stored(desk: App, page: Page) -> None:
    opened(desk, page, "pairs")
    slot = slot_of(page, "I think")
    page.locator(f"[data-testid=answer-{slot}] .scroll").focus()
    page.keyboard.press("e")
    page.get_by_test_id(f"correct-{slot}").fill("It was built in 1849.")
    expect(page.locator(".diff ins")).to_have_text("1849")
    page.keyboard.press("Escape")
    page.keyboard.press("1" if slot == 1 else "7")
    page.get_by_role("button", name="Wrong facts").click()
    page.get_by_test_id("submit").click()
    all_saved(page)
    said = newest(desk, "pairs")
    assert json.loads(said["reasons"]) == ["Wrong facts"]
    [row] = rows(desk, f"SELECT text FROM corrections WHERE judgement_id = {said['id']}")
    assert row["text"] == "It was built in 1849."


def test_a_contradiction_is_asked_about_once(desk: App, page: Page) -> None:
    item = opened(desk, page, "pairs")
    seen = item.get_attribute("data-item-id")
    page.get_by_test_id("rate-1-faithful-0").click()
    page.get_by_test_id("rate-2-faithful-2").click()
    page.keyboard.press("Escape")
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("hint")).to_contain_text("Press Enter to keep it")
    assert item.get_attribute("data-item-id") == seen
    page.keyboard.press("Enter")
    page.locator(f"[data-item-id='{seen}']").wait_for(state="detached")


def test_a_ranking_by_keys_and_by_dragging(desk: App, page: Page) -> None:
    opened(desk, page, "ranks")
    for key in ("3", "1", "2", "=", "4"):
        page.keyboard.press(key)
    tiers = page.get_by_test_id("tier")
    expect(tiers).to_have_count(3)
    page.get_by_test_id("chip-4").drag_to(tiers.first)
    expect(tiers).to_have_count(2)
    page.get_by_test_id("chip-4").focus()
    page.keyboard.press("ArrowRight")  # out of the tie, behind it
    expect(tiers).to_have_count(3)
    page.keyboard.press("Enter")  # the chip has the focus: Enter presses it
    page.keyboard.press("4")
    page.get_by_test_id("submit").click()
    all_saved(page)
    said = newest(desk, "ranks")
    shown, ranking = json.loads(said["shown"]), json.loads(said["ranking"])
    assert ranking == [[shown[2]], [shown[0], shown[1]], [shown[3]]]


def test_a_single_answer_is_rated_without_a_comparison(desk: App, page: Page) -> None:
    item = opened(desk, page, "single")
    expect(page.locator("[data-testid^=answer-text-]")).to_have_count(1)
    seen = item.get_attribute("data-item-id")
    page.keyboard.press("Tab")
    page.keyboard.press("2")
    page.keyboard.press("Enter")
    page.locator(f"[data-item-id='{seen}']").wait_for(state="detached")
    all_saved(page)
    said = newest(desk, "single")
    assert said["winner_id"] is None
    found = rows(desk, f"SELECT criterion, score FROM ratings WHERE judgement_id = {said['id']}")
    assert found == [{"criterion": "faithful", "score": 2}]


def test_a_forced_choice_offers_no_tie(desk: App, page: Page) -> None:
    item = opened(desk, page, "forced")
    expect(page.get_by_test_id("pref-4")).to_have_count(0)
    expect(page.get_by_test_id("all-bad")).to_have_count(0)
    seen = item.get_attribute("data-item-id")
    for key in ("4", "0", "Enter"):
        page.keyboard.press(key)
    assert page.locator("[data-testid=deck-item]").get_attribute("data-item-id") == seen


def test_a_draft_comes_back_after_a_reload(desk: App, page: Page) -> None:
    item = opened(desk, page, "pairs")
    seen = item.get_attribute("data-item-id")
    page.keyboard.press("6")
    page.get_by_test_id("rationale").fill("Half a thought")
    drafted(desk, lambda body: body["rationale"] == "Half a thought")
    page.reload()
    assert ready(page).get_attribute("data-item-id") == seen
    expect(page.get_by_test_id("rationale")).to_have_value("Half a thought")
    expect(page.get_by_test_id("pref-6")).to_have_attribute("aria-pressed", "true")


def test_one_goes_back_past_a_reload_and_revises(desk: App, page: Page) -> None:
    item = opened(desk, page, "quick")
    seen = item.get_attribute("data-item-id")
    page.keyboard.press("2")
    page.locator(f"[data-item-id='{seen}']").wait_for(state="detached")
    all_saved(page)
    before = newest(desk, "quick")
    page.reload()
    ready(page)
    page.keyboard.press("Backspace")
    page.locator(f"[data-testid=deck-item][data-item-id='{seen}'][data-ready]").wait_for()
    expect(page.get_by_test_id("pref-2")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("7")
    page.locator(f"[data-item-id='{seen}']").wait_for(state="detached")
    all_saved(page)
    after = newest(desk, "quick")
    assert after["supersedes_id"] == before["id"]
    assert (before["strength"], after["strength"]) == (2, 3)


def test_a_second_window_brings_the_items_of_the_first_over(
    desk: App, page: Page, browser: Browser
) -> None:
    seen = opened(desk, page, "handed").get_attribute("data-item-id")
    page.get_by_test_id("rationale").fill("Half a thought")
    drafted(desk, lambda body: body["rationale"] == "Half a thought")
    second = browser.new_context().new_page()
    opened(desk, second, "handed")  # gets the four that the first did not fetch ahead
    for _ in range(4):
        judge(second, "1", "Enter")
    second.get_by_role("button", name="Go on here").click()
    assert ready(second).get_attribute("data-item-id") == seen
    expect(second.get_by_test_id("rationale")).to_have_value("Half a thought")
    second.context.close()


def test_skip_and_flag_say_why(desk: App, page: Page) -> None:
    item = opened(desk, page, "quick")
    seen = item.get_attribute("data-item-id")
    page.keyboard.press("f")
    page.get_by_test_id("flag-words").fill("Both are the same")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("hint")).to_contain_text("Flagged")
    page.keyboard.press("s")
    page.get_by_role("button", name="Not my field").click()
    page.locator(f"[data-item-id='{seen}']").wait_for(state="detached")
    all_saved(page)
    assert rows(desk, "SELECT text FROM thread_messages") == [{"text": "Both are the same"}]
    assert rows(desk, "SELECT reason FROM skips") == [{"reason": "Not my field"}]


def judged_of(desk: App) -> int:
    return int(rows(desk, "SELECT count(*) AS n FROM judgements")[0]["n"])


def test_a_held_key_judges_one_item(desk: App, page: Page) -> None:
    opened(desk, page, "quick")
    before = judged_of(desk)
    for _ in range(20):
        page.keyboard.down("1")  # again without an up: it repeats
    page.keyboard.up("1")
    all_saved(page)
    assert judged_of(desk) == before + 1


def test_a_doubled_key_judges_no_unseen_item(desk: App, page: Page) -> None:
    """Both in one task of the page, so that a slow machine leaves no time to see the next."""
    opened(desk, page, "quick")
    before = judged_of(desk)
    page.evaluate(
        """() => {
            for (const type of ["keydown", "keyup", "keydown", "keyup"])
                document.activeElement.dispatchEvent(new KeyboardEvent(
                    type, {key: "1", code: "Digit1", bubbles: true, composed: true}));
        }"""
    )
    all_saved(page)
    assert judged_of(desk) == before + 1


def test_the_source_can_be_searched(desk: App, page: Page) -> None:
    opened(desk, page, "pairs")
    page.keyboard.press("/")
    page.keyboard.type("the")
    expect(page.locator(".source small").first).to_have_text("1 of 1")
    page.keyboard.press("Escape")


def test_judging_goes_on_through_a_restart_and_drains_once(
    app: App, page: Page, tmp_path: Path
) -> None:
    fill(app.store(), "quick")
    app.start()
    opened(app, page, "quick")
    app.kill()
    for _ in range(5):
        judge(page, "1")
    expect(page.get_by_test_id("save-state")).to_have_text(re.compile("^5 kept here"))
    app.start()
    expect(page.get_by_test_id("save-state")).to_have_text("All saved", timeout=60_000)
    assert rows(app, "SELECT count(*) AS n FROM judgements") == [{"n": 5}]


def test_no_dialog_of_a_lost_connection_stops_the_judging(app: App, page: Page) -> None:
    fill(app.store(), "handed")
    app.start()
    opened(app, page, "handed")
    page.evaluate(
        """() => new MutationObserver((changes) => {
            const added = changes.flatMap((change) => [...change.addedNodes]);
            window.covered ||= added.some((node) => node.dataset?.testid === "stDialog");
        }).observe(document.body, { childList: true })"""
    )
    page.get_by_test_id("rationale").fill("Half a ")
    app.kill()
    page.wait_for_function("window.covered", timeout=60_000)
    expect(page.get_by_test_id("stDialog")).to_have_count(0)
    expect(page.get_by_test_id("rationale")).to_be_focused()
    page.keyboard.type("thought")
    expect(page.get_by_test_id("rationale")).to_have_value("Half a thought")
    page.keyboard.press("Escape")
    for _ in range(2):
        judge(page, "1", "Enter")
    expect(page.get_by_test_id("save-state")).to_have_text(re.compile("^2 kept here"))


def test_the_guidelines_are_one_key_away_and_read_as_markdown(desk: App, page: Page) -> None:
    opened(desk, page, "quick")
    page.keyboard.press("g")
    expect(page.get_by_test_id("guidelines-text").locator("strong")).to_have_text("Facts")
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("guidelines-text")).not_to_be_visible()
