"""The queue by a reward model: what it is least sure of first, three in ten from anywhere, and each
pick logged with its chance. Scores are planted.
"""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import Desk
from tests.reward_models import frozen, plant, registered, set_up
from workbench import queueing
from workbench.cli import main
from workbench.errors import InvalidInput
from workbench.judging import drawing
from workbench.records import Completion
from workbench.rewards import ordering
from workbench.settings import ProjectSettings, Reward
from workbench.store import comparisons, completions, queue, reward_scores
from workbench.store.comparisons import NewComparison
from workbench.store.database import Database
from workbench.store.reward_models import RewardModel
from workbench.store.reward_scores import Score

MakeDesk = Callable[..., Desk]
ITEMS = 8


@pytest.fixture
def model(desk: Desk) -> RewardModel:
    desk.add_answers(1, word="early")
    desk.open()
    desk.judge_all(desk.reviewer("Early"))
    return registered(desk, frozen(desk, test_share=0.0))


@pytest.fixture
def ordered(desk: Desk, model: RewardModel) -> Desk:
    """Open pairs whose scores lie further apart the later the prompt, in the model's order."""
    set_up(desk, queue="unsure", reward=Reward("taste"))
    desk.add_answers(ITEMS)
    desk.open()
    plant(desk, model, lambda name, prompt: float(prompt) * (-1) ** prompt * (name == "a"))
    assert ordering.order(desk.store, desk.project, model) == ITEMS
    return desk


def waiting(desk: Desk) -> list[int]:
    """The prompts of what is open, as the queue goes."""
    rows = desk.rows("SELECT prompt_id FROM comparisons WHERE open_slots > 0 ORDER BY priority, id")
    return [row["prompt_id"] for row in rows]


def test_the_pairs_whose_scores_lie_nearest_come_first(ordered: Desk) -> None:
    assert waiting(ordered) == sorted(waiting(ordered))
    assert len(waiting(ordered)) == ITEMS


def test_what_is_not_scored_keeps_its_place_among_the_others(
    ordered: Desk, model: RewardModel
) -> None:
    ordered.add_answers(6, word="later")
    ordered.open()
    places = "SELECT id, priority FROM comparisons WHERE open_slots > 0"
    before = {row["id"]: row["priority"] for row in ordered.rows(places)}
    assert ordering.order(ordered.store, ordered.project, model) == ITEMS
    assert {row["id"]: row["priority"] for row in ordered.rows(places)} == before


def test_heldout_items_are_not_sorted_by_what_models_are_measured_with(
    ordered: Desk, model: RewardModel
) -> None:
    ordered.store.write(lambda db: db.conn.execute("UPDATE comparisons SET kind = 'heldout'"))
    assert ordering.order(ordered.store, ordered.project, model) == 0


def test_pairs_that_answer_different_messages_are_not_sorted(
    ordered: Desk, model: RewardModel
) -> None:
    """Scores of answers to different messages say nothing of which is the better one."""
    [prompt_id, *_] = waiting(ordered)
    now, sent = ordered.clock.now, ({"role": "user", "content": "Something else"},)
    said = ({"role": "assistant", "content": "Yes."},)

    def write(db: Database) -> None:
        known, *_ = completions.of_prompt(db, prompt_id)
        completions.insert(db, now, Completion(prompt_id, known.variant_id, 9, said, sent))
        ids = tuple(c.id for c in completions.of_prompt(db, prompt_id) if c.sample_index == 9)
        reward_scores.keep(db, model.id, [(i, Score(1.0)) for i in ids])
        new = NewComparison(ordered.project.id, prompt_id, (known.id, *ids), wanted=1)
        comparisons.ensure(db, now, new)

    ordered.store.write(write)
    assert len(waiting(ordered)) == ITEMS + 1
    assert ordering.order(ordered.store, ordered.project, model) == ITEMS


def test_the_logged_chance_of_a_pick_is_how_often_it_is_picked(ordered: Desk) -> None:
    """Over the draws of many people, who differ by their seeds alone."""
    ann = ordered.reviewer()
    draws = 3_000
    picks = ordered.store.write(
        lambda db: [
            drawing._next_work(db, ordered.project, replace(ann, seed=seed), 0)
            for seed in range(draws)
        ]
    )
    seen = Counter(pick[0] for pick in picks if pick)
    chances = dict(pick for pick in picks if pick)
    assert len(seen) == ITEMS, "three in ten come from anywhere"
    assert sum(chances.values()) == pytest.approx(1)
    for one, times in seen.items():
        assert times / draws == pytest.approx(chances[one], abs=0.03)
    assert max(chances.values()) == pytest.approx(0.7 + 0.3 / ITEMS, abs=0.03)


def test_every_lease_says_by_which_rule_it_was_picked(ordered: Desk) -> None:
    ordered.claim(ordered.reviewer(), 3)
    leases = ordered.rows("SELECT picked_by, pick_probability AS chance FROM leases WHERE id IN"
                          " (SELECT id FROM leases ORDER BY rowid DESC LIMIT 3)")  # fmt: skip
    assert {lease["picked_by"] for lease in leases} == {"unsure"}
    assert all(0 < lease["chance"] < 1 for lease in leases)


def test_everything_is_drawn_in_the_end(ordered: Desk) -> None:
    assert ordered.judge_all(ordered.reviewer()) == ITEMS
    assert waiting(ordered) == []


def test_chances_sum_to_one_where_items_stand_outside_of_the_shuffle(make_desk: MakeDesk) -> None:
    """An answer put ahead of all others stands at −1, a late one may stand beyond 1."""
    desk = make_desk(queue="random")
    desk.add_answers(6)
    desk.open()
    ids = [row["id"] for row in desk.rows("SELECT id FROM comparisons ORDER BY id")]
    ann = desk.reviewer()

    def chances(db: Database) -> list[float]:
        queue.move(db, ids[0], queueing.FIRST)
        queue.move(db, ids[1], 1.4)
        return [queue.likely(db, desk.project.id, ann.id, one) for one in ids]

    found = desk.store.write(chances)
    assert sum(found) == pytest.approx(1)
    assert all(chance >= 0 for chance in found)


@given(st.dictionaries(st.integers(1, 10_000), st.floats(-1e6, 1e6), max_size=40))
def test_places_lie_evenly_and_rise_with_the_difference(apart: dict[int, float]) -> None:
    pairs = list(apart.items())
    random.Random(0).shuffle(pairs)
    found = ordering.places(pairs)
    assert sorted(one for one, _ in found) == sorted(apart)
    assert [place for _, place in found] == pytest.approx(
        [(at + 0.5) / len(found) for at in range(len(found))]
    )
    sizes = [abs(apart[one]) for one, _ in found]
    assert sizes == sorted(sizes)


def test_the_order_needs_a_reward_model() -> None:
    with pytest.raises(InvalidInput, match="no reward model"):
        ProjectSettings(queue="unsure").check()
    ProjectSettings(queue="unsure", reward=Reward("taste")).check()


def test_only_projects_with_this_order_ask_for_it(desk: Desk) -> None:
    assert ordering.keep_up(desk.store, desk.project) is None


def test_the_shell_puts_the_queue_into_this_order(desk: Desk, model: RewardModel) -> None:
    desk.add_answers(ITEMS)
    desk.open()
    plant(desk, model, lambda name, prompt: float(prompt) * (name == "a"))
    home = {"WORKBENCH_HOME": str(desk.store.workspace.home)}
    for words in (["projects", "change", "small", 'reward.model="taste"'],
                  ["queue", "order", "unsure", "--project", "small"]):  # fmt: skip
        said = CliRunner().invoke(main, words, env=home)
        assert said.exit_code == 0, said.output
    assert waiting(desk) == sorted(waiting(desk))
