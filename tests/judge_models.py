"""A judge whose replies are scripted: what the tests of judge models share."""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from tests.conftest import Desk
from workbench import judges
from workbench.providers import Answer, Failure, Outcome, Request
from workbench.records import Model, Sampling
from workbench.store.judges import Judge

READ = re.compile(r"# Answer 1\n(.*?)\n\n# Answer 2\n(.*?)\n\n# Your verdict", re.DOTALL)
MODEL = Model("a judge's model", "local", "nowhere")


def quiet(done: int, total: int, note: str) -> None:
    pass


def says(preference: Any, **more: Any) -> str:
    return json.dumps({"reason": "So it is.", "preference": preference, **more})


def fine(first: str, second: str) -> str:
    """Knows which answer is the better one, whatever the order."""
    return says(-2 if first.startswith("A fine") else 2)


Reply = Callable[[str, str], str | Failure]


class Scripted:
    """Replies by what it is shown; the last request first."""

    def __init__(self, reply: Reply = fine):
        self.reply = reply
        self.asked: list[Request] = []

    def answer(self, requests: Iterable[Request], sampling: Sampling) -> Iterator[list[Outcome]]:
        arrived = list(enumerate(requests))
        self.asked += [request for _, request in arrived]
        for place, request in reversed(arrived):
            found = READ.search(request.messages[0]["content"])
            assert found
            said = self.reply(*found.groups())
            yield [(place, Answer((said,), "stop", 50, 9, 1.0) if isinstance(said, str) else said)]


def add_judge(desk: Desk, name: str = "the judge", **how: Any) -> Judge:
    now, model = desk.clock.now, how.pop("model", MODEL)
    return desk.store.write(lambda db: judges.add(db, now, desk.project, name, model, **how))


def run_judge(desk: Desk, judge: Judge, reply: Reply = fine, **how: Any) -> dict[str, Any]:
    return judges.run(desk.store, judge, quiet, provider=Scripted(reply), **how)


def verdicts_of(desk: Desk, judge: Judge) -> list[dict[str, Any]]:
    return desk.rows(
        "SELECT * FROM judgements WHERE reviewer_id = ? ORDER BY comparison_id", judge.reviewer_id
    )
