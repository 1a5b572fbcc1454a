"""The newcomer's first ten minutes: judge 40 pairs by keyboard, teach, and see the gain."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import App
from workbench.starter.checker import check
from workbench.store import projects, reports, rounds

GOAL = 40


def judge_as_a_person_would(page: Page) -> None:
    """Read the card, the question and both answers, and press 1 or 7."""
    item = page.locator("[data-testid=deck-item][data-ready]")
    item.wait_for()
    card = page.get_by_test_id("context").locator(".text").inner_text().strip()
    lines = page.get_by_test_id("prompt").inner_text().split("\n")
    question = next(line for line in lines if line.endswith("?"))
    first, second = (page.get_by_test_id(f"answer-text-{slot}").inner_text() for slot in (1, 2))
    seen = item.get_attribute("data-item-id")
    better = check(card, question, first).score >= check(card, question, second).score
    page.keyboard.press("1" if better else "7")
    page.locator(f"[data-testid=deck-item][data-item-id='{seen}']").wait_for(state="detached")


def test_forty_judgements_by_keyboard_gain_ten_points_on_heldout_prompts(
    app: App, page: Page
) -> None:
    app.shell("demo")
    app.start()
    page.goto(app.url)
    page.get_by_role("button", name="Start judging").click()
    for _ in range(GOAL):
        judge_as_a_person_would(page)
    page.get_by_test_id("state-reached").wait_for()
    expect(page.get_by_text("enough to teach the model")).to_be_visible(timeout=30_000)
    page.get_by_role("button", name="Teach the model").click()
    learning = page.get_by_text("It learns from your judgements")
    expect(learning).to_be_visible(timeout=30_000)
    expect(page.get_by_text(re.compile("Taught in round 1"))).to_be_visible(timeout=240_000)
    with app.store().read() as db:
        project = projects.get(db, "teach")
        before, after = (
            reports.latest(db, project.id, "faithfulness", r.id)
            for r in rounds.in_project(db, project.id)
        )
    assert before is not None
    assert after is not None
    gain = after["faithful_sampled"] - before["faithful_sampled"]
    print(f"faithful {before['faithful_sampled']:.3f} → {after['faithful_sampled']:.3f}")
    assert gain >= 0.10


def test_where_others_judged_all_the_pairs_home_leads_on(app: App, page: Page) -> None:
    app.shell("demo")
    app.shell("simulate", "--project", "teach")
    app.start()
    page.goto(app.url)
    page.get_by_role("button", name="Close the round").click()
    expect(page.get_by_role("heading", name="Rounds", exact=True)).to_be_visible()
