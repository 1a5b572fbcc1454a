"""The Train page's reward models: what one is worth is read there, and it is put to the queue."""

import numpy as np
from playwright.sync_api import Page, expect

from tests.browser.conftest import App, sign_in, wait_until
from tests.conftest import Clock, Desk
from tests.reward_models import frozen, plant, registered
from workbench import demo
from workbench.clock import utc_now
from workbench.rewards import measuring, pairs
from workbench.settings import ProjectSettings
from workbench.store import projects, reports

PAIRS = 60


def fill(app: App) -> None:
    """A project with a measured reward model, all of whose answers are scored."""
    store, clock = app.store(), Clock()
    clock.now = utc_now()
    settings = ProjectSettings(gold_rate=0.0, repeat_rate=0.0)
    desk = Desk(store, demo.create_project(store, clock.now, "small", "Small", settings), clock)
    desk.add_answers(6)
    desk.open()
    desk.judge_all(desk.reviewer("Ann"))
    model = registered(desk, frozen(desk, test_share=0.0))
    plant(desk, model, lambda name, prompt: float(name == "a"))
    right = np.where(np.arange(PAIRS) % 5, 2.0, -1.0)
    longer = np.where(np.arange(PAIRS) % 2, 7, -7)
    found = measuring.Measured(right, longer, np.arange(PAIRS), {"too long": 3})
    body = {"source": pairs.TEST_PART, "version": "small-1", "reward_model": model.name,
            "training_run": 1, **measuring.reckon(found, pairs.Lengths(9, 4))}  # fmt: skip
    kind = f"{measuring.JOB} {model.id}"
    store.write(lambda db: reports.save(db, clock.now, desk.project.id, None, kind, body))


def test_a_reward_model_stands_beside_lengths_and_orders_the_queue(app: App, page: Page) -> None:
    fill(app)
    sign_in(app, page, "Olga", "owner")
    page.goto(f"{app.url}/train")
    page.get_by_text("Reward models").wait_for()
    expect(page.get_by_text("above lengths alone")).to_be_visible()
    expect(page.get_by_text("80 %").first).to_be_visible()
    expect(page.get_by_text("Pairs that it could not score: 3: too long.")).to_be_visible()
    page.get_by_role("button", name="Order the queue by it").click()
    expect(page.get_by_text("The queue goes by what it is unsure about.")).to_be_visible()

    def ordered() -> bool:
        with app.store().read() as db:
            chosen = projects.get(db, "small").settings
        return (chosen.queue, chosen.reward.model) == ("unsure", "taste")

    wait_until(ordered, 10)
