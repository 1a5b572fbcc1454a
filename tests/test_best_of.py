"""The best of several samples by a reward model: an answer of a variant of its own, that points at
the sample chosen, costs what all of them cost, and is never laid beside them.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import Desk
from tests.reward_models import add_pairs, answers, frozen, judge
from workbench import queueing, rounds
from workbench.cli import main
from workbench.errors import InvalidInput
from workbench.generation.grids import Plan
from workbench.generation.requests import Wanted, ask
from workbench.leaderboard.board import board
from workbench.leaderboard.matches import load
from workbench.records import Completion, Model, Prompt, Sampling, Template, Variant
from workbench.rewards import best_of, spreading
from workbench.rewards.spreading import Spread
from workbench.starter.cards import card_prompts
from workbench.store import best_samples, comparing, completions, reward_scores, variants
from workbench.store.database import Database
from workbench.store.reward_models import RewardModel

N, PROMPTS = 3, 8
Make = Callable[..., RewardModel]


def quiet(done: int, total: int, note: str) -> None:
    pass


@pytest.fixture
def cards(desk: Desk) -> Desk:
    add_pairs(desk, PROMPTS, seed=1)
    desk.open()
    judge(desk, desk.reviewer())
    return desk


@pytest.fixture
def model(cards: Desk, make_reward_model: Make) -> RewardModel:
    return make_reward_model(cards, frozen(cards, test_share=0.0))


@pytest.fixture
def drawn(cards: Desk) -> Variant:
    """A variant with N + 1 samples of each prompt: the right answer is one of them, by turns."""
    made = Variant("plain", Model("drawing", "local", "drawing"), Template(), Sampling())
    return cards.store.write(lambda db: _sampled(db, cards, made))


def _sampled(db: Database, desk: Desk, made: Variant) -> Variant:
    variant = variants.ensure_variant(db, desk.clock.now, desk.project.id, made)
    for place, card in enumerate(card_prompts("train", PROMPTS, seed=1)):
        right, wrong = answers(card)
        [prompt_id] = [
            row["id"] for row in desk.rows("SELECT id FROM prompts WHERE context = ?", card.card)
        ]
        sent = ({"role": "system", "content": card.card},
                {"role": "user", "content": card.question})  # fmt: skip
        for at in range(N + 1):
            text = right if at == 1 + place % N else f"{wrong}{' So it is.' * at}"
            said = ({"role": "assistant", "content": text},)
            completions.insert(
                db, desk.clock.now,
                Completion(prompt_id, variant.id, at, said, sent, "stop", tokens_in=10,
                           tokens_out=at + 1, latency_ms=100.0, cost_usd=0.5),
            )  # fmt: skip
    return variant


def put_forward(
    desk: Desk, model: RewardModel, variant: Variant
) -> tuple[Variant, list[Completion], dict[str, int]]:
    best, counts = best_of.put_forward(desk.store, model, variant, N, quiet)
    with desk.store.read() as db:
        return best, completions.of_variant(db, best.id), counts


def samples_of(desk: Desk, variant: Variant) -> dict[int, Completion]:
    with desk.store.read() as db:
        return {one.id: one for one in completions.of_variant(db, variant.id)}


def test_each_answer_is_the_highest_scored_of_its_samples_and_points_at_it(
    cards: Desk, model: RewardModel, drawn: Variant
) -> None:
    best, found, counts = put_forward(cards, model, drawn)
    samples = samples_of(cards, drawn)
    assert counts == {"answers": PROMPTS, "short": 0, "unscored": 0}
    assert best.name == "plain, best of 3 by taste"
    for answer in found:
        with cards.store.read() as db:
            choice = best_samples.of(db, answer.id)
            assert choice is not None
            scores = reward_scores.of(db, model.id, [*choice.samples, answer.id])
        values = {i: scores[i].value or 0.0 for i in choice.samples}
        assert choice.sample_id == max(values, key=values.__getitem__)
        assert {samples[i].sample_index for i in choice.samples} == {1, 2, 3}
        assert answer.messages == samples[choice.sample_id].messages
        assert scores[answer.id] == scores[choice.sample_id]


def test_it_costs_what_all_of_its_samples_cost(
    cards: Desk, model: RewardModel, drawn: Variant
) -> None:
    best, found, _ = put_forward(cards, model, drawn)
    for answer in found:
        assert (answer.tokens_in, answer.tokens_out) == (10 * N, 2 + 3 + 4)
        assert (answer.latency_ms, answer.cost_usd) == (100.0 * N, 0.5 * N)
    with cards.store.read() as db:
        costs = {row["variant_id"]: row for row in comparing.costs(db, cards.project.id)}
    assert costs[best.id]["usd"] == N * costs[drawn.id]["usd"]


def test_what_was_not_paid_for_again_has_no_known_price(
    cards: Desk, model: RewardModel, drawn: Variant
) -> None:
    pool = best_of.Pool(1, 0, tuple(samples_of(cards, drawn).values())[1 : N + 1])
    known = tuple(Completion(**vars(one) | {"from_cache": True}) for one in pool.samples)
    assert best_of.answer_of(drawn, pool, pool.samples[0]).cost_usd == 0.5 * N
    assert best_of.answer_of(drawn, best_of.Pool(1, 0, known), known[0]).cost_usd is None


def test_choosing_again_changes_nothing(cards: Desk, model: RewardModel, drawn: Variant) -> None:
    first = put_forward(cards, model, drawn)
    assert put_forward(cards, model, drawn) == first


def test_it_is_laid_beside_the_plain_variant_and_never_beside_its_own_samples(
    cards: Desk, model: RewardModel, drawn: Variant
) -> None:
    best, found, _ = put_forward(cards, model, drawn)
    queueing.fill(cards.store, cards.project, cards.clock.now, count=1_000)
    rows = cards.rows("SELECT comparison_id, completion_id FROM comparison_completions")
    met: dict[int, set[int]] = {}
    for row in rows:
        met.setdefault(row["comparison_id"], set()).add(row["completion_id"])
    with cards.store.read() as db:
        pools = best_samples.drawn_from(db, cards.project.id)
    assert all(not pools.get(i, frozenset()) & ids for ids in met.values() for i in ids)
    aside = {one.id for one in samples_of(cards, drawn).values() if one.sample_index == 0}
    beside = {i for ids in met.values() if ids & {one.id for one in found} for i in ids}
    assert len(beside & aside) == PROMPTS, "but beside the one that stands for the plain variant"
    judge(cards, cards.person("Ann"))
    with cards.store.read() as db:
        ranked = board(load(db, cards.project.id, ("human",)))["variants"]
    assert {best.id, drawn.id} <= {row["variant_id"] for row in ranked}


def test_where_samples_are_missing_nothing_is_put_forward_yet(
    cards: Desk, model: RewardModel, drawn: Variant
) -> None:
    [missing] = cards.rows("SELECT min(prompt_id) AS id FROM completions WHERE variant_id = ?",
                           drawn.id)  # fmt: skip
    more = Variant("more", drawn.model, drawn.template, Sampling(temperature=0.5))

    def copy(db: Database) -> Variant:
        made = variants.ensure_variant(db, cards.clock.now, cards.project.id, more)
        for one in completions.of_variant(db, drawn.id):
            if (one.prompt_id, one.sample_index) != (missing["id"], N):
                new = Completion(**vars(one) | {"variant_id": made.id})
                completions.insert(db, cards.clock.now, new)
        return made

    _, found, counts = put_forward(cards, model, cards.store.write(copy))
    assert counts == {"answers": PROMPTS - 1, "short": 1, "unscored": 0}
    assert missing["id"] not in {answer.prompt_id for answer in found}


def test_where_no_sample_can_be_scored_there_is_a_failure_and_no_answer(
    cards: Desk, model: RewardModel, drawn: Variant
) -> None:
    ids = [i for i, one in samples_of(cards, drawn).items() if one.sample_index]
    of_first = min(samples_of(cards, drawn)[i].prompt_id for i in ids)
    mute = [(i, reward_scores.Score(None, "too long")) for i in ids
            if samples_of(cards, drawn)[i].prompt_id == of_first]  # fmt: skip
    cards.store.write(lambda db: reward_scores.keep(db, model.id, mute))
    best, _, counts = put_forward(cards, model, drawn)
    assert counts == {"answers": PROMPTS - 1, "short": 0, "unscored": 1}
    [failure] = cards.rows("SELECT * FROM generation_failures WHERE variant_id = ?", best.id)
    assert failure["prompt_id"] == of_first
    assert "scored" in failure["message"]


@given(st.integers(2, 6), st.sets(st.integers(0, 40)))
def test_no_sample_is_in_two_pools_and_those_aside_are_in_none(n: int, indices: set[int]) -> None:
    samples = [Completion(1, 1, at, (), (), id=at) for at in sorted(indices)]
    pools, short = best_of._pools(samples, n)
    used = Counter(one.sample_index for pool in pools for one in pool.samples)
    assert all(times == 1 for times in used.values())
    assert all(len(pool.samples) == n for pool in pools)
    assert not any(at % (n + 1) == 0 for at in used)
    left = {at // (n + 1) for at in indices if at % (n + 1)}
    assert len(pools) + short == len(left)


def test_a_variant_of_the_best_is_never_asked_itself(drawn: Variant) -> None:
    """A plain answer must not stand under its name."""
    best = replace(drawn, sampling=replace(drawn.sampling, best_of=4, by="taste"))
    with pytest.raises(InvalidInput, match="chosen from several samples"):
        ask(best, Wanted(Prompt(({"role": "user", "content": "Who?"},)), 0))


def test_a_plan_asks_for_one_sample_more_than_it_chooses_from() -> None:
    model = Model("m", "local", "m")
    assert best_of.widened(Plan((model,), samples=2), 4).samples == 10
    with pytest.raises(InvalidInput, match="64"):
        best_of.widened(Plan((model,), samples=13), 4)


# Candidates of a round


@pytest.mark.parametrize("against", ["random", "worst"])
def test_candidates_are_the_best_and_another_that_says_something_else(
    cards: Desk, model: RewardModel, drawn: Variant, against: Any
) -> None:
    spread = Spread(model.name, N + 1, against).check()
    found = spreading.choose(cards.store, cards.project.id, drawn, spread, quiet)
    samples = samples_of(cards, drawn)
    with cards.store.read() as db:
        scores = reward_scores.of(db, model.id, list(samples))
    assert len(found) == PROMPTS
    for pair in found:
        of_prompt = [one for one in samples.values()
                     if one.prompt_id == samples[min(pair)].prompt_id]  # fmt: skip
        values = sorted((scores[one.id].value or 0.0, one.id) for one in of_prompt)
        assert values[-1][1] in pair
        assert len({str(samples[i].messages) for i in pair}) == 2
        if against == "worst":
            assert pair == {values[0][1], values[-1][1]}


def test_a_spread_of_one_sample_is_refused() -> None:
    with pytest.raises(InvalidInput, match="cannot be chosen"):
        Spread("taste", 1).check()


# The shell


def shell(desk: Desk, *words: str) -> Any:
    home = {"WORKBENCH_HOME": str(desk.store.workspace.home)}
    return CliRunner().invoke(main, [*words, "--project", desk.project.slug], env=home)


def test_the_shell_draws_and_puts_the_best_forward(cards: Desk, model: RewardModel) -> None:
    from workbench.demo import starter_model

    words = ("generate", "--model", starter_model().location, "--limit", "4", "--samples", "1",
             "--max-tokens", "24", "--best-of", "2", "--by", "taste")  # fmt: skip
    said = shell(cards, *words)
    assert said.exit_code == 0, said.output
    assert "best of 2 by taste" in said.output
    assert "4 answers are the best of 2." in said.output
    counts = cards.rows(
        "SELECT v.name, count(*) AS n FROM variants v JOIN completions c ON c.variant_id = v.id"
        " WHERE v.name LIKE '%T=1, 24%' GROUP BY v.id ORDER BY v.id"
    )
    assert [row["n"] for row in counts] == [12, 4]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--best-of", "4"), "go together"),
        (("--best-of", "4", "--by", "gone"), "no reward model “gone”"),
        (("--best-of", "4", "--by", "taste", "--batch"), "without --batch"),
    ],
)
def test_what_cannot_be_chosen_is_said_before_anything_is_asked(
    cards: Desk, model: RewardModel, words: tuple[str, ...], said: str
) -> None:
    ended = shell(cards, "generate", "--model", "anything", *words)
    assert ended.exit_code == 1
    assert said in ended.output


def test_a_round_lays_the_best_of_its_samples_before_people(
    cards: Desk, model: RewardModel
) -> None:
    from workbench.demo import starter_model

    rounds.begin(cards.store, cards.project, starter_model(), Sampling(1.0, max_tokens=24),
                 Template())  # fmt: skip
    said = shell(cards, "rounds", "prepare", "--candidates", "6", "--best-of", "4",
                 "--by", "taste", "--against", "worst")  # fmt: skip
    assert said.exit_code == 0, said.output
    made = cards.rows("SELECT c.* FROM completions c JOIN variants v ON v.id = c.variant_id"
                      " WHERE v.name LIKE 'round 0%'")  # fmt: skip
    assert len(made) == 6 * 4
    with cards.store.read() as db:
        scores = reward_scores.of(db, model.id, [row["id"] for row in made])
    queued = cards.rows("SELECT * FROM comparisons WHERE round_id IS NOT NULL AND open_slots > 0")
    assert 0 < len(queued) <= 6
    for one in queued:
        shown = {
            row["completion_id"]
            for row in cards.rows(
                "SELECT completion_id FROM comparison_completions WHERE comparison_id = ?",
                one["id"],
            )
        }
        values = {row["id"]: scores[row["id"]].value or 0.0 for row in made
                  if row["prompt_id"] == one["prompt_id"]}  # fmt: skip
        best, worst = max(values.values()), min(values.values())
        assert {values[i] for i in shown} == {best, worst}
