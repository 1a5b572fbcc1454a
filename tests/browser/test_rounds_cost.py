"""What rounds cost and bought, on the screen: reckoned by a job, shown with its sources."""

import csv
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import App, free_port
from tests.conftest import Clock, Desk
from tests.rounds_played import Played, turn
from workbench import demo
from workbench.settings import ProjectSettings

REPORT_MS = 90_000  # a job in a process of its own, on a machine that runs other tests


@pytest.fixture(scope="module")
def turned(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    folder = tmp_path_factory.mktemp("rounds")
    made = App(folder / "workspace", free_port())
    clock, settings = Clock(), ProjectSettings(gold_rate=0.0, repeat_rate=0.0, machine_hour=2.0)
    project = demo.create_project(made.store(), clock.now, "support", "Support", settings)
    turn(Played(Desk(made.store(), project, clock)), folder)
    # who judged with an import leaves the owner alone, who then need not sign in
    made.store().write(lambda db: db.execute("UPDATE reviewers SET imported_from = 'x'"))
    made.start()
    yield made
    made.kill()


def test_the_page_reckons_and_shows_what_rounds_cost_and_bought(
    turned: App, page: Page, tmp_path: Path
) -> None:
    page.goto(f"{turned.url}/rounds?project=Support")
    main = page.get_by_test_id("stMain")
    main.get_by_text(re.compile("^As of")).wait_for(timeout=REPORT_MS)
    expect(main.get_by_text("no edited prompt was judged")).to_be_visible()
    expect(main.get_by_text("cost of a proven point")).to_be_visible()
    expect(main.get_by_text("seconds a judgement, median")).to_be_visible()
    with page.expect_download() as begun:
        main.get_by_role("button", name="Download the data").click()
    begun.value.save_as(tmp_path / "rows.csv")
    first, second = csv.DictReader((tmp_path / "rows.csv").open())
    assert float(first["cost"]) == pytest.approx(11.1)
    assert (first["a point cost"], second["people"]) == ("", "2.0")
    assert float(second["a point cost"]) > 0
