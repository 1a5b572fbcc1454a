"""Reward models at work: scores that equal the trainer's, stored once, and what they are worth
beside lengths. One model is trained for the session, by TRL.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from tests.conftest import Desk
from tests.reward_models import add_pairs, answers, frozen, judge, row
from workbench import jobs
from workbench.cli import main
from workbench.errors import InvalidInput
from workbench.rewards import measuring, pairs, scoring
from workbench.rewards.network import RewardNetwork
from workbench.starter.cards import card_prompts
from workbench.store import reward_models, reward_scores
from workbench.store.datasets import DatasetVersion
from workbench.store.reward_models import RewardModel

Make = Callable[..., RewardModel]
PAIRS = 100


@pytest.fixture(scope="module")
def network(trained: Any) -> RewardNetwork:
    return RewardNetwork(trained.args.output_dir)


@pytest.fixture
def cards(make_desk: Callable[..., Desk]) -> Desk:
    """A project of judged cards that the session's model was not trained on."""
    desk = make_desk("cards", starter=True)
    add_pairs(desk, PAIRS, seed=1)
    desk.open()
    judge(desk, desk.reviewer())
    return desk


@pytest.fixture
def model(cards: Desk, make_reward_model: Make) -> RewardModel:
    return make_reward_model(cards, frozen(cards, test_share=0.5))


def quiet(done: int, total: int, note: str) -> None:
    pass


def scores_of(desk: Desk, model: RewardModel) -> dict[int, reward_scores.Score]:
    ids = [found["id"] for found in desk.rows("SELECT id FROM completions")]
    with desk.store.read() as db:
        return reward_scores.of(db, model.id, ids)


# The network


def test_scores_equal_the_trainers(trained: Any, network: RewardNetwork) -> None:
    """Its own tokens, collator and forward pass, on pairs of its own dataset."""
    import torch

    rows = [trained.train_dataset[i] for i in range(12)]
    with torch.no_grad():
        logits = trained.model(**trained.data_collator(rows)).logits.squeeze(-1).tolist()
    said = [row(card) for card in card_prompts("train", 12, seed=0)]
    ours = network.score(
        [[*one["prompt"], *one[side]] for side in ("chosen", "rejected") for one in said]
    )
    assert [score.value for score in ours] == pytest.approx(logits, abs=1e-4)


def test_a_score_does_not_depend_on_what_is_scored_beside_it(network: RewardNetwork) -> None:
    said = [row(card) for card in card_prompts("train", 20, seed=3)]
    every = [[*one["prompt"], *one["chosen"]] for one in said]
    together = [score.value for score in network.score(every)]
    alone = [network.score([one])[0].value for one in every]
    assert together == pytest.approx(alone, abs=1e-4)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("very " * 600, "longer than the model's 512 tokens"),
        ([{"type": "image", "image": "abc"}], "it holds more than text"),
    ],
)
def test_what_cannot_be_scored_says_why_and_gets_no_number(
    network: RewardNetwork, content: Any, said: str
) -> None:
    good = [{"role": "user", "content": "Who?"}, {"role": "assistant", "content": "Ann."}]
    bad = [{"role": "user", "content": content}, {"role": "assistant", "content": "Ann."}]
    first, second, third = network.score([good, bad, good])
    assert (second.value, second.unscored) == (None, said)
    assert first.value == pytest.approx(third.value, abs=1e-5)


def test_a_model_of_several_labels_is_refused(tmp_path: Path, trained: Any) -> None:
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    source = trained.args.output_dir
    AutoModelForSequenceClassification.from_pretrained(
        source, num_labels=3, ignore_mismatched_sizes=True
    ).save_pretrained(tmp_path)
    AutoTokenizer.from_pretrained(source).save_pretrained(tmp_path)
    with pytest.raises(InvalidInput, match="one label"):
        RewardNetwork(str(tmp_path))


def test_a_folder_that_is_gone_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="cannot be loaded"):
        RewardNetwork(str(tmp_path / "gone"))


# Scores that are stored


def test_every_answer_is_scored_once_and_a_second_run_reads_nothing(
    cards: Desk, model: RewardModel, network: RewardNetwork
) -> None:
    scoring.score_missing(cards.store, model, quiet, network)
    first = scores_of(cards, model)
    assert len(first) == 2 * PAIRS
    reads: list[int] = []
    scoring.score_missing(cards.store, model, lambda done, total, note: reads.append(total))
    assert reads == [0]
    assert scores_of(cards, model) == first


def test_a_stopped_run_goes_on_where_it_was(
    cards: Desk, model: RewardModel, network: RewardNetwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scoring, "WINDOW", 50)

    def stop(done: int, total: int, note: str) -> None:
        if done == 50:
            raise jobs.Cancelled

    with pytest.raises(jobs.Cancelled):
        scoring.score_missing(cards.store, model, stop, network)
    half = scores_of(cards, model)
    assert len(half) == 50
    scoring.score_missing(cards.store, model, quiet, network)
    whole = scores_of(cards, model)
    assert len(whole) == 2 * PAIRS
    assert half.items() <= whole.items()


def test_an_answer_that_is_too_long_is_stored_with_the_reason_and_not_as_zero(
    cards: Desk, model: RewardModel, network: RewardNetwork
) -> None:
    cards.import_rows([{"prompt": "Go on", "split": "train", "completions": {"a": "on " * 900}}])
    scoring.score_missing(cards.store, model, quiet, network)
    unscored = [one for one in scores_of(cards, model).values() if one.value is None]
    assert [one.unscored for one in unscored] == ["longer than the model's 512 tokens"]


def test_the_job_scores_and_measures(cards: Desk, model: RewardModel) -> None:
    """Both jobs as the app starts them, each in a process of its own."""
    done = jobs.wait(cards.store, scoring.begin(cards.store, model).id)
    assert done.result == {"scored": 2 * PAIRS, "unscored": {}}
    jobs.wait(cards.store, measuring.begin(cards.store, model).id)
    with cards.store.read() as db:
        found = measuring.latest(db, model)
    assert found is not None
    assert found["source"] == pairs.TEST_PART


# What it is worth


def held_out(desk: Desk, version: DatasetVersion) -> tuple[str, list[pairs.JudgedPair]]:
    with desk.store.read() as db:
        return pairs.held_out(db, version)


def test_it_is_measured_on_the_test_part(cards: Desk) -> None:
    version = frozen(cards, test_share=0.5)
    source, found = held_out(cards, version)
    assert source == pairs.TEST_PART
    assert len(found) == version.manifest["counts"]["test"] > 0
    with cards.store.read() as db:
        assert not {pair.prompt_id for pair in found} & pairs.trained_prompts(db, version)


def test_without_a_test_part_it_is_measured_on_what_was_judged_of_other_prompts(
    cards: Desk,
) -> None:
    version = frozen(cards, test_share=0.0)
    assert held_out(cards, version) == (pairs.JUDGED_SINCE, [])
    add_pairs(cards, 12, seed=7)
    cards.open()
    new = judge(cards, cards.person("Ann"))
    _, found = held_out(cards, version)
    judged = cards.rows("SELECT prompt_id FROM comparisons WHERE id >= ?", min(new))
    assert {pair.prompt_id for pair in found} == {one["prompt_id"] for one in judged}
    assert len(found) == len(new)


def test_a_conversation_of_a_row_is_that_of_the_answer_itself(cards: Desk) -> None:
    """A pair's texts from the dataset, and the same answers from the store, are scored alike."""
    version = frozen(cards, test_share=0.5)
    _, found = held_out(cards, version)
    with cards.store.read() as db:
        of_prompt = scoring.completions.of_prompt(db, found[0].prompt_id)
    stored = [tuple(scoring.conversation(one)) for one in of_prompt]
    assert {str(found[0].chosen), str(found[0].rejected)} == {str(one) for one in stored}


def test_lengths_learn_their_direction_on_the_training_rows_alone(cards: Desk) -> None:
    version = frozen(cards, test_share=0.5)
    learned = pairs.lengths(version)
    assert 0 < learned.longer + learned.shorter <= version.manifest["counts"]["train"]
    assert learned.sign == (1 if learned.longer >= learned.shorter else -1)


def test_a_model_that_read_the_cards_is_above_lengths(
    cards: Desk, network: RewardNetwork, model: RewardModel
) -> None:
    with cards.store.read() as db:
        version = pairs.version_of(db, model)
        _, found = pairs.held_out(db, version)
    body = measuring.reckon(measuring.measure(network, found, quiet), pairs.lengths(version))
    assert body["pairs"] == len(found)
    assert body["accuracy"]["value"] > body["length"]["accuracy"]["value"]
    assert body["gain"]["value"] == pytest.approx(
        body["accuracy"]["value"] - body["length"]["accuracy"]["value"]
    )
    assert body["calibration"]["temperature"] > 0
    halves = body["calibration"]["fitted_on"] + body["calibration"]["tested_on"]
    assert halves == body["pairs"]


def test_pairs_that_cannot_be_scored_are_counted_and_not_judged(network: RewardNetwork) -> None:
    right, wrong = answers(card_prompts("train", 1, seed=1)[0])
    asked = {"role": "user", "content": "Who?"}
    fine = pairs.JudgedPair(1, (asked, {"role": "assistant", "content": right}),
                            (asked, {"role": "assistant", "content": wrong}))  # fmt: skip
    long = pairs.JudgedPair(2, fine.chosen, (asked, {"role": "assistant", "content": "no " * 900}))
    found = measuring.measure(network, [fine, long], quiet)
    assert len(found.differences) == 1
    assert found.unscored == {"longer than the model's 512 tokens": 1}


def test_nothing_is_said_of_a_model_without_pairs() -> None:
    body = measuring.reckon(measuring.measure(None, [], quiet), pairs.Lengths(3, 1))
    assert (body["pairs"], body["accuracy"]["value"], body["calibration"]) == (0, None, None)


@pytest.mark.parametrize("pairs_", [1, 2, 3])
def test_of_a_few_pairs_nothing_is_said_that_has_no_interval(pairs_: int) -> None:
    few = measuring.Measured(np.ones(pairs_), np.ones(pairs_, int), np.arange(pairs_), {})
    body = measuring.reckon(few, pairs.Lengths(0, 0))
    assert (body["accuracy"]["value"] is None) == (pairs_ < 2)
    assert body["calibration"] is None or body["calibration"]["brier"]["value"] is not None


def test_how_sure_it_is_is_asked_only_of_a_measured_model(cards: Desk, model: RewardModel) -> None:
    with cards.store.read() as db, pytest.raises(InvalidInput, match="rewards measure"):
        measuring.temperature(db, reward_models.get(db, model.id))


# The shell


def shell(desk: Desk, *words: str) -> Any:
    home = {"WORKBENCH_HOME": str(desk.store.workspace.home)}
    return CliRunner().invoke(main, [*words, "--project", desk.project.slug], env=home)


def test_the_shell_measures_shows_and_lists(cards: Desk, model: RewardModel) -> None:
    assert "not measured yet" in shell(cards, "rewards", "list").output
    assert "rewards measure" in shell(cards, "rewards", "show", "taste").output
    said = shell(cards, "rewards", "measure", "taste").output
    assert "tells rightly" in said
    assert "alone" in said
    found = json.loads(shell(cards, "rewards", "show", "taste", "--json").output)
    assert found["reward_model"] == "taste"
    assert 0 <= found["accuracy"]["low"] <= found["accuracy"]["value"] <= 1
    assert "%" in shell(cards, "rewards", "list").output


def test_an_unknown_reward_model_is_a_clear_error(cards: Desk) -> None:
    ended = shell(cards, "rewards", "show", "gone")
    assert ended.exit_code == 1
    assert "no reward model “gone”" in ended.output
