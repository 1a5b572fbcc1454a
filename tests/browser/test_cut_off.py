"""What was removed of an import or export that was cut off stands on its page until it is read."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import App, sign_in
from tests.conftest import START
from workbench import demo
from workbench.settings import ProjectSettings
from workbench.store import removals
from workbench.store.removals import What


@pytest.mark.parametrize(
    ("address", "what", "name"),
    [("import_data", "import", "spring_*2026*.jsonl"), ("export", "export", "reward")],
)
def test_it_stands_there_until_somebody_has_read_it(
    app: App, page: Page, address: str, what: What, name: str
) -> None:
    store = app.store()
    project = demo.create_project(store, START, "team", "Team", ProjectSettings())
    store.write(
        lambda db: removals.add(db, START, project.id, what, name, "2026-11-22T09:00:00.000Z",
                                {"prompt": 12_000})
    )  # fmt: skip
    sign_in(app, page, "Olga", "owner")
    page.goto(f"{app.url}/{address}?project=Team")
    notice = page.get_by_text("Removed what it had left: 12,000 prompts.")
    expect(notice).to_contain_text(name)
    page.reload()
    expect(notice).to_be_visible()
    page.get_by_role("button", name="I have read it").click()
    expect(notice).to_have_count(0)
    page.reload()
    expect(page.get_by_role("heading", name=what.title(), exact=True)).to_be_visible()
    expect(notice).to_have_count(0)
