"""An owner's way to a tuned model: choose, look first, train, watch, compare, find its origin."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import App, sign_in
from tests.conftest import Clock, Desk
from tests.tuning import frozen, judged_pairs, prepared, starter
from workbench import demo
from workbench.clock import utc_now
from workbench.settings import ProjectSettings

JOB_MS = 120_000  # a run in a process of its own, on a machine that runs other tests
SETTINGS = ProjectSettings(gold_rate=0.0, repeat_rate=0.0, starter=True)


@pytest.fixture
def desk(app: App) -> Desk:
    store, clock = app.store(), Clock()
    clock.now = utc_now()
    project = demo.create_project(store, clock.now, "team", "Team", SETTINGS)
    made = judged_pairs(Desk(store, project, clock))
    starter(made)
    frozen(made)

    return made


def looked_at(page: Page) -> Locator:
    """The run whose curves are shown."""
    return page.get_by_role("combobox", name="Look at")


def test_a_model_is_tuned_watched_and_compared_with_another(
    app: App, desk: Desk, page: Page
) -> None:
    sign_in(app, page, "Olga", "owner")
    page.goto(f"{app.url}/train?project=Team")
    main = page.get_by_test_id("stMain")
    expect(main.get_by_text("DPO on a tiny model with fewer than")).to_be_visible()
    main.get_by_role("button", name="Check first").click()
    expect(main.get_by_text("No row is dropped or cut.")).to_be_visible(timeout=JOB_MS)
    main.get_by_role("button", name="Train", exact=True).click()
    expect(looked_at(page)).to_have_value("Run 1 · done · dpo-tiny-few", timeout=JOB_MS)
    expect(main.get_by_text("Reward margin").first).to_be_visible()
    main.get_by_text("Where it comes from").click()
    expect(main.get_by_text("trl dpo --config recipe.yaml")).to_be_visible()
    main.get_by_text("Settings", exact=True).click()
    box = main.get_by_role("textbox", name="Other settings")
    box.fill("learning_rate: 1e-4")
    box.press("Control+Enter")
    main.get_by_role("button", name="Train", exact=True).click()
    changed = "Run 2 · done · dpo-tiny-few, learning_rate 0.0001"
    expect(looked_at(page)).to_have_value(changed, timeout=JOB_MS)
    main.get_by_text("Beside other runs").click()
    others = main.get_by_test_id("stMultiSelect").locator("input")
    others.fill("Run 1")
    others.press("Enter")
    expect(main.get_by_text("learning_rate").first).to_be_attached()


def test_settings_that_trl_does_not_know_end_the_run_with_a_clear_word(
    app: App, desk: Desk, page: Page
) -> None:
    sign_in(app, page, "Olga", "owner")
    page.goto(f"{app.url}/train?project=Team")
    main = page.get_by_test_id("stMain")
    main.get_by_text("Settings", exact=True).click()
    box = main.get_by_role("textbox", name="Other settings")
    box.fill("learning_rat: 1e-4")
    box.press("Control+Enter")
    main.get_by_role("button", name="Train", exact=True).click()
    expect(main.get_by_text("does not know the setting “learning_rat”")).to_be_visible(
        timeout=JOB_MS
    )
    expect(main.get_by_role("button", name="Try again")).to_be_visible()


def test_a_run_is_found_by_its_address(app: App, desk: Desk, page: Page) -> None:
    runs = [prepared(desk, frozen(desk), seed=seed) for seed in (1, 2)]
    sign_in(app, page, "Olga", "owner")
    page.goto(f"{app.url}/train?project=Team&run={runs[0]}")
    expect(looked_at(page)).to_have_value(re.compile(f"Run {runs[0]} · dpo"))
