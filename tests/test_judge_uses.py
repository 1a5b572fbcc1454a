"""What a judge is good for: calibrated beside people, triage, and widening a result."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tests.conftest import Desk, slots_are_sound
from tests.judge_models import Scripted, add_judge, fine, quiet, run_judge, says
from workbench import judges
from workbench.errors import InvalidInput
from workbench.judges import planning, report, switching
from workbench.judges.asking import INSTRUCTIONS
from workbench.judges.calibrating import Calibration, Ceiling
from workbench.judges.switching import missing
from workbench.judges.triaging import standing
from workbench.judges.verdicts import LEVELS
from workbench.judges.widening import load, widened
from workbench.leaderboard import report as board
from workbench.leaderboard.widened import line_of
from workbench.leaderboard.widened import words as words_of
from workbench.records import Model
from workbench.settings import Assist
from workbench.stats.calibration import Match
from workbench.stats.calibration import calibrate as calibration_bins
from workbench.stats.shares import share
from workbench.store import projects
from workbench.store.judges import Judge

MakeDesk = Callable[..., Desk]


def judged_by(desk: Desk, *names: str, wrong: int = 0) -> None:
    """Each of these people judges what is open; they are right but for their first `wrong`."""
    for name in names:
        person, at = desk.reviewer(name), 0
        while items := desk.claim(person, 10):
            for item in items:
                better = desk.better(item)
                desk.submit(person, item, preference=-better if at < wrong else better)
                at += 1


def calibration(desk: Desk, judge: Judge) -> Any:
    with desk.store.read() as db:
        return judges.calibrate(db, judge)


def weak(first: str, second: str) -> str:
    """Sure of the better answer where the prompt's number is even, and wrong but unsure else."""
    sign = -1 if first.startswith("A fine") else 1
    return says(3 * sign) if hash_of(first) % 2 else says(-sign)


def hash_of(text: str) -> int:
    return sum(map(ord, text.split("answer on ")[1]))


# Calibration


def test_a_judge_that_is_always_right(make_desk: MakeDesk) -> None:
    desk = make_desk(overlap=2)
    desk.add_answers(20)
    desk.open()
    judged_by(desk, "Ann", "Bo")
    judge = add_judge(desk)
    run_judge(desk, judge, which="judged")
    found = calibration(desk, judge)
    assert (found.match.agreement.value, found.match.agreement.items) == (1.0, 20)
    assert found.match.kappa.value == 1.0
    assert found.match.sensitivity.items + found.match.specificity.items == 20
    assert min(found.match.sensitivity.items, found.match.specificity.items) >= 4
    assert found.ceiling.two_people.value == pytest.approx(1.0)
    assert found.ceiling.one_with_the_others.value == 1.0
    assert found.flips.value == found.ties.value == found.unreadable.value == 0.0


def test_a_judge_that_looks_at_the_side_alone_only_flips(desk: Desk) -> None:
    desk.add_answers(5)
    desk.open()
    judged_by(desk, "Ann")
    judge = add_judge(desk)
    run_judge(desk, judge, lambda *_: says(-3), which="judged")
    found = calibration(desk, judge)
    assert found.flips.value == found.match.judge_ties.value == 1.0
    assert found.match.agreement.value == 0.0
    assert found.ceiling.one_with_the_others.value is None


def test_what_cannot_be_read_is_a_share_of_the_replies(desk: Desk) -> None:
    desk.add_answers(4)
    desk.open()
    judge = add_judge(desk)
    run_judge(desk, judge, lambda a, b: fine(a, b) if a.startswith("A fine") else "Hm.")
    found = calibration(desk, judge)
    assert (found.unreadable.value, found.unreadable.items) == (0.5, 8)
    assert found.match.agreement.items == 0


def test_calibration_is_beside_people_alone(desk: Desk) -> None:
    """Another judge's verdicts are nobody's consensus."""
    desk.add_answers(3)
    desk.open()
    run_judge(desk, add_judge(desk, "another"))
    judge = add_judge(desk)
    run_judge(desk, judge)
    assert calibration(desk, judge).match.agreement.items == 0


# Triage


TRIAGE = Assist("the judge", triage=True, triage_confidence=0.7, audit=0.2)


@pytest.fixture
def sorting(make_desk: MakeDesk) -> tuple[Desk, Judge]:
    """60 items that people judged, 60 more that wait; the judge is sure of about half of them."""
    desk = make_desk(assist=TRIAGE)
    desk.add_answers(60)
    desk.open()
    judged_by(desk, "Ann")
    desk.add_answers(60, word="fresh")
    desk.open()
    judge = add_judge(desk)
    run_judge(desk, judge, weak, which="all")
    return desk, judge


def decided(desk: Desk, *decisions: str) -> list[dict[str, Any]]:
    rows = desk.rows(
        "SELECT c.id, c.wanted, c.counted, c.open_slots, t.confidence, t.audit, t.decision"
        " FROM triage t JOIN comparisons c ON c.id = t.comparison_id"
    )
    return [row for row in rows if row["decision"] in decisions]


def settle(desk: Desk, judge: Judge) -> dict[str, int]:
    return judges.triage(desk.store, desk.project, judge, desk.clock.now)


def test_a_sure_verdict_settles_an_item_and_people_see_the_rest(
    sorting: tuple[Desk, Judge],
) -> None:
    desk, judge = sorting
    made = settle(desk, judge)
    assert sum(made.values()) == 60
    assert min(made.values()) > 0
    assert all(row["confidence"] >= 0.7 for row in decided(desk, "auto", "audit"))
    assert all(row["confidence"] < 0.7 for row in decided(desk, "person"))
    assert {row["open_slots"] for row in decided(desk, "auto")} == {0}
    assert {row["open_slots"] for row in decided(desk, "audit", "person")} == {1}
    with desk.store.read() as db:
        assert slots_are_sound(db)
    seen = desk.judge_all(desk.reviewer("Bo"))
    assert seen == made["audit"] + made["person"]


def test_what_a_judge_settled_is_no_persons_vote(sorting: tuple[Desk, Judge]) -> None:
    desk, judge = sorting
    settle(desk, judge)
    assert len(desk.counted("human")) == 60
    assert len(desk.counted("judge")) == 120


def test_what_was_settled_is_not_queued_again(sorting: tuple[Desk, Judge]) -> None:
    desk, judge = sorting
    made = settle(desk, judge)
    assert desk.open() == 0
    assert len([row for row in decided(desk, "auto") if row["open_slots"] == 0]) == made["auto"]


def test_what_somebody_holds_is_left_alone(sorting: tuple[Desk, Judge]) -> None:
    desk, judge = sorting
    held = len(desk.claim(desk.reviewer("Bo"), 10))
    assert sum(settle(desk, judge).values()) == 60 - held


def test_triage_can_be_undone_whole(sorting: tuple[Desk, Judge]) -> None:
    desk, judge = sorting
    first = settle(desk, judge)
    assert judges.undo(desk.store, desk.project, judge, desk.clock.now) == first["auto"]
    with desk.store.read() as db:
        assert slots_are_sound(db)
    assert settle(desk, judge) == first


def test_a_second_run_decides_nothing_anew(sorting: tuple[Desk, Judge]) -> None:
    desk, judge = sorting
    first = settle(desk, judge)
    again = settle(desk, judge)
    assert again == {"auto": 0, "audit": 0, "person": first["person"]}


def test_the_audit_shows_how_often_people_agree(sorting: tuple[Desk, Judge]) -> None:
    desk, judge = sorting
    made = settle(desk, judge)
    judged_by(desk, "Bo")
    with desk.store.read() as db:
        found = standing(db, judge)
    assert (found.audited.value, found.audited.items) == (1.0, made["audit"])
    assert found.needed.value == pytest.approx(made["person"] / 60)
    assert [(d.auto, d.audit, d.person) for d in found.days] == [
        (made["auto"], made["audit"], made["person"])
    ]


@pytest.mark.parametrize(
    ("assist", "said"),
    [
        (Assist(), "is off"),
        (Assist("another", triage=True), "is off"),
        (Assist("the judge", triage=True), "Nothing is known"),
    ],
)
def test_triage_needs_its_switch_and_a_measured_judge(
    make_desk: MakeDesk, assist: Assist, said: str
) -> None:
    desk = make_desk(assist=assist)
    with pytest.raises(InvalidInput, match=said):
        settle(desk, add_judge(desk))


@pytest.mark.parametrize(
    ("assist", "field"),
    [
        (Assist(triage=True), "assist.judge"),
        (Assist(prelabels=True), "assist.judge"),
        (Assist("j", control=1.5), "assist.control"),
        (Assist("j", audit=-0.1), "assist.audit"),
        (Assist("j", triage_confidence=2), "assist.triage_confidence"),
    ],
)
def test_settings_of_assistance_are_checked(assist: Assist, field: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        assist.check()
    assert caught.value.field == field


# Widening


def test_people_and_judge_are_laid_side_by_side(desk: Desk) -> None:
    desk.add_answers(4)
    desk.open()
    judged_by(desk, "Ann", wrong=1)
    desk.add_answers(6, word="fresh")
    desk.open()
    judge = add_judge(desk)
    run_judge(desk, judge, which="all")
    with desk.store.read() as db:
        read = load(db, judge)
    a_wins, b_wins = widened(read, 1, 2), widened(read, 2, 1)
    assert sorted(a_wins.people) == [0.0, 1.0, 1.0, 1.0]
    assert a_wins.judge_beside == pytest.approx([5 / 6] * 4)
    assert a_wins.judge_alone == pytest.approx([5 / 6] * 6)
    assert b_wins.people == pytest.approx(1 - a_wins.people)
    assert b_wins.judge_alone == pytest.approx(1 - a_wins.judge_alone)
    assert a_wins.random


def test_after_triage_peoples_items_are_no_random_sample(sorting: tuple[Desk, Judge]) -> None:
    desk, judge = sorting
    settle(desk, judge)
    with desk.store.read() as db:
        assert not widened(load(db, judge), 1, 2).random


def board_of(desk: Desk) -> dict[str, Any]:
    board.work(desk.store, {"project": desk.project.slug, "kinds": ["human"]}, quiet)
    with desk.store.read() as db:
        found = board.latest(db, desk.project)
    assert found
    return found


def test_a_result_is_widened_where_the_projects_switch_is_on(make_desk: MakeDesk) -> None:
    desk = make_desk(assist=Assist("the judge", widening=True))
    desk.add_answers(20)
    desk.open()
    judged_by(desk, "Ann", wrong=4)
    desk.add_answers(60, word="fresh")
    desk.open()
    run_judge(desk, add_judge(desk), which="all")
    found = board_of(desk)
    line, turned = line_of(found, 1, 2), line_of(found, 2, 1)
    assert line
    assert turned
    assert (line.judge, line.beside, line.alone) == ("the judge", 20, 60)
    assert line.people["value"] == pytest.approx(0.8)
    assert line.rate["value"] == pytest.approx(0.8)  # it always says the same, and adds nothing
    assert turned.rate["high"] == pytest.approx(1 - line.rate["low"])
    assert "Widened by judge the judge, corrected for its error: 80 %" in words_of(line)
    assert "people alone: 80 %" in words_of(line)
    assert [(d["wins"], d["losses"]) for d in found["duels"]] == [(16, 4)]  # people's claim alone


def test_nothing_is_widened_where_the_switch_is_off(desk: Desk) -> None:
    desk.add_answers(3)
    desk.open()
    judged_by(desk, "Ann")
    run_judge(desk, add_judge(desk), which="all")
    assert board_of(desk)["widened"] is None
    assert line_of(board_of(desk), 1, 2) is None


def test_after_triage_the_line_says_why_nothing_is_widened(sorting: tuple[Desk, Judge]) -> None:
    desk, judge = sorting
    settle(desk, judge)
    reset(desk, replace(TRIAGE, widening=True))
    line = line_of(board_of(desk), 1, 2)
    assert line
    assert "no random sample" in words_of(line)


# The switches


@pytest.mark.parametrize(
    ("right", "of", "confidence", "more"),
    [
        (0, 0, 0.95, 73),  # Wilson's lower bound of n of n is n / (n + z²), z² = 3.8415
        (40, 40, 0.95, 33),
        (73, 73, 0.95, 0),
        (40, 50, 0.95, None),
        (40, 50, 0.70, 31),  # z² · .7 · .3 / (.8 − .7)² = 80.67
    ],
)
def test_how_many_judged_items_are_missing_until_triage_has_support(
    right: int, of: int, confidence: float, more: int | None
) -> None:
    assert missing(known(right, of), confidence) == more


def known(right: int, of: int) -> Calibration:
    """A judge that said everything with all its strength."""
    levels, hits = np.full(of, 6), np.arange(of) < right
    nothing = share(0, 0)
    return Calibration(
        match=Match(share(right, of), *[nothing] * 5), ceiling=Ceiling(nothing, nothing),
        bins=calibration_bins(levels, hits, LEVELS), flips=nothing, ties=nothing,
        unreadable=nothing, failed=0,
    )  # fmt: skip


def test_triage_waits_for_a_calibration_that_supports_it(sorting: tuple[Desk, Judge]) -> None:
    desk, _ = sorting
    reset(desk, Assist("the judge"))
    wanted = Assist("the judge", triage=True, triage_confidence=0.95)
    with pytest.raises(InvalidInput, match=r"about \d+ more items that both") as caught:
        switch(desk, wanted)
    assert caught.value.field == "assist.triage"
    assert "Let people judge more" in str(caught.value)
    switch(desk, replace(wanted, triage_confidence=0.7))
    with desk.store.read() as db:
        assert projects.by_id(db, desk.project.id).settings.assist.triage


def test_a_judge_of_another_project_does_not_assist(desk: Desk, make_desk: MakeDesk) -> None:
    add_judge(make_desk("other"), "theirs")
    with pytest.raises(InvalidInput, match="another project"):
        switch(desk, Assist("theirs", widening=True))


def reset(desk: Desk, assist: Assist) -> None:
    """Whatever is known of the judge."""
    settings = replace(desk.project.settings, assist=assist)
    desk.store.write(
        lambda db: projects.change_settings(db, desk.clock.now, desk.project.id, settings)
    )
    desk.project = replace(desk.project, settings=settings)


def switch(desk: Desk, assist: Assist) -> None:
    now = desk.clock.now
    desk.store.write(lambda db: switching.change(db, now, desk.project, assist))


# Before and after a run


def test_what_a_run_takes_is_known_before_it(desk: Desk) -> None:
    desk.add_answers(10)
    desk.open()
    model = Model("gpt", "endpoint", "https://priced.example/v1", served_as="gpt")
    (desk.store.workspace.home / "prices.yaml").write_text(PRICES)
    judge = add_judge(desk, model=model)
    fresh = planning.plan(desk.store, desk.project, judge, "open", None)
    assert (fresh.items, fresh.requests, fresh.by_readings) == (10, 20, False)
    assert fresh.usd is not None
    run_judge(desk, judge, sample=4)
    later = planning.plan(desk.store, desk.project, judge, "open", None)
    # 50 tokens in and 9 out each, at 1 and 10 USD a million
    assert (later.requests, later.by_readings) == (12, True)
    assert later.usd == pytest.approx(12 * (50 + 90) / 1e6)


PRICES = """\
prices:
  - {model: gpt, host: priced.example, input: 1, output: 10, as_of: 2026-11-01, source: test}
"""


def test_without_a_price_the_cost_is_unknown(desk: Desk) -> None:
    desk.add_answers(1)
    desk.open()
    found = planning.plan(desk.store, desk.project, add_judge(desk), "open", None)
    assert (found.requests, found.usd) == (2, None)


def test_the_preview_is_what_a_judge_reads(desk: Desk) -> None:
    desk.add_answers(1)
    with desk.store.read() as db:
        assert planning.preview(db, desk.project, INSTRUCTIONS) is None
    desk.open()
    judge, script = add_judge(desk), Scripted()
    judges.run(desk.store, judge, quiet, provider=script)
    with desk.store.read() as db:
        shown = planning.preview(db, desk.project, INSTRUCTIONS)
    assert shown in [request.messages[0]["content"] for request in script.asked]


def test_the_report_measures_each_judge(sorting: tuple[Desk, Judge]) -> None:
    desk, judge = sorting
    made = settle(desk, judge)
    report.work(desk.store, {"project": desk.project.slug}, quiet)
    with desk.store.read() as db:
        found = report.latest(db, desk.project)
    assert found
    mine = found["judges"][str(judge.reviewer_id)]
    assert mine["calibration"]["match"]["agreement"]["items"] == 60
    assert mine["support"]["missing"] == 0
    assert mine["triage"]["days"][0]["auto"] == made["auto"]
    assert found["judgements_since"] == 0
