"""The gate on the Rounds page: what to do first, its word with the evidence, promotion."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import App
from tests.conftest import Clock, Desk
from tests.contenders import Duel, duel, local, tag
from workbench import demo
from workbench.settings import ProjectSettings
from workbench.store import Database, promotions, rounds, variants
from workbench.store.promotions import NewPromotion

REPORT_MS = 90_000  # a job in a process of its own, on a machine that runs other tests


@pytest.fixture
def pair(app: App, monkeypatch: pytest.MonkeyPatch) -> Duel:
    """The old model is round 0's. Neither can be loaded, so they are asked nothing."""
    monkeypatch.setattr("workbench.rounds.proving.question", lambda *a, **k: None)
    clock, settings = Clock(), ProjectSettings(gold_rate=0.0, repeat_rate=0.0)
    project = demo.create_project(
        app.store(), clock.now, "small", "Small", settings, rubric="grounded-qa"
    )
    desk = Desk(app.store(), project, clock)
    desk.add_answers(1, word="train")
    made = duel(desk, 55)
    desk.store.write(lambda db: rounds.open_next(db, clock.now, project.id, made.old.id))
    return made


def judged(pair: Duel, lead: int) -> None:
    """By a person who came with an import: the owner stays alone and need not sign in."""
    pair.lay(pair.begin())
    ann = pair.desk.reviewer()

    def ratings(item: object, new: int) -> object:
        return {new: {"faithful": 2}, 3 - new: {"faithful": 1}}

    pair.judge(
        ann, lambda n: -3 if n < 2 else lead,
        spans=lambda item, new: tag(item, 3 - new), ratings=ratings,
    )  # fmt: skip
    pair.desk.store.write(
        lambda db: db.execute("UPDATE reviewers SET imported_from = 'x' WHERE id = ?", (ann.id,))
    )


def opened(app: App, page: Page) -> Locator:
    app.start()
    page.goto(f"{app.url}/rounds?project=small")
    main = page.get_by_test_id("stMain")
    main.get_by_text("Should the new model replace the old one?").wait_for()
    return main


def current(pair: Duel) -> str | None:
    with pair.desk.store.read() as db:
        found = promotions.current(db, pair.project.id)
    return found and found.name


def test_before_there_is_a_proof_the_page_says_how_to_begin_one(
    app: App, page: Page, pair: Duel
) -> None:
    main = opened(app, page)
    expect(main.get_by_text("No model is being proved yet.")).to_be_visible()
    expect(main.get_by_text("Prove another model")).to_be_visible()


def test_a_proved_model_is_promoted_with_one_button_and_may_be_served(
    app: App, page: Page, pair: Duel
) -> None:
    judged(pair, 2)
    main = opened(app, page)
    expect(main.get_by_role("heading", name="Promote", exact=True)).to_be_visible(timeout=REPORT_MS)
    expect(main.get_by_text("surely more than half").first).to_be_visible()
    expect(main.get_by_text("2 prompts on which the old answer was clearly better")).to_be_visible()
    main.get_by_role("button", name="Promote new").click()
    expect(main.get_by_text("is the project's current model")).to_be_visible()
    expect(main.get_by_text("models serve current --project small")).to_be_visible()
    assert current(pair) == "new"
    expect(main.get_by_text("How hard it is to tell answers apart")).to_be_visible(
        timeout=REPORT_MS
    )


def test_what_the_gate_does_not_allow_takes_a_reason(app: App, page: Page, pair: Duel) -> None:
    judged(pair, 0)
    main = opened(app, page)
    expect(main.get_by_role("heading", name="Not yet")).to_be_visible(timeout=REPORT_MS)
    main.get_by_text("Promote it all the same").click()
    button = main.get_by_role("button", name="Promote new")
    expect(button).to_be_disabled()
    main.get_by_label("Why? The reason").fill("We know it from elsewhere.")
    main.get_by_label("Why? The reason").press("Enter")
    button.click()
    expect(main.get_by_text("is the project's current model")).to_be_visible()
    main.get_by_text("Promotions", exact=True).click()
    expect(main.get_by_text("We know it from elsewhere.")).to_be_visible()
    assert current(pair) == "new"


def test_a_proof_against_another_than_the_current_model_promotes_only_with_a_reason(
    app: App, page: Page, pair: Duel
) -> None:
    judged(pair, 2)
    now = pair.desk.clock.now

    def write(db: Database) -> None:
        third = variants.ensure_model(db, now, local("third"))
        promotions.promote(db, now, pair.project.id, NewPromotion(third.id))

    pair.desk.store.write(write)
    main = opened(app, page)
    main.get_by_text("Promote it all the same").click(timeout=REPORT_MS)
    expect(main.get_by_text("no proof against the project's current model")).to_be_visible()
    main.get_by_label("Why? The reason").fill("The third is worse than both.")
    main.get_by_label("Why? The reason").press("Enter")
    main.get_by_role("button", name="Promote new").click()
    expect(main.get_by_text("is the project's current model").last).to_be_visible()
    assert current(pair) == "new"
