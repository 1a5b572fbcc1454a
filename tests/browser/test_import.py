"""An owner brings in a table with its own column names: corrected, seen first, then stored."""

import csv
import io
import json

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import App
from tests.conftest import Clock, Desk
from workbench import demo
from workbench.settings import ProjectSettings
from workbench.store import imports

SETTINGS = ProjectSettings(heldout_share=0.0, gold_rate=0.0)


@pytest.fixture
def desk(app: App) -> Desk:
    store, clock = app.store(), Clock()
    return Desk(store, demo.create_project(store, clock.now, "team", "Team", SETTINGS), clock)


def table(*rows: dict[str, str]) -> bytes:
    text = io.StringIO()
    out = csv.DictWriter(text, list(rows[0]))
    out.writeheader()
    out.writerows(rows)
    return text.getvalue().encode()


def choose(page: Page, role: str, column: str) -> None:
    page.get_by_role("combobox", name=role, exact=True).click()
    page.get_by_role("option", name=column, exact=True).click()


def test_a_table_is_corrected_seen_and_imported(app: App, desk: Desk, page: Page) -> None:
    app.start()
    page.goto(f"{app.url}/import_data?project=Team")
    page.get_by_test_id("stButtonGroup").get_by_text("judgements").click()
    rows = [
        {"question": "Why?", "good one": "So.", "bad one": "No."},
        {"question": "How?", "good one": "Equal.", "bad one": "Equal."},
    ]
    page.locator(".st-key-file-judgements input[type=file]").set_input_files(
        {"name": "pairs.csv", "mimeType": "text/csv", "buffer": table(*rows)}
    )
    expect(page.get_by_text("2 rows cannot be used:")).to_be_visible()
    choose(page, "Format", "Preference pairs (TRL)")
    expect(page.get_by_role("combobox", name="prompt", exact=True)).to_have_value("question")
    choose(page, "chosen", "good one")
    choose(page, "rejected", "bad one")
    expect(page.get_by_text("2 rows can be used. The first ones:")).to_be_visible()
    expect(page.get_by_text("Left out of the rows that can be used:")).to_be_visible()
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_text("New: 2 prompts, 3 answers, 1 judgement.")).to_be_visible()
    expect(page.get_by_role("link", name="Next: export what was judged")).to_be_visible()
    with desk.store.read() as db:
        [stored] = imports.recent(db, desk.project.id)
    report = json.loads(stored["report"])
    assert stored["file_name"] == "pairs.csv"
    assert report["reading"]["columns"] == {
        "prompt": "question", "chosen": "good one", "rejected": "bad one"
    }  # fmt: skip
    assert [(one["count"], one["lines"]) for one in report["dropped"]] == [(1, [3])]
