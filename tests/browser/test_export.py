"""A lead's way to a dataset: choose, see what each rule costs, freeze, and follow a row back."""

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import App, sign_in
from tests.conftest import Clock, Desk
from workbench import demo
from workbench.settings import ProjectSettings
from workbench.store import datasets, withdrawals

JOB_MS = 60_000  # a job in a process of its own, on a machine that runs other tests
SETTINGS = ProjectSettings(gold_rate=0.0, repeat_rate=0.0)


@pytest.fixture
def desk(app: App) -> Desk:
    """Ann judged eight pairs, Ben two."""
    store, clock = app.store(), Clock()
    project = demo.create_project(store, clock.now, "team", "Team", SETTINGS)
    desk = Desk(store, project, clock)
    desk.add_answers(10)
    desk.open()
    for name, most in (("Ann", 8), ("Ben", 2)):
        person = desk.reviewer(name)
        for item in desk.claim(person, most):
            desk.submit(person, item, preference=desk.better(item))
    return desk


def test_a_version_is_chosen_frozen_and_lit_up_by_a_withdrawal(
    app: App, desk: Desk, page: Page
) -> None:
    sign_in(app, page, "Lea", "lead")
    page.goto(f"{app.url}/export?project=Team")
    expect(page.get_by_text("10 verdicts pass")).to_be_visible()
    wanted = page.get_by_role("spinbutton", name="Judgements, at least")
    wanted.fill("2")
    wanted.press("Enter")
    expect(page.get_by_text("0 verdicts pass, 10 do not.")).to_be_visible()
    wanted.fill("1")
    wanted.press("Enter")
    expect(page.get_by_text("10 verdicts pass")).to_be_visible()
    page.get_by_role("button", name="Freeze as a version").click()
    version = page.get_by_text(re.compile("team-[0-9a-f]{12} ·"))
    expect(version).to_be_visible(timeout=JOB_MS)
    expect(page.get_by_text("is frozen: it stands under Versions.")).to_be_visible()
    with desk.store.read() as db:
        [made] = datasets.in_project(db, desk.project.id)
    first = (Path(made.folder) / "lineage.jsonl").read_text().splitlines()[0]
    page.goto(f"{app.url}/export?project=Team&row={json.loads(first)['pair_id']}")
    page.get_by_text("Where a row comes from").click()
    expect(page.get_by_text(f"In {made.name}")).to_be_visible()
    [ben] = desk.rows("SELECT id FROM reviewers WHERE name = 'Ben'")
    desk.store.write(
        lambda db: withdrawals.withdraw(db, desk.clock.now, desk.project.id, ben["id"])
    )
    page.reload()
    page.get_by_text("holds what no longer counts").click()
    expect(page.get_by_text("Judgements withdrawn since: 2 of Ben")).to_be_visible()


def test_what_a_benchmark_asks_is_left_out_once_it_is_named(
    app: App, desk: Desk, page: Page, tmp_path: Path
) -> None:
    [asked] = desk.rows("SELECT messages FROM prompts ORDER BY id LIMIT 1")
    quiz = tmp_path / "quiz.jsonl"
    quiz.write_text(json.dumps({"prompt": json.loads(asked["messages"])}) + "\n")
    sign_in(app, page, "Lea", "lead")
    page.goto(f"{app.url}/export?project=Team")
    expect(page.get_by_text("10 verdicts pass")).to_be_visible()
    page.get_by_role("button", name="No benchmark yet").click()
    page.get_by_role("textbox", name="Name").fill("quiz")
    page.locator("input[type=file]").set_input_files(quiz)
    expect(page.get_by_text("quiz.jsonl")).to_be_visible()
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_role("button", name="Checked against 1 benchmark")).to_be_visible()
    expect(page.get_by_text("9 verdicts pass")).to_be_visible()


def test_saved_rules_are_there_again(app: App, desk: Desk, page: Page) -> None:
    sign_in(app, page, "Lea", "lead")
    page.goto(f"{app.url}/export?project=Team")
    wanted = page.get_by_role("spinbutton", name="Judgements, at least")
    wanted.fill("2")
    wanted.press("Enter")
    expect(page.get_by_text("0 verdicts pass")).to_be_visible()
    page.get_by_role("button", name="Save these rules").click()
    page.get_by_role("textbox", name="Name").fill("strict")
    page.get_by_role("textbox", name="Name").press("Tab")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved as “strict”.")).to_be_visible()
    page.goto(f"{app.url}/export?project=Team")
    expect(page.get_by_text("10 verdicts pass")).to_be_visible()
    page.get_by_role("combobox", name="Saved filter").click()
    page.get_by_role("option", name="strict").click()
    expect(page.get_by_text("0 verdicts pass, 10 do not.")).to_be_visible()
