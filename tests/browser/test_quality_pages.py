"""A lead's way: how far reviewers agree, who is paused and why, what withdrawing would do."""

import re
from datetime import datetime

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import App
from tests.conftest import answered
from workbench import demo, importing, judging, queueing
from workbench.clock import utc_now
from workbench.errors import Paused
from workbench.importing.shapes import parse
from workbench.records import Project, Reviewer, Submission
from workbench.settings import ProjectSettings
from workbench.store import Database, Store, gold, reviewers
from workbench.store.comparisons import NewComparison
from workbench.store.database import many

REPORT_MS = 90_000  # a job in a process of its own, on a machine that runs other tests
SETTINGS = ProjectSettings(overlap=3, gold_rate=0.6, repeat_rate=0.0)


@pytest.fixture
def judged(app: App) -> App:
    """Three people judge twelve pairs among gold; Mal is always wrong, and is paused."""
    store = app.store()
    project = demo.create_project(store, utc_now(), "team", "Team", SETTINGS)
    _add(store, project, "topic", 12)
    queueing.fill(store, project, utc_now())
    _add(store, project, "gold", 12)
    store.write(lambda db: _make_gold(db, project, utc_now()))
    for name, sign in (("Ann", 1), ("Ben", 1), ("Mal", -1)):
        person = store.write(lambda db, name=name: reviewers.add(db, utc_now(), name, seed=3))
        _judge_all(store, project, person, sign)
    return app


def _add(store: Store, project: Project, word: str, count: int) -> None:
    rows = [answered(i, word=word) for i in range(count)]
    importing.add(store, project, [parse(row) for row in rows], utc_now(), kind="completions")


def _make_gold(db: Database, project: Project, now: datetime) -> None:
    pairs = many(
        db,
        "SELECT prompt_id, min(id) AS a, max(id) AS b FROM completions WHERE messages LIKE"
        " '%gold%' GROUP BY prompt_id",
    )
    for pair in pairs:
        new = NewComparison(project.id, pair["prompt_id"], (pair["a"], pair["b"]), 0, kind="gold")
        gold.make(
            db, now, new, gold.Answer(pair["a"], pair["b"], "test", explanation="It says so.")
        )


def _judge_all(store: Store, project: Project, person: Reviewer, sign: int) -> None:
    try:
        while items := store.write(
            lambda db: judging.claim(db, project, person, "tab", 1, utc_now())
        ):
            fine = -2 if items[0].answers[0].startswith("A fine") else 2
            sent = Submission(items[0].id, items[0].id, preference=sign * fine, seconds=9.0)
            store.write(lambda db, sent=sent: judging.submit(db, person, sent, utc_now()))
    except Paused:
        return


@pytest.fixture
def lead(judged: App, page: Page) -> Page:
    said = judged.shell("reviewers", "add", "Lea", "--role", "lead")
    [link, *_] = re.findall(r"/sign-in#(\S+)", said)
    judged.start()
    page.goto(f"{judged.url}/sign-in#{link}")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("link", name="Quality").wait_for()
    return page


def main(page: Page) -> Locator:
    return page.get_by_test_id("stMain")


def test_the_quality_page_reckons_by_itself_and_shows_agreement_with_intervals(
    judged: App, lead: Page
) -> None:
    lead.goto(f"{judged.url}/quality")
    main(lead).get_by_text("Agreement on the choice (α)").wait_for(timeout=REPORT_MS)
    expect(main(lead).get_by_text(re.compile(r"to .* · 12 items")).first).to_be_visible()
    expect(main(lead).get_by_text("1 reviewer paused by gold.")).to_be_visible()
    main(lead).get_by_role("button", name="Reviewers", exact=True).click()
    expect(lead.get_by_role("heading", name="Mal is paused")).to_be_visible()


def test_home_tells_a_lead_who_is_paused(judged: App, lead: Page) -> None:
    lead.goto(judged.url)
    expect(main(lead).get_by_text("1 reviewer paused by gold.")).to_be_visible()


def test_the_evidence_is_there_and_the_lead_lets_them_go_on(judged: App, lead: Page) -> None:
    lead.goto(f"{judged.url}/reviewers")
    main(lead).get_by_text("What was judged otherwise").click()
    expect(
        main(lead).get_by_text("They said: the worse answer is clearly better.").first
    ).to_be_visible()
    main(lead).get_by_role("button", name="Let them go on").click()
    expect(lead.get_by_role("heading", name="Mal is paused")).to_have_count(0)


def test_withdrawing_shows_first_what_would_change_and_can_be_undone(
    judged: App, lead: Page
) -> None:
    [mal] = [r for r in _everyone(judged) if r.name == "Mal"]
    lead.goto(f"{judged.url}/reviewers?reviewer=Mal")
    main(lead).get_by_role("button", name="Show what would change").click(timeout=REPORT_MS)
    main(lead).get_by_text(re.compile("Without the")).wait_for(timeout=REPORT_MS)
    expect(main(lead).get_by_text(re.compile("Without the .* of Mal"))).to_be_visible()
    main(lead).get_by_role("button", name="Withdraw all by Mal").click()
    expect(main(lead).get_by_role("button", name="Let Mal count again")).to_be_visible()
    assert _standing(judged, mal.id) == 0
    main(lead).get_by_role("button", name="Let Mal count again").click()
    expect(main(lead).get_by_role("button", name="Show what would change")).to_be_visible()
    assert _standing(judged, mal.id) > 0


def _everyone(app: App) -> list[Reviewer]:
    with app.store().read() as db:
        return reviewers.everyone(db)


def _standing(app: App, reviewer_id: int) -> int:
    with app.store().read() as db:
        rows = many(
            db,
            "SELECT id FROM judgements WHERE reviewer_id = ? AND withdrawn_at IS NULL",
            (reviewer_id,),
        )
    return len(rows)


@pytest.mark.parametrize("screen", ["quality", "reviewers"])
def test_reviewers_may_not_see_it(judged: App, page: Page, screen: str) -> None:
    said = judged.shell("reviewers", "link", "Ann")
    [link] = re.findall(r"/sign-in#(\S+)", said)
    judged.start()
    page.goto(f"{judged.url}/sign-in#{link}")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("link", name="Review", exact=True).wait_for()
    page.goto(f"{judged.url}/{screen}")
    expect(page.get_by_text("Agreement on the choice")).to_have_count(0)
