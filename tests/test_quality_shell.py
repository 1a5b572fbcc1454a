"""Quality from the shell: the same figures as the app's, and the same measures."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from click.testing import CliRunner

from tests.conftest import Desk
from workbench.cli import main
from workbench.store import track_records


@pytest.fixture
def judged(make_desk: Callable[..., Desk], monkeypatch: pytest.MonkeyPatch) -> Desk:
    desk = make_desk(overlap=2)
    desk.add_answers(4)
    desk.open()
    for name in ("Ann", "Ben"):
        reviewer = desk.reviewer(name)
        while items := desk.claim(reviewer):
            fine = desk.better(items[0])
            desk.submit(reviewer, items[0], preference=fine if name == "Ann" else -fine, seconds=8)
    monkeypatch.setenv("WORKBENCH_HOME", str(desk.store.workspace.home))
    return desk


def run(line: str) -> str:
    done = CliRunner().invoke(main, line.split())
    assert done.exit_code == 0, done.output
    return done.output


def test_quality_gives_the_whole_report_as_json(judged: Desk) -> None:
    found: dict[str, Any] = json.loads(run("quality --project small --json"))
    assert found["counts"] == {"judgements": 8, "items": 4, "reviewers": 2}
    assert found["choice"]["percent"]["value"] == 0
    assert found["choice"]["alpha"]["items"] == 4
    assert len(found["disputes"]) == 4


def test_quality_in_words_gives_each_figure_with_its_interval(judged: Desk) -> None:
    said = run("quality --project small")
    assert "8 judgements by 2 reviewers" in said
    assert "choice, percent\t0.000 (0.000 to 0.000), 4 items" in said


def test_reviewers_with_a_project_gives_everybodys_figures(judged: Desk) -> None:
    found = json.loads(run("reviewers --project small --json"))
    assert [one["judged"] for one in found] == [4, 4]
    assert "Ann\t4 judgements" in run("reviewers --project small")


def test_reviewers_alone_says_what_it_can_do() -> None:
    assert "withdraw" in run("reviewers")


@pytest.mark.parametrize(
    ("action", "back", "column"),
    [("withdraw", "restore", "withdrawn_at"), ("discount", "hear", "discounted_at")],
)
def test_a_measure_shows_its_effect_and_can_be_taken_back(
    judged: Desk, action: str, back: str, column: str
) -> None:
    said = run(f"reviewers {action} Ben --project small --yes")
    assert '"judgements": 4' in said
    assert f"`reviewers {back}` takes it back." in said
    ben = judged.person("Ben")

    def mark() -> object:
        with judged.store.read() as db:
            return getattr(track_records.get(db, judged.project.id, ben.id), column)

    assert mark() is not None
    run(f"reviewers {back} Ben --project small")
    assert mark() is None


def test_a_measure_asks_first(judged: Desk) -> None:
    done = CliRunner().invoke(main, "reviewers withdraw Ben --project small".split(), input="n\n")
    assert done.exit_code == 1
    assert judged.rows("SELECT * FROM judgements WHERE withdrawn_at IS NOT NULL") == []


def test_pay_appears_in_the_costs(judged: Desk) -> None:
    run("reviewers pay Ann 18")
    run("reviewers pay Ben 0.5 --per item")
    cost = json.loads(run("quality --project small --json"))["cost"]
    assert cost["money"] == pytest.approx(18 * 32 / 3600 + 0.5 * 4)
    assert cost["per_judgement"]["seconds"] == pytest.approx(8)


def test_settings_change_from_the_shell(judged: Desk) -> None:
    run("projects change small until_sure=true second_look.share=0.2")
    assert "There is no setting “gold”" in CliRunner().invoke(
        main, "projects change small gold=1".split()
    ).output  # fmt: skip
    assert "must lie between 0 and 1" in CliRunner().invoke(
        main, "projects change small gold_rate=2".split()
    ).output  # fmt: skip


def test_the_order_of_the_queue_changes_from_the_shell(judged: Desk) -> None:
    assert "in the order “oldest”" in run("queue order oldest --project small")
