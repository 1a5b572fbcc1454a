"""What rounds cost and bought: every part by hand, and nothing unknown taken for 0."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from tests.conftest import Desk
from tests.rounds_played import FIRST, TUNED, Played, pay, turn
from workbench.cli import main
from workbench.records import Template
from workbench.rounds import buying, economics, proof
from workbench.rounds.spending import HOUR, machine
from workbench.settings import ProjectSettings
from workbench.stats.winrate import win_rate
from workbench.store import Database, projects, proofs, reviewers

Json = dict[str, Any]


def reckoned(desk: Desk, *kinds: str) -> Json:
    with desk.store.read() as db:
        return economics.reckon(db, desk.project, kinds or ("human",))


@pytest.fixture
def played(make_desk: Callable[..., Desk]) -> Played:
    return Played(make_desk(machine_hour=2.0))


@pytest.fixture
def turned(played: Played, tmp_path: Path) -> Played:
    turn(played, tmp_path)
    return played


def test_a_round_costs_answers_people_and_training(turned: Played) -> None:
    first, second = reckoned(turned.desk)["rounds"]
    assert first["cost"] == pytest.approx(
        {"answers": 0.1, "people": 10.0, "judges": 0.0, "training": 1.0, "total": 11.1}
    )
    assert second["cost"] == pytest.approx(
        {"answers": 0.0, "people": 2.0, "judges": 0.0, "training": 0.0, "total": 2.0}
    )


def test_a_models_proven_points_stand_against_the_rounds_before_it(turned: Played) -> None:
    first, second = reckoned(turned.desk)["rounds"]
    won = win_rate(20, 0, 0)
    points = 100 * (won.low - 0.5)
    assert first["bought"] is None
    assert second["bought"]["points"] == pytest.approx(points)
    assert second["bought"]["per_point"] == pytest.approx(11.1 / points)


@pytest.mark.parametrize(("beaten", "since"), [(FIRST, 0), (TUNED, 1), ("of no round", 0)])
def test_what_a_model_cost_counts_from_the_round_of_the_one_that_it_was_to_beat(
    turned: Played, beaten: str, since: int
) -> None:
    third, old = turned.open_round("the third"), turned.variant(beaten)
    new, now = turned.variant("the third"), turned.desk.clock.now

    def write(db: Database) -> None:
        frozen = proofs.freeze(db, now, turned.desk.project.id)
        proofs.begin(db, now, frozen, new.id, old.id, third.id)

    turned.desk.store.write(write)
    with turned.desk.store.read() as db:
        assert proof(db, third).since == since


def test_telling_apart_is_measured_on_the_work_of_a_round_alone(turned: Played) -> None:
    first, second = reckoned(turned.desk)["rounds"]
    assert (first["judgements"], first["items"], first["seconds"]) == (10, 10, 20)
    assert first["weak"]["value"] == 1.0
    assert first["preference"]["value"] == 1.0
    assert first["ties"]["value"] == 0.0
    assert (second["judgements"], second["seconds"]) == (0, None)


def test_without_a_known_pay_nothing_is_summed_up(turned: Played) -> None:
    ann = turned.desk.person("Ann")
    now = turned.desk.clock.now
    turned.desk.store.write(lambda db: reviewers.set_pay(db, now, ann.id, None))
    first, second = reckoned(turned.desk)["rounds"]
    assert (first["cost"]["people"], first["cost"]["total"]) == (None, None)
    assert first["cost"]["training"] == pytest.approx(1.0)
    assert second["bought"]["points"]
    assert second["bought"]["per_point"] is None


def test_without_a_price_of_the_machine_its_hours_are_not_free(turned: Played) -> None:
    turned.desk.project = replace(turned.desk.project, settings=ProjectSettings())
    first, second = reckoned(turned.desk)["rounds"]
    assert (first["cost"]["answers"], first["cost"]["training"]) == (None, None)
    assert (second["cost"]["answers"], second["cost"]["training"]) == (0.0, 0.0)


def test_a_training_that_logged_no_time_has_no_known_cost(played: Played, tmp_path: Path) -> None:
    train = played.prompts(3)
    first = played.open_round(FIRST)
    played.answer(played.variant(FIRST), train, 2, batch="one", latency_ms=1.0)
    played.desk.open()
    played.judge(played.desk.reviewer("Ann"), FIRST)
    played.train(first, tmp_path, None)
    [only] = reckoned(played.desk)["rounds"]
    assert only["cost"]["training"] is None


def test_answers_with_a_price_are_dollars_and_unknown_in_another_currency(
    make_desk: Callable[..., Desk],
) -> None:
    played = Played(make_desk(), kind="endpoint")
    train = played.prompts(4)
    played.open_round(FIRST)
    played.answer(played.variant(FIRST), train, 2, cost_usd=0.25)
    played.desk.open()
    assert reckoned(played.desk)["rounds"][0]["cost"]["answers"] == pytest.approx(2.0)
    played.desk.project = replace(
        played.desk.project, settings=replace(played.desk.project.settings, currency="EUR")
    )
    assert reckoned(played.desk)["rounds"][0]["cost"]["answers"] is None


def test_a_price_that_is_missing_makes_the_answers_unknown(
    make_desk: Callable[..., Desk],
) -> None:
    played = Played(make_desk(), kind="endpoint")
    train = played.prompts(2)
    played.open_round(FIRST)
    played.answer(played.variant(FIRST), train[:1], 2, cost_usd=0.25)
    played.answer(played.variant(FIRST), train[1:], 2)
    played.desk.open()
    assert reckoned(played.desk)["rounds"][0]["cost"]["answers"] is None


def test_what_a_judge_model_settled_needed_no_person(turned: Played) -> None:
    """Two of the ten items are given back, and settled by triage instead."""
    desk = turned.desk
    taken = [row["id"] for row in desk.rows("SELECT id FROM comparisons WHERE kind = 'work'")][:2]
    judge = desk.reviewer("a judge", kind="judge")

    def write(db: Any) -> None:
        db.execute("INSERT INTO judge_models SELECT ?, ?, min(id), '', '{}', '' FROM models",
                   (judge.id, desk.project.id))  # fmt: skip
        for one in taken:
            db.execute(
                "UPDATE judgements SET withdrawn_at = '2026' WHERE comparison_id = ?", (one,)
            )
            db.execute("INSERT INTO triage VALUES (?, ?, 'auto', .9, .05, 1, '')", (one, judge.id))

    desk.store.write(write)
    first, second = reckoned(desk)["rounds"]
    assert (first["needed_person"]["value"], first["needed_person"]["items"]) == (0.8, 10)
    assert second["needed_person"]["value"] is None


def test_an_edit_of_a_prompt_costs_its_answers_and_the_judgements_on_it(played: Played) -> None:
    train = played.prompts(20)
    old = played.variant("one model", Template("polite", system="Be polite."))
    new = played.variant("one model", Template("polite", system="Be very polite."))
    played.answer(old, train, batch="old", latency_ms=1.0)
    played.answer(new, train, batch="new", latency_ms=1_800_000)
    assert new.template.version == 2
    played.desk.open()
    ann = pay(played.desk, "Ann", 0.5, "item")
    assert played.judge(ann, "one model Be very polite.", seconds=10) == 20
    [edit] = reckoned(played.desk)["edits"]
    assert (edit["template"], edit["old"], edit["new"]) == ("polite", 1, 2)
    assert edit["cost"]["total"] == pytest.approx(1.0 + 20 * 0.5)
    assert edit["bought"]["points"] == pytest.approx(100 * (win_rate(20, 0, 0).low - 0.5))


def test_which_bought_more_is_said_with_both_prices() -> None:
    tuned = {"bought": {"n": 9, "points": 10.0, "cost": 50.0}}
    edit = {"bought": {"n": 9, "points": 5.0, "cost": 10.0}}
    failed = {"bought": {"n": 9, "points": None, "cost": 20.0}}
    said = buying.which_bought_more({"rounds": [tuned], "edits": [edit]}, "EUR")
    assert said.startswith("Editing prompts bought more")
    assert "5.00 EUR by tuning and 2.00 EUR by prompt edits" in said
    said = buying.which_bought_more({"rounds": [tuned], "edits": [edit, failed]}, "EUR")
    assert said.startswith("Tuning bought more")  # what proved nothing was paid for as well


def test_without_prices_only_points_are_compared() -> None:
    tuned = {"bought": {"n": 9, "points": 10.0, "cost": None}}
    edit = {"bought": {"n": 9, "points": None, "cost": 1.0}}
    said = buying.which_bought_more({"rounds": [tuned], "edits": [edit]}, "USD")
    assert said == "Proven points of win rate: 10.0 by tuning, 0.0 by edits."


def test_where_one_of_the_two_was_not_tried_nothing_is_compared() -> None:
    edit = {"bought": {"n": 9, "points": 5.0, "cost": 10.0}}
    assert "no tuned model" in buying.which_bought_more({"rounds": [], "edits": [edit]}, "USD")


def test_a_machine_at_rest_costs_nothing() -> None:
    assert machine(0, ProjectSettings()) == 0
    assert machine(1.0, ProjectSettings()) is None
    assert machine(None, ProjectSettings(machine_hour=3.0)) is None
    assert machine(HOUR, ProjectSettings(machine_hour=3.0)) == 3.0


def test_a_report_that_does_not_know_the_newest_round_or_price_is_none(turned: Played) -> None:
    desk = turned.desk
    arguments = {"project": desk.project.slug, "kinds": ["human"]}
    assert economics.work(desk.store, arguments, lambda *_: None) == {"rounds": 2}
    with desk.store.read() as db:
        found = economics.latest(db, desk.project)
        dearer = replace(desk.project.settings, machine_hour=9.0)
        assert economics.latest(db, replace(desk.project, settings=dearer)) is None
    assert found
    assert found["judgements_since"] == 0
    turned.train(turned.open_round("third"), desk.store.workspace.runs, 1.0)
    with desk.store.read() as db:
        assert economics.latest(db, desk.project) is None


def test_the_shell_shows_the_same(turned: Played, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORKBENCH_HOME", str(turned.desk.store.workspace.home))
    with turned.desk.store.read() as db:
        assert projects.get(db, "small").settings.machine_hour == 2.0
    shown = CliRunner().invoke(main, ["rounds", "--project", "small"])
    assert shown.exit_code == 0, shown.output
    assert "11.10" in shown.output
    assert "no edited prompt was judged" in shown.output
    with turned.desk.store.read() as db:
        found = economics.latest(db, turned.desk.project)
    assert found
    assert found["rounds"] == reckoned(turned.desk)["rounds"]
