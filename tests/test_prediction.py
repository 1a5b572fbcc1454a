"""A judge beside people: what it adds, that it cannot mislead, and how its errors are counted."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.stats.agreement import Estimate
from workbench.stats.prediction import Powered, Verdicts, powered

RATE = 0.6


def width(found: Estimate) -> float:
    assert found.low is not None
    assert found.high is not None
    return found.high - found.low


def drawn(seed: int, right: float, wins_told: float = 0.0, per_prompt: int = 1) -> Powered:
    """People judge 200 items and a judge these and 2,000 more. It is right so often, and else says
    "win" more or less often; items of a prompt are alike.
    """
    generator = np.random.default_rng(seed)
    prompts = np.arange(2_200 // per_prompt).repeat(per_prompt)
    ease = generator.beta(3, 2, prompts[-1] + 1)[prompts] if per_prompt > 1 else RATE
    outcomes = (generator.random(2_200) < ease).astype(float)
    guesses = (generator.random(2_200) < 0.5 + wins_told).astype(float)
    judged = np.where(generator.random(2_200) < right, outcomes, guesses)
    human = Verdicts(outcomes[:200], prompts[:200])
    return powered(human, judged[:200], Verdicts(judged[200:], prompts[200:]))


def test_by_hand() -> None:
    """Y = 1 1 0 0, f = 1 0 0 0, F = 1 1 1 0 at full weight: .5 + (.75 − .25)."""
    human = Verdicts(np.array([1.0, 1, 0, 0]), np.arange(4))
    alone = Verdicts(np.array([1.0, 1, 1, 0]), np.arange(4, 8))
    found = powered(human, np.array([1.0, 0, 0, 0]), alone, tuning=1.0)
    assert (found.rate.value, found.people.value, found.rate.items) == (1.0, 0.5, 4)


def test_the_weight_is_that_of_ppi_plus_plus() -> None:
    """Every item its own prompt: cov(Y, f) / ((1 + n / N) var f), with the variance of all f."""
    generator = np.random.default_rng(0)
    human = (generator.random(5_000) < RATE).astype(float)
    judged = np.where(generator.random(5_000) < 0.8, human, 1 - human)
    more = (generator.random(20_000) < judged.mean()).astype(float)
    found = powered(
        Verdicts(human, np.arange(5_000)), judged, Verdicts(more, np.arange(5_000, 25_000))
    )
    expected = np.cov(human, judged)[0, 1] / (1.25 * np.append(judged, more).var())
    assert found.tuning == pytest.approx(expected, abs=0.01)


@pytest.mark.parametrize("per_prompt", [1, 5])
@pytest.mark.parametrize("wins_told", [0.0, 0.4])
def test_the_interval_holds_however_biased_the_judge(wins_told: float, per_prompt: int) -> None:
    hits = []
    for seed in range(600):
        rate = drawn(seed, 0.7, wins_told, per_prompt).rate
        assert rate.low is not None
        assert rate.high is not None
        hits.append(rate.low <= RATE <= rate.high)
    assert 0.93 <= np.mean(hits) <= 0.97


def test_a_good_judge_narrows_the_interval_and_a_useless_one_does_no_harm() -> None:
    good, useless = drawn(0, right=0.9), drawn(0, right=0.0)
    assert width(good.rate) < 0.65 * width(good.people)
    assert width(useless.rate) < 1.02 * width(useless.people)
    assert useless.tuning < 0.15


@pytest.mark.parametrize(
    ("outcomes", "value", "low", "high"),
    [
        ([], None, None, None),
        ([1.0], 1.0, 0.2065, 1.0),
        ([1.0] * 20, 1.0, 0.8389, 1.0),  # as Wilson's for twenty of twenty
    ],
)
def test_without_more_verdicts_it_is_the_peoples_rate(
    outcomes: list[float], value: float | None, low: float | None, high: float | None
) -> None:
    human = Verdicts(np.array(outcomes), np.arange(len(outcomes)))
    found = powered(human, human.outcomes, Verdicts(np.array([]), np.array([], dtype=int)))
    assert (found.rate, found.tuning) == (found.people, 0.0)
    assert found.rate.value == value
    assert (found.rate.low, found.rate.high) == pytest.approx((low, high), abs=5e-5)


@given(st.lists(st.tuples(*[st.sampled_from([0.0, 0.5, 1.0])] * 3), min_size=1, max_size=30))
def test_a_rate_lies_within_its_interval(rows: list[tuple[float, float, float]]) -> None:
    human, judged, more = np.array(rows).T
    n = np.arange(len(rows))
    rate = powered(Verdicts(human, n), judged, Verdicts(more, n + len(rows))).rate
    assert rate.value is not None
    assert rate.low is not None
    assert rate.high is not None
    assert 0 <= rate.low <= rate.value <= rate.high <= 1
