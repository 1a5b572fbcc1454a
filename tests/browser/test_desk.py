"""A team's own data in a real browser: import, judge, tag, rate, export; and who may see what."""

import json
import re
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import App
from workbench.store import datasets, projects
from workbench.store.database import many

MODELS = ("gpt4_1106_preview", "claude-2.1")
SUBJECTS = ("lighthouses 🎉", "sourdough", "tide tables", "letterpress", "beekeeping", "sundials")


def alpaca_like(path: Path) -> Path:
    """Rows of AlpacaEval's shape, written by us; the emoji puts offsets to the test."""
    rows = [
        {
            "instruction": f"Tell me one thing about {subject}, in your own words.",
            "dataset": "helpful_base",
            "outputs": {
                MODELS[0]: f"🙂 {subject.title()}: an honest and careful answer.",
                MODELS[1]: f"👩‍🔧 {subject.title()}: a hasty answer with a wrong detail.",
            },
            "judge_vs_gpt4_1106_preview": {MODELS[0]: 1.5, MODELS[1]: 1.2},
        }
        for subject in SUBJECTS
    ]
    path.write_text("\n".join(json.dumps(row) for row in rows))
    return path


def select_text(page: Page, test_id: str, text: str) -> None:
    """Select `text` inside an answer as a drag of the mouse would."""
    page.get_by_test_id(test_id).evaluate(
        """(element, text) => {
            const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
            for (let node = walker.nextNode(); node; node = walker.nextNode()) {
                const at = node.data.indexOf(text);
                if (at < 0) continue;
                document.getSelection().setBaseAndExtent(node, at, node, at + text.length);
                const up = new PointerEvent("pointerup", { bubbles: true, composed: true });
                element.dispatchEvent(up);
                return;
            }
            throw new Error("not found: " + text);
        }""",
        text,
    )
    page.locator(".tagkeys[data-live]").wait_for()


def judge_one(page: Page, tag: str) -> None:
    """Tag a stretch, rate both answers, say why, and submit, by keyboard wherever one can."""
    item = page.locator("[data-testid=deck-item][data-ready]")
    item.wait_for()
    seen = item.get_attribute("data-item-id")
    slot = 1 if tag in page.get_by_test_id("answer-text-1").inner_text() else 2
    select_text(page, f"answer-text-{slot}", tag)
    page.keyboard.press("n")
    page.get_by_test_id("tag").first.wait_for()
    page.get_by_test_id(f"rate-{slot}-helpfulness-1").click()
    page.get_by_test_id(f"rate-{3 - slot}-helpfulness-4").click()
    page.keyboard.press("Escape")
    page.keyboard.press("7" if slot == 1 else "1")
    page.keyboard.press("Enter")
    page.locator(f"[data-testid=deck-item][data-item-id='{seen}']").wait_for(state="detached")


def test_imported_answers_are_judged_tagged_rated_and_found_in_the_export(
    app: App, page: Page, tmp_path: Path
) -> None:
    app.shell("projects", "create", "alpaca", "--rubric", "helpfulness")
    app.start()
    page.goto(f"{app.url}/import_data")
    page.get_by_test_id("stButtonGroup").get_by_text("completions").click()
    page.locator(".st-key-file-completions input[type=file]").set_input_files(
        alpaca_like(tmp_path / "alpaca.jsonl")
    )
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_text("New: 6 prompts")).to_be_visible(timeout=30_000)

    page.get_by_role("link", name="Generate").click()
    page.get_by_role("button", name="Queue comparisons").click()
    expect(page.get_by_text("new comparisons of train prompts")).to_be_visible(timeout=30_000)

    page.get_by_role("link", name="Review", exact=True).click()
    judge_one(page, "wrong detail")
    judge_one(page, "wrong detail")
    expect(page.get_by_test_id("save-state")).to_have_text(re.compile("All saved"))

    page.get_by_role("link", name="Export").click()
    page.get_by_role("button", name="Freeze as a version").click()
    expect(page.get_by_text(re.compile("alpaca-[0-9a-f]{12} ·"))).to_be_visible(timeout=60_000)
    rows, spans, ratings = _stored(app)
    assert len(rows) == 2
    for row in rows:
        assert "careful answer" in row["chosen"][0]["content"]
        assert "wrong detail" in row["rejected"][0]["content"]
    assert [s["quote"] for s in spans] == ["wrong detail"] * 2
    for span in spans:
        text = json.loads(span["messages"])[0]["content"]
        assert text[span["start"] : span["end"]] == "wrong detail"
    assert sorted(r["score"] for r in ratings) == [1, 1, 4, 4]


def _stored(app: App) -> tuple[list[Any], list[Any], list[Any]]:
    """The exported rows of both parts, and the spans and ratings in the store."""
    with app.store().read() as db:
        (version,) = datasets.in_project(db, projects.get(db, "alpaca").id)
        spans = many(
            db, "SELECT s.*, c.messages FROM spans s JOIN completions c ON c.id = s.completion_id"
        )
        ratings = many(db, "SELECT * FROM ratings")
    files = [Path(version.folder) / f"{part}.jsonl" for part in ("train", "test")]
    rows = [json.loads(line) for file in files for line in file.read_text().splitlines()]
    return rows, spans, ratings


def test_the_first_request_to_an_inner_page_meets_the_sign_in(app: App, browser: Browser) -> None:
    """On a fresh server, before any session has run the navigation."""
    said = app.shell("reviewers", "add", "Ann")
    links = re.findall(r"/sign-in#(\S+)", said)
    app.start()
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{app.url}/settings")
    expect(page.get_by_text("You are not signed in.")).to_be_visible(timeout=30_000)
    expect(page.get_by_text("Guidelines")).to_have_count(0)

    page.goto(f"{app.url}/sign-in#{links[0]}")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("link", name="Review", exact=True).wait_for(timeout=30_000)
    expect(page.get_by_role("link", name="Settings")).to_have_count(0)

    used = browser.new_context().new_page()
    used.goto(f"{app.url}/sign-in#{links[0]}")
    used.get_by_role("button", name="Sign in").click()
    expect(used.get_by_text("used before")).to_be_visible()
    context.close()


def test_a_server_restart_loses_no_judgement(app: App, page: Page, tmp_path: Path) -> None:
    app.shell("projects", "create", "alpaca")
    app.shell(
        "import", "completions", str(alpaca_like(tmp_path / "a.jsonl")), "--project", "alpaca"
    )
    app.shell("queue", "fill", "--project", "alpaca")
    app.start()
    page.goto(f"{app.url}/review")
    page.locator("[data-testid=deck-item][data-ready]").wait_for()
    app.kill()
    for _ in range(2):
        item = page.locator("[data-testid=deck-item][data-ready]")
        item.wait_for()
        seen = item.get_attribute("data-item-id")
        page.keyboard.press("1")
        page.keyboard.press("Enter")
        page.locator(f"[data-testid=deck-item][data-item-id='{seen}']").wait_for(state="detached")
    app.start()
    expect(page.get_by_test_id("save-state")).to_have_text(re.compile("All saved"), timeout=60_000)
    with app.store().read() as db:
        stored = many(db, "SELECT submission_id FROM judgements j JOIN reviewers r"
                          " ON r.id = j.reviewer_id WHERE r.kind = 'human'")  # fmt: skip
    assert len(stored) == 2


def test_the_app_process_never_loads_torch(app: App, page: Page) -> None:
    app.shell("projects", "create", "plain")
    app.start()
    for name in (
        "",
        "import_data",
        "generate",
        "playground",
        "review",
        "discussions",
        "export",
        "train",
        "rounds",
        "settings",
    ):
        page.goto(f"{app.url}/{name}")
        page.get_by_role("heading").first.wait_for(timeout=30_000)
    assert app.process
    maps = Path(f"/proc/{app.process.pid}/maps").read_text()
    assert "libtorch" not in maps
    assert "libsqlite" in maps or "_sqlite3" in maps


def test_the_app_answers_its_own_host_only(app: App) -> None:
    app.shell("projects", "create", "plain")
    app.start()
    request = urllib.request.Request(app.url, headers={"Host": "evil.example"})
    try:
        status = urllib.request.urlopen(request).status
    except urllib.error.HTTPError as error:
        status = error.code
    assert status == 400
