"""What the Compare page shows of a report: rows words for a claim, the frontier."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import Desk
from tests.contest import QUALITY, enter, judge, reported
from workbench.leaderboard.claims import gate
from workbench.leaderboard.frontier import frontier
from workbench.leaderboard.head_to_head import Meeting, result_of, results
from workbench.records import Template
from workbench.stats.winrate import win_rate
from workbench.ui import board_rows
from workbench.ui.diff_cards import Card, entry
from workbench.ui.pair_views import claim_words, plan_words, rate_words
from workbench.ui.version_views import changes


@pytest.fixture
def found(desk: Desk) -> dict:
    """Four variants on twelve prompts, every pair judged by their quality."""
    enter(desk, 12, tags=["law"])
    desk.open(1000)
    judge(desk, desk.reviewer())
    return reported(desk)


def test_the_table_says_only_what_is_known(found: dict) -> None:
    rows = board_rows.standings(found)
    assert [row["name"] for row in rows] == list(QUALITY)
    assert {row["usd"] for row in rows} == {None}
    shown = board_rows.columns(rows, {"name": "variant", "usd": "USD an answer"})
    assert shown[0] == {"variant": "excellent"}


def test_each_way_of_reckoning_has_a_point_for_each_variant(found: dict) -> None:
    ways = [row["way"] for row in board_rows.points(found, equal=True, weighed=True)]
    assert ways.count(board_rows.VOTED) == ways.count(board_rows.EQUAL) == 4
    assert ways.count(board_rows.WEIGHED) == 0  # a single reviewer has nobody to follow


def test_the_heat_map_has_both_sides_of_each_pair_that_met(found: dict) -> None:
    cells = {(c["row"], c["column"]): c for c in board_rows.cells(found, expected=False)}
    assert len(cells) == 4 * 3
    assert cells["good", "poor"]["rate"] == 1.0
    assert cells["poor", "good"]["rate"] == 0.0
    assert cells["poor", "good"]["losses"] == 12
    assert cells["good", "poor"]["verdict"] == "not yet"


def test_both_sides_of_a_meeting_are_what_a_fresh_reckoning_gives(found: dict) -> None:
    for first, second, won in results(found):
        fresh = result_of(found, first, second)
        assert (won.wins, won.ties, won.losses) == (fresh.wins, fresh.ties, fresh.losses)
        assert (won.rate, won.low, won.high) == pytest.approx((fresh.rate, fresh.low, fresh.high))


def test_pairs_that_never_met_are_blank_unless_the_model_expects_something(desk: Desk) -> None:
    enter(desk, 6, QUALITY[:2])
    enter(desk, 6, QUALITY[1:3], context="Another source.")
    desk.open(1000)
    judge(desk, desk.reviewer())
    found = reported(desk)
    pairs = {(c["row"], c["column"]) for c in board_rows.cells(found, expected=False)}
    assert ("excellent", "fair") not in pairs
    cells = {(c["row"], c["column"]): c for c in board_rows.cells(found, expected=True)}
    assert cells["excellent", "fair"]["rate"] > 0.5
    assert cells["excellent", "fair"]["verdict"] == "never met"


def test_variants_of_unknown_cost_are_listed_and_not_placed(found: dict) -> None:
    best, *others = found["board"]["variants"]
    found["qualities"][str(best["variant_id"])]["cost"]["usd"] = 0.02
    shown, unplaced = board_rows.priced(found, "usd")
    assert [(row["name"], row["best"]) for row in shown] == [("excellent", True)]
    assert len(unplaced) == len(others)


def test_what_divides_the_prompts_in_one_part_is_no_choice(found: dict) -> None:
    assert {"tag"} <= {one["dimension"] for one in found["slices"]}
    assert board_rows.dimensions(found) == []


def test_parts_with_few_votes_are_marked(make_desk: Callable[..., Desk]) -> None:
    desk = make_desk()
    enter(desk, 4, tags=["thin"])
    enter(desk, 12, tags=["thick"], context="Another source.")
    desk.open(1000)
    judge(desk, desk.reviewer())
    found = reported(desk)
    assert board_rows.dimensions(found)[0] == "tag"
    thin = {row["part"]: row["thin"] for row in board_rows.parts(found, "tag")}
    assert thin == {"thin": True, "thick": False}


POINTS = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=1, max_size=12)


@pytest.mark.parametrize(
    ("points", "best"),
    [
        ([(1, 1), (2, 2)], [True, True]),
        ([(1, 2), (2, 1)], [True, False]),
        ([(1, 1), (1, 2)], [False, True]),
        ([(1, 1), (1, 1)], [True, True]),
    ],
    ids=["dearer and stronger", "dearer and weaker", "weaker at its cost", "twins"],
)
def test_on_the_frontier_is_what_nothing_beats(points: list, best: list[bool]) -> None:
    assert frontier(points) == best


@given(POINTS)
def test_whatever_is_beneath_the_frontier_is_beaten_by_something_on_it(points: list) -> None:
    best = [point for point, at in zip(points, frontier(points), strict=True) if at]
    assert all(any(b[0] <= x and b[1] >= y for b in best) for x, y in points)


@pytest.mark.parametrize(
    ("counts", "more", "said"),
    [
        ((0, 0, 0), None, "A and B were not compared yet."),
        ((15, 0, 0), None, "A is better."),
        ((0, 0, 15), None, "B is better."),
        ((12, 0, 0), 3, "Not yet shown which is better: about 3 more prompts, if it goes on as"
                        " it has."),
        ((12, 0, 0), 1496, "Not yet shown which is better: about 1,496 more prompts, if it goes on"
                           " as it has."),
        ((5, 0, 5), None, "Not yet shown which is better, and they are too close to say how much"
                          " it takes."),
    ],
    ids=["never", "better", "worse", "not yet", "far away", "even"],
)  # fmt: skip
def test_a_claim_in_a_sentence(counts: tuple[int, int, int], more: int | None, said: str) -> None:
    result = win_rate(*counts)
    assert claim_words(("A", "B"), Meeting(1, 2, result, gate(result), more)) == said


def test_a_win_rate_in_a_sentence_with_its_interval() -> None:
    """Facts on claims: 180 wins, 176 ties, 44 losses are .67 in (.588, .745)."""
    result = win_rate(180, 176, 44)
    said = rate_words("A", Meeting(1, 2, result, "better", None))
    assert said.startswith("A wins 67 % (59 % to 75 %) of 400 prompts: 180 wins, 176 ties, 44 loss")


def test_a_plan_that_nobody_can_carry_out_says_so() -> None:
    assert plan_words(51, None, 7) == "To show 51 % would take more than 20,000 prompts."
    assert "about 319 prompts" in plan_words(60, 319, 7)


def test_each_side_of_a_card_has_all_its_own_text_and_none_of_the_others() -> None:
    card = entry(Card("t", "", ("old", "new"), ("It was in 1849.", "It was in 1850, surely.")))
    texts = ["".join(piece["text"] for piece in side["pieces"]) for side in card["sides"]]
    assert texts == ["It was in 1849.", "It was in 1850, surely."]
    assert {p["kind"] for p in card["sides"][0]["pieces"]} == {"same", "old"}


def test_only_changed_parts_of_a_template_are_shown() -> None:
    old, new = (Template("polite", system="Be kind.", user=f"{n} {{{{ prompt }}}}") for n in (1, 2))
    assert [card.title for card in changes(old, new)] == ["User"]
