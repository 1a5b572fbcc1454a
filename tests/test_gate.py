"""The gate: what promotes a tuned model, what bars it, and what is still missing; then the planted
cases, fewer and with fewer looks than `benchmarks/gate.py` takes.
"""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.gate import Case, drawn, settled
from workbench.rounds.gate import Evidence, Rules, decide, planned
from workbench.stats.agreement import Estimate
from workbench.stats.controlled import EqualLength
from workbench.stats.paired import Change, passes
from workbench.stats.winrate import win_rate

WON, OPEN, LOST = win_rate(200, 0, 120), win_rate(60, 0, 50), win_rate(120, 0, 200)
SURE = EqualLength(0.60, 0.53, 0.67, 320)
HARMLESS = Change(2.0, 1.5, Estimate(-0.5, -1.5, 0.5, 320))
FEWER = Change(2.0, 0.5, Estimate(-1.5, -2.5, -0.5, 320))
MORE = Change(1.0, 2.5, Estimate(1.5, 0.5, 2.5, 320))
NONE: Mapping[str, Change] = {}


def evidence(
    win=WON, equal=SURE, spans=HARMLESS, ratings=NONE, abilities=NONE, left=5_000
) -> Evidence:
    return Evidence(win, equal, spans, ratings, abilities, regressions=3, left=left)


def test_a_sure_gain_that_harms_nothing_is_promoted_with_every_figure() -> None:
    found = decide(evidence(ratings={"tone": HARMLESS}, abilities={"sums": passes(80, 5, 9, 6)}))
    assert (found.verdict, found.more) == ("promote", None)
    said = "\n".join(found.reasons)
    for part in ("0.62 (", "320 prompts", "At equal length", "spans", "“tone”", "“sums”", "3 new"):
        assert part in said


def test_fewer_spans_bar_nothing() -> None:
    assert decide(evidence(spans=FEWER)).verdict == "promote"


def test_what_was_not_measured_bars_nothing_and_is_named() -> None:
    found = decide(evidence(spans=None))
    assert found.verdict == "promote"
    assert "hallucinated spans, ratings, general abilities" in found.reasons[-1]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"win": LOST}, "surely less than half"),
        ({"equal": EqualLength(0.4, 0.33, 0.47, 320)}, "At equal length"),
        ({"spans": MORE}, "they surely rise"),
        ({"ratings": {"tone": FEWER}}, "“tone”"),
        ({"abilities": {"sums": passes(50, 30, 2, 18)}}, "“sums”"),
    ],
)
def test_what_is_surely_worse_rejects_and_says_only_that(changed: dict, said: str) -> None:
    found = decide(evidence(**changed))
    assert found.verdict == "reject"
    assert len(found.reasons) == 1
    assert said in found.reasons[0]


def test_a_win_that_may_be_length_alone_is_not_a_win_yet() -> None:
    found = decide(evidence(equal=EqualLength(0.55, 0.47, 0.63, 320)))
    assert found.verdict == "not yet"
    assert found.more
    assert "not surely more than half" in found.reasons[1]


def test_a_win_whose_length_cannot_be_told_apart_is_not_a_win_yet() -> None:
    found = decide(evidence(equal=EqualLength(None, 0.0, 1.0, 320, "longer")))
    assert found.verdict == "not yet"
    assert "longer on nearly every prompt" in found.reasons[1]


def test_an_ability_may_fall_as_far_as_is_tolerated() -> None:
    fallen = {"sums": passes(900, 50, 0, 50)}  # surely by 3 points
    assert decide(evidence(abilities=fallen)).verdict == "reject"
    assert decide(evidence(abilities=fallen), Rules(tolerance=0.06)).verdict == "promote"


def test_not_yet_says_about_how_many_more() -> None:
    found = decide(evidence(win=win_rate(60, 0, 40), equal=EqualLength(0.6, 0.45, 0.734, 100)))
    assert found.verdict == "not yet"
    assert found.more
    assert 100 < found.more < 200  # 130 for the raw rate, by the planner's test
    assert f"About {found.more} more judgements" in found.reasons[-1]


def test_heldout_prompts_that_do_not_suffice_are_counted() -> None:
    found = decide(
        evidence(win=win_rate(60, 0, 40), equal=EqualLength(0.6, 0.46, 0.73, 100), left=40)
    )
    assert found.more
    assert (
        f"Only 40 of the heldout prompts are left to judge: bring in about {found.more - 40}"
        in (found.reasons[-1])
    )


def test_before_the_first_verdict_the_plan_is_all_that_is_known() -> None:
    found = decide(evidence(win=win_rate(0, 0, 0), equal=EqualLength(None, 0.0, 1.0, 0, "few")))
    assert (found.verdict, found.more) == ("not yet", planned(0.55))
    assert found.reasons[0] == "Nothing is judged yet."


def test_a_gain_too_small_to_matter_is_rejected_as_soon_as_that_is_sure() -> None:
    won, equal = win_rate(450, 100, 450), EqualLength(0.5, 0.45, 0.55, 1_000)
    found = decide(evidence(win=won, equal=equal))
    assert found.verdict == "reject"
    assert "ruled out" in found.reasons[-1]


def test_a_plan_that_is_used_up_is_rejected() -> None:
    n = planned(0.55)
    won = win_rate(n - n // 2 + 30, 0, n // 2 - 30)
    found = decide(evidence(win=won, equal=EqualLength(0.52, 0.48, 0.56, n)))
    assert found.verdict == "reject"
    assert f"{n:,} prompts are judged" in found.reasons[-1]


@given(st.integers(0, 500), st.integers(0, 500), st.integers(0, 500), st.integers(0, 900))
def test_more_is_said_exactly_while_it_is_open_and_never_beyond_the_plan(
    wins: int, ties: int, losses: int, left: int
) -> None:
    won = win_rate(wins, ties, losses)
    equal = EqualLength(won.rate, won.low, won.high, won.n) if won.n else SURE
    found = decide(evidence(win=won, equal=equal, left=left))
    assert (found.more is not None) == (found.verdict == "not yet")
    if found.more is not None:
        assert 1 <= found.more <= planned(0.55) - won.n
        assert (found.more > left) == found.reasons[-1].endswith("more.")


def promoted(case: Case, seeds: int) -> float:
    """The share promoted within the planner's number, 319, looking after every fifth prompt."""
    ended = [settled(drawn(case, seed, 319), step=5) for seed in range(seeds)]
    return sum(found.verdict == "promote" for found, _ in ended) / seeds


def test_planted_models_that_are_worse_or_only_wordier_are_seldom_promoted() -> None:
    assert promoted(Case("worse", 0.40, 0.2), 50) <= 0.05
    assert promoted(Case("as good, wordier", 0.50, 0.2, wordy=True), 50) <= 0.05


def test_a_planted_model_that_is_better_mostly_is() -> None:
    assert promoted(Case("better", 0.60, 0.2), 100) >= 0.70
