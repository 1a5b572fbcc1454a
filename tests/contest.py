"""A contest for the tests of ranking: variants of known quality, judged by known rules."""

from collections.abc import Callable, Sequence
from typing import Any

from tests.conftest import Desk
from workbench.leaderboard import report
from workbench.records import Item, Reviewer, ReviewerKind, Template
from workbench.store import variants

QUALITY = ("excellent", "good", "fair", "poor")
Verdict = Callable[[Item], int]


def enter(desk: Desk, prompts: int, names: Sequence[str] = QUALITY, **row: Any) -> None:
    """So many prompts, each answered by the variants of these names, which say their quality."""
    desk.import_rows([
        {
            "prompt": f"Tell me about {_topic(i)}",
            "split": "train",
            "completions": {name: f"An {name} answer on {_topic(i)}" for name in names},
        } | row
        for i in range(prompts)
    ])  # fmt: skip


def _topic(i: int) -> str:
    return " ".join(f"topic{i * 7919 + k * 104729:x}" for k in range(4))


def by_quality(item: Item) -> int:
    """−2 where the first-shown answer is of the better quality."""
    places = [QUALITY.index(answer.split()[1]) for answer in item.answers]
    return -2 if places[0] < places[1] else 2


def judge(desk: Desk, reviewer: Reviewer, verdict: Verdict = by_quality, most: int = 10**6) -> int:
    judged = 0
    while judged < most and (items := desk.claim(reviewer, min(10, most - judged))):
        for item in items:
            desk.submit(reviewer, item, preference=verdict(item))
            judged += 1
    return judged


def reported(desk: Desk, *kinds: ReviewerKind) -> dict[str, Any]:
    """A fresh report, by the job's own function."""
    chosen = kinds or ("human",)
    report.work(desk.store, {"project": desk.project.slug, "kinds": chosen}, _silent)
    with desk.store.read() as db:
        found = report.latest(db, desk.project, chosen)
    assert found
    return found


def _silent(done: int, total: int, note: str) -> None:
    assert done <= total


def as_versions(desk: Desk, *names: str) -> None:
    """Make these variants, in this order, versions of one template, answered by one model."""
    now, project = desk.clock.now, desk.project
    model = desk.rows("SELECT model_id AS id FROM variants WHERE name = ?", names[0])[0]["id"]
    for number, name in enumerate(names, start=1):
        text = Template("polite", system=f"Be polite, draft {number}.")
        made = desk.store.write(
            lambda db, text=text: variants.ensure_template(db, now, project.id, text)
        )
        desk.store.write(
            lambda db, name=name, made=made: db.execute(
                "UPDATE variants SET template_id = ?, model_id = ? WHERE name = ?",
                (made.id, model, name),
            )
        )
