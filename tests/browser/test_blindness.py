"""A reviewer's browser learns nothing of models, templates, variants, rounds or kinds of item:
every byte that it receives over a session is searched for planted names.
"""

import json
import re
from dataclasses import replace
from typing import Any

from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import App, wait_until
from workbench import demo, importing, queueing
from workbench.clock import utc_now
from workbench.importing.shapes import parse
from workbench.judging.drawing import REPEAT_DISTANCE
from workbench.records import Completion, Model, Sampling, Template, Variant
from workbench.settings import Asks, ProjectSettings
from workbench.store import Database, Store, completions, gold, prompts, rounds, variants
from workbench.store import comparisons as comparison_rows
from workbench.store.comparisons import NewComparison
from workbench.store.database import many

PROMPTS = 60
JUDGED = REPEAT_DISTANCE + 20
PLANTED = {
    "model": "qzmodelkx", "template": "qztemplatekx", "variant": "qzvariantkx",
    "other variant": "qzsecondkx", "system prompt": "qzsystemkx",
}  # fmt: skip


def plant(store: Store) -> None:
    """Work, gold, heldout and repeat items, whose models and templates have telling names."""
    chosen = ProjectSettings(gold_rate=0.15, repeat_rate=0.5, asks=Asks(ratings=True))
    project = demo.create_project(
        store, utc_now(), "blind", "Blind", chosen, rubric="grounded-qa", guidelines="Judge them."
    )
    rows = [{"prompt": f"Question {i * 7919}?", "split": "train"} for i in range(PROMPTS)]
    importing.add(store, project, [parse(row) for row in rows], utc_now())
    template = Template(PLANTED["template"], PLANTED["system prompt"] + " {{ context }}")
    model = Model(PLANTED["model"], "local", f"/models/{PLANTED['model']}", PLANTED["model"])
    names = (PLANTED["variant"], PLANTED["other variant"])

    def write(db: Database) -> None:
        made = [
            variants.ensure_variant(
                db, utc_now(), project.id, Variant(name, model, template, Sampling(float(at)))
            )
            for at, name in enumerate(names)
        ]
        rounds.open_next(db, utc_now(), project.id, made[0].id)
        for prompt in prompts.in_project(db, project.id):
            for variant in made:
                said = {"role": "assistant", "content": f"Answer {prompt.id} {variant.id}"}
                sent = ({"role": "system", "content": PLANTED["system prompt"]}, *prompt.messages)
                completions.insert(
                    db, utc_now(), Completion(prompt.id, variant.id, 0, (said,), sent)
                )

    store.write(write)
    queueing.fill(store, project, utc_now())
    store.write(lambda db: _of_all_kinds(db, project.id))


def _of_all_kinds(db: Database, project_id: int) -> None:
    """The pairs are there as work; a third of them is gold as well, a sixth heldout."""
    for at, prompt in enumerate(list(prompts.in_project(db, project_id))):
        pair = tuple(c.id for c in completions.of_prompt(db, prompt.id))
        new = NewComparison(project_id, prompt.id, pair, wanted=1, priority=at / PROMPTS)
        if at % 3 == 0:
            known = gold.Answer(pair[0], pair[1], "planted")
            gold.make(db, utc_now(), replace(new, kind="gold", wanted=0), known)
        elif at % 6 == 1:
            comparison_rows.ensure(db, utc_now(), replace(new, kind="heldout"))


class Ears:
    """Everything that a page receives: bodies, headers, websocket frames."""

    def __init__(self, page: Page):
        self.heard: list[str] = []
        page.on("response", self.hear)
        page.on("websocket", lambda socket: socket.on("framereceived", self.frame))

    def hear(self, response: Any) -> None:
        self.heard.append(json.dumps(dict(response.headers)))
        try:
            self.heard.append(response.body().decode("utf-8", "replace"))
        except Exception:
            self.heard.append(response.url)

    def frame(self, payload: str | bytes) -> None:
        text = payload if isinstance(payload, str) else payload.decode("utf-8", "replace")
        self.heard.append(text)


def test_no_byte_that_a_reviewer_receives_names_what_is_hidden(app: App, browser: Browser) -> None:
    plant(app.store())
    [link, *_] = re.findall(r"/sign-in#(\S+)", app.shell("reviewers", "add", "Ann"))
    app.start()
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    ears = Ears(page)
    page.goto(f"{app.url}/sign-in#{link}")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("link", name="Review", exact=True).wait_for(timeout=30_000)
    page.goto(f"{app.url}/review")
    shapes = set()
    for at in range(JUDGED):
        item = page.locator("[data-testid=deck-item][data-ready]")
        item.wait_for()
        seen = item.get_attribute("data-item-id")
        if at == 5:
            page.keyboard.press("f")
            page.get_by_test_id("flag-words").fill("unclear")
            page.keyboard.press("Enter")
        page.keyboard.press("1")
        page.keyboard.press("Enter")
        page.locator(f"[data-item-id='{seen}']").wait_for(state="detached")
    expect(page.get_by_test_id("save-state")).to_have_text("All saved")
    page.keyboard.press("p")
    page.get_by_text("Judged today").wait_for()
    page.keyboard.press("Escape")
    for name in ("", "rounds", "export", "settings", "train", "generate", "playground",
                 "import_data",
                 "discussions", "discussions?thread=1"):  # fmt: skip
        page.goto(f"{app.url}/{name}")
        page.get_by_role("link", name="Home").first.wait_for()
    wait_until(lambda: len(ears.heard) > 50, 10)
    everything = "\n".join(ears.heard)
    assert "Judge them." in everything, "the ears hear"
    found = {what: token for what, token in PLANTED.items() if token in everything}
    assert found == {}
    for body in ears.heard:
        if body.startswith('{"items"'):
            shapes |= {shape(item) for item in json.loads(body)["items"]}
    assert len(shapes) == 1, "items of different kinds differ"
    assert kinds_met(app.store()) == {"work", "gold", "heldout", "repeat"}
    page.context.close()


def kinds_met(store: Store) -> set[str]:
    sql = "SELECT DISTINCT kind FROM comparisons c JOIN leases l ON l.comparison_id = c.id"
    with store.read() as db:
        return {row["kind"] for row in many(db, sql)}


def shape(value: Any) -> str:
    """A JSON value without its ids, texts and times."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{k}:{shape(v)}" for k, v in sorted(value.items())) + "}"
    if isinstance(value, list):
        return "[" + ",".join(shape(v) for v in value) + "]"
    return type(value).__name__
