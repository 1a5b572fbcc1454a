"""Comparing variants on the screen: the order, a pair's claim, links, downloads, versions."""

import csv
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import App, free_port
from tests.conftest import Clock, Desk
from tests.contest import QUALITY, as_versions, enter, judge
from workbench import demo
from workbench.records import ReviewerKind
from workbench.settings import ProjectSettings
from workbench.store import Store, reports

REPORT_MS = 90_000  # a job in a process of its own, on a machine that runs other tests
HOSTILE = '<img src=x onerror="window.hacked=1"> **bold**'
CHART = "stVegaLiteChart"


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """Four variants on twenty prompts; `fair` is a later version of what `good` was made with."""
    made = App(tmp_path_factory.mktemp("compare") / "workspace", free_port())
    contest(made.store(), "contest", "human")
    contest(made.store(), "robots", "simulated")
    made.start()
    yield made
    made.kill()


def contest(store: Store, slug: str, kind: ReviewerKind) -> None:
    clock, settings = Clock(), ProjectSettings(gold_rate=0.0, repeat_rate=0.0)
    project = demo.create_project(store, clock.now, slug, slug.title(), settings)
    desk = Desk(store, project, clock)
    enter(desk, 20, context=HOSTILE, tags=["law"])
    as_versions(desk, "good", "fair")
    desk.open(1000)
    judge(desk, desk.reviewer(f"Judge of {slug}", kind=kind))
    # who judged with an import leaves the owner alone, who then need not sign in
    store.write(lambda db: db.execute("UPDATE reviewers SET imported_from = 'x' WHERE name = ?",
                                      (f"Judge of {slug}",)))  # fmt: skip


def main(page: Page) -> Locator:
    return page.get_by_test_id("stMain")


def opened(judged: App, page: Page, more: str = "", project: str = "Contest") -> Page:
    page.goto(f"{judged.url}/compare?project={project}{more}")
    main(page).get_by_text(re.compile("^As of")).wait_for(timeout=REPORT_MS)
    return page


def variants(judged: App) -> dict[str, int]:
    with judged.store().read() as db:
        found = reports.latest(db, 1, "leaderboard")
    assert found
    return {one["name"]: one["id"] for one in found["variants"]}


def saved(page: Page, tmp_path: Path) -> list[dict[str, str]]:
    with page.expect_download() as begun:
        main(page).get_by_role("button", name="Download the data").click()
    begun.value.save_as(tmp_path / "rows.csv")
    return list(csv.DictReader((tmp_path / "rows.csv").open()))


def test_the_leaderboard_reckons_by_itself_and_shows_its_progress(judged: App, page: Page) -> None:
    page.goto(f"{judged.url}/compare?project=Robots&kinds=simulated")
    main(page).get_by_text(re.compile("Reckoning the leaderboard")).wait_for(timeout=REPORT_MS)
    main(page).get_by_test_id(CHART).first.wait_for(timeout=REPORT_MS)
    expect(main(page).get_by_text("120 votes on 20 prompts by 1 reviewer.")).to_be_visible()


def test_the_table_downloads_in_the_order_of_strength(
    judged: App, page: Page, tmp_path: Path
) -> None:
    rows = saved(opened(judged, page), tmp_path)
    assert [row["name"] for row in rows] == list(QUALITY)
    assert all(float(row["low"]) < float(row["strength"]) < float(row["high"]) for row in rows)


def test_a_pair_has_its_claim_and_the_answers_with_what_differs(judged: App, page: Page) -> None:
    opened(judged, page, "&view=pair")
    expect(main(page).get_by_text("excellent is better.", exact=True)).to_be_visible()
    expect(main(page).get_by_text("20 wins, 0 ties, 0 losses")).to_be_visible()
    card = main(page).get_by_test_id("diff-card").first
    expect(card.locator("del")).to_have_text(["excellent"])
    expect(card.locator("ins")).to_have_text(["good"])


def test_what_models_and_prompts_say_is_text_and_nothing_else(judged: App, page: Page) -> None:
    opened(judged, page, "&view=pair")
    card = main(page).get_by_test_id("diff-card").first
    card.get_by_text("Source text").click()
    expect(card.get_by_text(HOSTILE)).to_be_visible()
    assert page.evaluate("window.hacked") is None


def test_a_choice_goes_into_the_link_and_the_link_shows_it_to_others(
    judged: App, page: Page, browser: Browser
) -> None:
    opened(judged, page, "&view=pair")
    box = main(page).get_by_role("combobox", name="Variant A")
    box.click()
    page.get_by_role("option", name="poor").click()
    expect(main(page).get_by_text("excellent is better.", exact=True)).to_be_visible()
    expect(page).to_have_url(re.compile(f"a={variants(judged)['poor']}"))
    other = browser.new_context().new_page()
    other.goto(page.url)
    expect(main(other).get_by_text("poor wins 0 %")).to_be_visible()
    other.context.close()


def test_the_browsers_way_back_goes_from_view_to_view(judged: App, page: Page) -> None:
    opened(judged, page)
    main(page).get_by_role("radio", name="Head to head").click()
    expect(main(page).get_by_text("excellent is better.", exact=True)).to_be_visible()
    main(page).get_by_role("radio", name="Versions").click()
    expect(main(page).get_by_text("What was changed")).to_be_visible()
    page.go_back()
    expect(main(page).get_by_text("excellent is better.", exact=True)).to_be_visible()
    page.go_back()
    expect(main(page).get_by_text("120 votes on 20 prompts")).to_be_visible()


def test_a_cell_of_the_heat_map_leads_to_its_pair(judged: App, page: Page) -> None:
    opened(judged, page, "&show=wins")
    cell = main(page).locator('path[aria-label*="column: good; row: poor;"]')
    cell.click(force=True)  # its number lies over it
    expect(main(page).get_by_text("good is better.", exact=True)).to_be_visible()
    expect(main(page).get_by_text("poor wins 0 %")).to_be_visible()
    page.go_back()
    expect(cell).to_be_visible()


def test_the_versions_show_what_was_changed_and_the_regressions(judged: App, page: Page) -> None:
    opened(judged, page, "&view=versions")
    cards = main(page).get_by_test_id("diff-card")
    expect(cards.first.locator("ins")).to_have_text(["2"])
    expect(main(page).get_by_text("The old version won on 20 prompts")).to_be_visible()
    expect(cards.nth(1).locator("del")).to_have_text(["good"])


def test_who_has_no_votes_of_a_kind_is_told_so(judged: App, page: Page) -> None:
    opened(judged, page, "&kinds=judge")
    expect(main(page).get_by_text("compares two variants")).to_be_visible()
    expect(main(page).get_by_text(re.compile(r"There are \d+ votes by people"))).to_be_visible()


def test_on_a_narrow_screen_the_heat_map_scrolls_and_the_page_does_not(
    judged: App, page: Page
) -> None:
    page.set_viewport_size({"width": 260, "height": 900})
    opened(judged, page, "&show=wins")
    heat = main(page).locator(".st-key-win-rates")
    expect(heat.locator('path[aria-label*="row: poor;"]').first).to_be_visible()
    assert heat.evaluate("map => map.scrollWidth > map.clientWidth")
    assert main(page).evaluate("all => all.scrollWidth <= all.clientWidth")
