"""How a local model draws: truly from its distribution, by seed and step alone."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chisquare

from workbench.providers.noise import Draws, gumbel, step_keys
from workbench.records import Sampling


def test_the_noise_is_a_draw_from_the_softmax() -> None:
    """Chi-square of 20,000 seeds at one step, and of as many steps of one seed."""
    logits = torch.tensor([2.0, 1.0, 0.5, 0.0, -1.0, -2.0, -3.0])
    many = step_keys(range(20_000), 1)[:, 0]
    long = step_keys([7], 20_000)[0]
    for keys in (many, long):
        drawn = (logits + gumbel(torch.from_numpy(keys.copy()), len(logits))).argmax(dim=1)
        seen = np.bincount(drawn.numpy(), minlength=len(logits))
        assert chisquare(seen, 20_000 * logits.double().softmax(0).numpy()).pvalue > 0.001


def test_every_token_of_a_large_vocabulary_is_as_likely_to_win() -> None:
    """Uniform logits over 32,768 tokens: the winners, in 64 stretches of tokens, by chi-square."""
    keys = torch.from_numpy(step_keys(range(4_000), 1)[:, 0].copy())
    drawn = torch.cat([gumbel(part, 2**15).argmax(dim=1) for part in keys.split(200)])
    for stretch in (drawn // 2**9, drawn % 64):  # neighbours, and those that share low bits
        assert chisquare(np.bincount(stretch.numpy(), minlength=64)).pvalue > 0.001


def test_noise_has_the_mean_and_variance_of_gumbels_distribution() -> None:
    """Euler's constant and π² / 6 (Gumbel 1954), within 4 standard errors of 2 million draws."""
    noise = gumbel(torch.from_numpy(step_keys(range(64), 1)[:, 0].copy()), 2**15).double()
    assert noise.mean().item() == pytest.approx(0.5772157, abs=4 * 1.2825 / 2**10.5)
    assert noise.var().item() == pytest.approx(math.pi**2 / 6, abs=4 * 3.5 / 2**10.5)


def test_neighbouring_seeds_steps_and_tokens_have_noise_of_their_own() -> None:
    keys = torch.from_numpy(step_keys(range(40), 10).copy())
    noise = gumbel(keys.reshape(400, 2), 500).double()
    between_draws = torch.corrcoef(noise).fill_diagonal_(0).abs().max().item()
    between_tokens = torch.corrcoef(noise.T).fill_diagonal_(0).abs().max().item()
    assert between_draws < 5.5 / math.sqrt(500)
    assert between_tokens < 5.5 / math.sqrt(400)


@given(
    seeds=st.lists(st.integers(0, 2**63), min_size=2, max_size=8),
    steps=st.integers(1, 20),
    more=st.integers(0, 20),
)
@settings(max_examples=30)
def test_a_rows_noise_knows_neither_its_neighbours_nor_how_long_the_answer_may_be(
    seeds: list[int], steps: int, more: int
) -> None:
    together, alone = step_keys(seeds, steps), step_keys(seeds[-1:], steps + more)
    assert (together[-1] == alone[0, :steps]).all()
    rows = torch.from_numpy(together[:, -1].copy())
    assert torch.equal(gumbel(rows, 50)[-1:], gumbel(rows[-1:], 50))


TOY = torch.tensor([0.4, 0.3, 0.2, 0.1])


@pytest.mark.parametrize(
    ("sampling", "expected"),
    [
        (Sampling(), [0.4, 0.3, 0.2, 0.1]),
        (Sampling(temperature=0.5), [16 / 30, 9 / 30, 4 / 30, 1 / 30]),  # squares
        (Sampling(top_k=2), [4 / 7, 3 / 7, 0, 0]),
        (Sampling(top_p=0.8), [4 / 9, 3 / 9, 2 / 9, 0]),
        (Sampling(top_k=3, top_p=0.7), [4 / 7, 3 / 7, 0, 0]),
    ],
)
def test_temperature_top_k_and_top_p_shape_the_draw(
    sampling: Sampling, expected: list[float]
) -> None:
    draws = Draws(range(10_000), sampling, "cpu")
    scores = TOY.log().repeat(10_000, 1)
    drawn = draws(torch.zeros(10_000, 1, dtype=torch.long), scores).argmax(dim=1)
    seen, wanted = np.bincount(drawn.numpy(), minlength=4), 10_000 * np.array(expected)
    assert (seen[wanted == 0] == 0).all()
    assert chisquare(seen[wanted > 0], wanted[wanted > 0]).pvalue > 0.001
