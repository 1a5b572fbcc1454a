"""Suggestions on the deck: taken, changed and refused by key, counted, only where they belong."""

import json
from collections.abc import Iterator
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import App, free_port
from tests.browser.test_deck import (
    MARKDOWN,
    SOURCE,
    all_saved,
    drafted,
    judge,
    newest,
    opened,
    ready,
    rows,
    select,
    slot_of,
)  # fmt: skip
from tests.browser.test_looks import violations
from workbench import demo, importing, judges, queueing
from workbench.clock import utc_now
from workbench.importing.shapes import parse
from workbench.records import Model
from workbench.settings import Asks, Assist, ProjectSettings
from workbench.store import Database, Store, suggestions
from workbench.store.database import many

CROSSING = "tower** &amp; its *lamp"  # across bold, an entity and italics, after an emoji
TAGS = {MARKDOWN: [(CROSSING, "baseless"), ("1850", "conflict"), ("Reed", "baseless")],
        "It was built in 1850, I think.": [("I think", "implicit_true")]}  # fmt: skip
SCORES = {"faithful": 0, "to_the_point": 2}
# Whether the judge's suggestions are shown at all, and the share of items without.
PROJECTS = {
    "helped": (True, 0.0),
    "drafts": (True, 0.0),
    "ratings": (True, 0.0),
    "looks": (True, 0.0),
    "control": (True, 1.0),
    "mixed": (True, 0.5),
    "plain": (False, 0.0),
    "ranks": (True, 0.0),
}


def fill(store: Store, slug: str) -> None:
    """A project on whose every answer the judge has suggested something."""
    name = f"Jury of {slug}"
    chosen = ProjectSettings(
        gold_rate=0.0, repeat_rate=0.0, asks=Asks(ratings=True, spans=True),
        assist=Assist(name, *PROJECTS[slug]),
        judging="ranking" if slug == "ranks" else "pairwise",
    )  # fmt: skip
    project = demo.create_project(
        store, utc_now(), slug, slug.title(), chosen, rubric="grounded-qa", taxonomy="ragtruth"
    )
    answers = {name: f"{text} ({slug})" for name, text in zip("ab", TAGS, strict=True)}
    prompts = [{"prompt": f"When was tower number {i * 7919} built?", "context": SOURCE,
                "split": "train", "completions": answers} for i in range(12)]  # fmt: skip
    importing.add(store, project, [parse(row) for row in prompts], utc_now(), kind="completions")
    queueing.fill(store, project, utc_now())
    model = Model("qzjudgemodelkx", "local", "nowhere")

    def suggest(db: Database) -> None:
        judge = judges.add(db, utc_now(), project, name, model)
        for comparison, completion, text in pairs(db, project.id):
            tags = next(tags for start, tags in TAGS.items() if text.startswith(start))
            spans = [tag(text, *one) for one in tags]
            suggestions.keep(db, comparison, completion, judge.reviewer_id, spans, SCORES)

    store.write(suggest)


def pairs(db: Database, project_id: int) -> list[tuple[int, int, str]]:
    found = many(
        db,
        "SELECT p.id AS comparison, c.id AS completion, c.messages FROM comparisons p"
        " JOIN completions c ON c.prompt_id = p.prompt_id WHERE p.project_id = ?",
        (project_id,),
    )
    return [(r["comparison"], r["completion"], json.loads(r["messages"])[0]["content"])
            for r in found]  # fmt: skip


def tag(text: str, quote: str, category: str) -> dict[str, Any]:
    start = text.index(quote)
    return {"start": start, "end": start + len(quote), "category": category, "quote": quote}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    made = App(tmp_path_factory.mktemp("prelabels") / "workspace", free_port())
    for slug in PROJECTS:
        fill(made.store(), slug)
    made.start()
    yield made
    made.kill()


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def counts(said: dict[str, Any]) -> tuple[int, int, int]:
    return said["accepted"], said["changed"], said["refused"]


def spans_of(desk: App, said: dict[str, Any]) -> set[tuple[str, str, str | None]]:
    found = rows(desk, "SELECT s.*, c.messages FROM spans s JOIN completions c"
                 f" ON c.id = s.completion_id WHERE s.judgement_id = {said['id']}")  # fmt: skip
    for span in found:
        text = json.loads(span["messages"])[0]["content"]
        assert text[span["start"] : span["end"]] == span["quote"]
    return {(span["category"], span["quote"], span["severity"]) for span in found}


def in_text_order(page: Page) -> tuple[str, ...]:
    """The keys that go to the three suggestions on the Markdown answer first."""
    return ("n", "n") if slot_of(page, "I think") == 1 else ("n",)


def test_suggestions_are_accepted_changed_and_refused_by_key(desk: App, page: Page) -> None:
    opened(desk, page, "helped")
    offered, tags = page.get_by_test_id("suggestion"), page.get_by_test_id("tag")
    expect(offered).to_have_count(4)
    expect(tags).to_have_count(0)
    press(page, *in_text_order(page))
    expect(page.get_by_test_id("untaken")).to_have_text("Baseless: A accepts, X refuses")
    expect(page.locator("[data-testid=suggestion][data-current] q")).to_have_text(CROSSING)
    press(page, "a")
    expect(tags).to_have_count(1)
    press(page, "n", "a")
    tags.nth(1).get_by_label("Severity").select_option("major")
    page.get_by_test_id("deck-item").focus()
    press(page, "n", "x")
    expect(page.locator("[data-testid=suggestion][data-refused]")).to_have_count(1)
    expect(page.get_by_test_id("untaken")).to_have_text("5 suggestions not taken")
    judge(page, "1" if slot_of(page, "I think") == 1 else "7", "Enter")
    all_saved(page)
    said = newest(desk, "helped")
    assert counts(said) == (1, 1, 6)  # the other answer's tag and four scores were left open
    assert said["assisted"] == 1
    assert spans_of(desk, said) == {("baseless", CROSSING, None), ("conflict", "1850", "major")}


def test_another_category_or_other_bounds_change_a_suggestion(desk: App, page: Page) -> None:
    opened(desk, page, "helped")
    press(page, *in_text_order(page), "a")
    page.get_by_test_id("tag").get_by_label("Category").select_option("conflict")
    select(page, slot_of(page, "heading"), "1850", "when")  # over the next one, and more
    press(page, "b")
    expect(page.get_by_test_id("tag")).to_have_count(2)
    expect(page.get_by_test_id("suggestion")).to_have_count(2)
    page.get_by_test_id("deck-item").focus()
    judge(page, "1", "Enter")
    all_saved(page)
    said = newest(desk, "helped")
    assert counts(said) == (0, 2, 6)
    found = {(category, quote[:4]) for category, quote, _ in spans_of(desk, said)}
    assert found == {("conflict", "towe"), ("baseless", "1850")}


def test_the_bounds_of_the_suggestion_in_hand_change_by_arrows(desk: App, page: Page) -> None:
    opened(desk, page, "helped")
    page.keyboard.press("n")
    if slot_of(page, "I think") == 2:
        press(page, "n", "n", "n")
    press(page, "Shift+ArrowRight")
    page.locator(".tagkeys[data-live]").wait_for()
    press(page, "t")
    expect(page.get_by_test_id("tag").locator("q")).to_have_text("I think. (helped")
    judge(page, "1", "Enter")
    all_saved(page)
    assert counts(newest(desk, "helped")) == (0, 1, 7)


def test_a_click_does_as_well_for_one_or_all_of_an_answer(desk: App, page: Page) -> None:
    opened(desk, page, "helped")
    many_tags, one_tag = slot_of(page, "heading"), slot_of(page, "I think")
    page.get_by_test_id(f"acceptAll-{many_tags}").click()
    expect(page.get_by_test_id("tag")).to_have_count(3)
    page.get_by_test_id(f"answer-{one_tag}").get_by_test_id("refuse").click()
    page.get_by_test_id(f"rate-{one_tag}-faithful-1").click()
    page.get_by_test_id("deck-item").focus()
    judge(page, "1" if one_tag == 1 else "7", "Enter")
    all_saved(page)
    assert counts(newest(desk, "helped")) == (5, 1, 2)


def test_all_of_an_answer_by_key(desk: App, page: Page) -> None:
    opened(desk, page, "helped")
    page.locator(f"[data-testid=answer-{slot_of(page, 'heading')}] .scroll").focus()
    press(page, "Shift+X")
    expect(page.locator("[data-testid=suggestion][data-refused]")).to_have_count(3)
    page.locator(f"[data-testid=answer-{slot_of(page, 'I think')}] .scroll").focus()
    press(page, "Shift+A")
    expect(page.get_by_test_id("tag")).to_have_count(1)
    expect(page.get_by_test_id("untaken")).to_have_text("2 suggestions not taken")
    judge(page, "1", "Enter")
    all_saved(page)
    assert counts(newest(desk, "helped")) == (3, 0, 5)


def test_suggested_scores_are_ghosts_until_they_are_taken(desk: App, page: Page) -> None:
    opened(desk, page, "ratings")
    assert page.locator(".point[data-suggested]").count() == 4
    assert page.locator(".point[aria-checked=true]").count() == 0
    page.keyboard.press("Tab")
    press(page, "1", "a")  # one's own score stays
    expect(page.get_by_test_id("rate-1-faithful-1")).to_have_attribute("aria-checked", "true")
    expect(page.get_by_test_id("rate-1-to_the_point-2")).to_have_attribute("aria-checked", "true")
    assert page.locator(".point[aria-checked=true]").count() == 2
    press(page, "Escape")
    judge(page, "1", "Enter")
    all_saved(page)
    assert counts(newest(desk, "ratings")) == (1, 1, 6)


def test_what_was_decided_survives_a_reload_and_going_back(desk: App, page: Page) -> None:
    item = opened(desk, page, "drafts")
    seen = item.get_attribute("data-item-id")
    press(page, "n", "a", "n", "x")
    drafted(desk, lambda body: body["refused"] and body["spans"])
    page.reload()
    assert ready(page).get_attribute("data-item-id") == seen
    refused = page.locator("[data-testid=suggestion][data-refused]")
    for again in (False, True):
        expect(page.get_by_test_id("tag")).to_have_count(1)
        expect(refused).to_have_count(1)
        if not again:
            judge(page, "1", "Enter")
            ready(page)
            page.keyboard.press("Backspace")
            page.locator(f"[data-item-id='{seen}'][data-ready]").wait_for()
    refused.get_by_test_id("accept").click()
    judge(page, "Enter")
    all_saved(page)
    assert counts(newest(desk, "drafts")) == (2, 0, 6)


def test_what_was_taken_is_known_again_from_the_server(desk: App, page: Page) -> None:
    seen = opened(desk, page, "drafts").get_attribute("data-item-id")
    press(page, "n", "a")
    judge(page, "1", "Enter")
    all_saved(page)
    page.reload()
    ready(page)
    page.keyboard.press("Backspace")
    page.locator(f"[data-item-id='{seen}'][data-ready]").wait_for()
    expect(page.get_by_test_id("suggestion")).to_have_count(3)
    judge(page, "2", "Enter")
    all_saved(page)
    assert counts(newest(desk, "drafts")) == (1, 0, 7)


def test_two_answers_left_of_a_ranking_come_with_suggestions_too(desk: App, page: Page) -> None:
    opened(desk, page, "ranks")
    expect(page.get_by_test_id("suggestion")).to_have_count(4)
    press(page, "n", "a", "n", "x")
    expect(page.get_by_test_id("tag")).to_have_count(1)
    judge(page, "7", "Enter")
    all_saved(page)
    said = newest(desk, "ranks")
    assert (said["winner_id"], said["strength"]) == (json.loads(said["shown"])[1], 3)
    assert counts(said) == (1, 0, 7)


@pytest.mark.parametrize(("slug", "assisted"), [("control", 0), ("plain", None)])
def test_nothing_shows_where_nothing_is_suggested(
    desk: App, page: Page, slug: str, assisted: int | None
) -> None:
    opened(desk, page, slug)
    press(page, "n", "a", "x", "Shift+A")
    for test_id in ("suggestion", "tag"):
        expect(page.get_by_test_id(test_id)).to_have_count(0)
    assert page.locator(".point[data-suggested], .offer:not([hidden])").count() == 0
    expect(page.get_by_test_id("untaken")).to_be_empty()
    page.keyboard.press("?")
    expect(page.get_by_test_id("key-sheet")).not_to_contain_text("suggest", use_inner_text=True)
    page.keyboard.press("Escape")
    judge(page, "1", "Enter")
    all_saved(page)
    said = newest(desk, slug)
    assert (counts(said), said["assisted"]) == ((None, None, None), assisted)


@pytest.mark.parametrize("width", [1280, 420])
def test_nothing_moves_between_items_with_suggestions_and_without(
    desk: App, browser: Browser, width: int
) -> None:
    page = browser.new_context(viewport={"width": width, "height": 900}).new_page()
    opened(desk, page, "mixed")
    wide = ("answer-1", "rate-1-faithful-0", "pref-1", "submit")
    stays = ("prompt", *(wide if width > 640 else ("pref-1",)))
    places, offered, taken = [], [], []
    for _ in range(5):
        offered.append(page.get_by_test_id("suggestion").count() > 0)
        places.append({name: page.get_by_test_id(name).bounding_box() for name in stays})
        text = page.locator("[data-testid=answer-1] .scroll")
        text.evaluate("(text) => text.focus({ preventScroll: true })")
        press(page, "Shift+A")
        taken.append(page.get_by_test_id("tag").count())
        places.append({name: page.get_by_test_id(name).bounding_box() for name in stays})
        judge(page, "2", "Enter")
        ready(page)
    assert places == places[:1] * 10
    assert offered == [count > 0 for count in taken]
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_suggestions_pass_an_audit_of_accessibility(
    desk: App, browser: Browser, scheme: Literal["light", "dark"]
) -> None:
    page = browser.new_context(color_scheme=scheme).new_page()
    opened(desk, page, "looks")
    assert violations(page) == []
    press(page, "n", "a", "n", "x", "n")
    assert violations(page) == []
    page.keyboard.press("?")
    expect(page.get_by_test_id("key-sheet")).to_contain_text("next suggested tag")
    assert violations(page) == []
    page.context.close()


def test_nothing_that_the_browser_gets_names_the_judge(desk: App, page: Page) -> None:
    with page.expect_response(lambda answer: answer.url.endswith("/claim")) as claimed:
        opened(desk, page, "looks")
    words = claimed.value.text()
    assert '"suggestion":{' in words
    assert "Jury" not in words
    assert "qzjudgemodelkx" not in words
