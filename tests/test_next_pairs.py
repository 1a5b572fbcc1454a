"""Which pair next: what is in doubt is picked oftener, nothing twice, each pick with its chance."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from tests.conftest import Desk
from tests.contest import QUALITY, by_quality, enter, judge
from workbench.leaderboard import next_pairs
from workbench.store import comparisons


@pytest.fixture
def desk(make_desk: Callable[..., Desk]) -> Desk:
    return make_desk(pairs="unsure")


def pick(desk: Desk, count: int = 20) -> int:
    return next_pairs.pick(desk.store, desk.project, desk.clock.now, count)


def picked(desk: Desk) -> list[dict[str, Any]]:
    return desk.rows(
        "SELECT c.id, c.pick_probability, min(v.name) AS a, max(v.name) AS b FROM comparisons c"
        " JOIN comparison_completions x ON x.comparison_id = c.id"
        " JOIN completions p ON p.id = x.completion_id JOIN variants v ON v.id = p.variant_id"
        " WHERE c.wanted > 0 GROUP BY c.id ORDER BY c.id"
    )


def test_so_many_comparisons_are_opened_each_with_its_chance(desk: Desk) -> None:
    enter(desk, 20)
    assert pick(desk) == 20
    chances = [row["pick_probability"] for row in picked(desk)]
    assert len(chances) == 20
    assert all(0 < chance < 1 for chance in chances)


def test_without_votes_every_pair_and_prompt_is_as_likely(desk: Desk) -> None:
    enter(desk, 10)
    pick(desk, 1)
    [row] = picked(desk)
    assert row["pick_probability"] == pytest.approx(1 / (6 * 10))


def test_pairs_whose_order_is_in_doubt_come_oftener(desk: Desk) -> None:
    """`fair` and `poor` are judged at random, all others by their quality."""
    enter(desk, 150)
    desk.open(250)
    person = desk.reviewer()
    coin = iter(range(10**6))
    judge(desk, person, lambda item: (
        (-2 if next(coin) % 2 else 2)
        if {a.split()[1] for a in item.answers} == {"fair", "poor"} else by_quality(item)
    ))  # fmt: skip
    before = len(picked(desk))
    pick(desk, 200)
    counts = Counter((row["a"], row["b"]) for row in picked(desk)[before:])
    doubtful = counts.pop(("fair", "poor"))
    assert doubtful > 2 * max(counts.values())
    assert len(counts) == 5, "the even share reaches every pair"


def test_nothing_is_opened_twice_and_an_end_is_an_end(desk: Desk) -> None:
    enter(desk, 3)
    assert (pick(desk, 12), pick(desk, 12), pick(desk, 12)) == (12, 6, 0)


def test_a_variant_never_meets_itself(desk: Desk) -> None:
    desk.import_rows([{"prompt": "Why?", "split": "train", "variant": "a", "completion": text}
                      for text in ("One", "Two")])  # fmt: skip
    assert pick(desk) == 0


def test_heldout_prompts_are_left_alone(desk: Desk) -> None:
    enter(desk, 5, split="heldout")
    assert pick(desk) == 0


@pytest.mark.parametrize(
    ("settings", "open_now", "wanted"),
    [
        ({"pairs": "unsure"}, 0, True),
        ({"pairs": "unsure"}, 19, True),
        ({"pairs": "unsure"}, 20, False),
        ({"pairs": "every"}, 0, False),
    ],
)
def test_more_are_wanted_where_few_are_left(
    make_desk: Callable[..., Desk], settings: dict[str, Any], open_now: int, wanted: bool
) -> None:
    desk = make_desk("other", **settings)
    enter(desk, 20)
    if open_now:
        desk.open(open_now)
    with desk.store.read() as db:
        assert comparisons.progress(db, desk.project.id)["open"] == open_now
        assert next_pairs.are_wanted(db, desk.project, desk.clock.now) is wanted


def test_the_variants_keep_their_places_where_some_have_no_votes(desk: Desk) -> None:
    enter(desk, 4, QUALITY[:2])
    desk.open(4)
    judge(desk, desk.reviewer())
    enter(desk, 4, QUALITY, context="A source.")
    assert pick(desk, 10) == 10
