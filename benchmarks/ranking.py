"""Strengths of fifty systems from 100,000 votes beside evalica's, on the same codes in the same
run; how often intervals hold; how many judgements picking saves.

Evalica's Bradley–Terry runs as it comes, in Rust, to its own tolerance, given integer codes, its
index and its winners as integers: the fastest way in that it has. One BLAS thread for both: on
cores shared with others two of them wait for each other longer than they work.
"""

import statistics
import time
from collections.abc import Callable

import evalica
import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from benchmarks import picks
from workbench.settings import Workspace
from workbench.stats.arrays import Floats
from workbench.stats.ranking import Duels, fit, strengths
from workbench.stats.standings import differences

VOTES, SYSTEMS, PROMPTS, REPEATS = 100_000, 50, 2_000, 25
CROWDS, CROWD, VOTES_A_PROMPT = 400, 6, 10
SEEDS = range(60)


def ranking(workspace: Workspace) -> None:
    with threadpool_limits(1):
        _speed()
    _coverage()
    _picking()


def drawn(seed: int, systems: int, prompts: int, votes: int, noise: float = 1.0) -> Duels:
    """Each prompt suits each system more or less, the same for all its votes."""
    draw = np.random.default_rng(seed)
    prompt = draw.integers(0, prompts, votes)
    first = draw.integers(0, systems, votes)
    second = (first + draw.integers(1, systems, votes)) % systems
    suits = np.linspace(-1, 1, systems) + draw.normal(0, noise, (prompts, systems))
    gaps = suits[prompt, first] - suits[prompt, second]
    outcome = (draw.random(votes) < 1 / (1 + np.exp(-gaps))).astype(float)
    return Duels(first, second, outcome, prompt, systems)


def _speed() -> None:
    duels = drawn(0, SYSTEMS, PROMPTS, VOTES)
    winners, index = np.where(duels.outcome == 1, 1, 2).tolist(), pd.RangeIndex(SYSTEMS)

    def theirs() -> Floats:
        found = evalica.bradley_terry(duels.first, duels.second, winners, index=index)
        logs = np.log(found.scores.sort_index().to_numpy())
        return np.asarray(logs - logs.mean())

    ways: dict[str, Callable[[], object]] = {
        "strengths": lambda: strengths(duels),
        "with intervals clustered by prompt": lambda: fit(duels),
    }
    apart = np.abs(strengths(duels, ridge=0) - theirs()).max()
    print(f"| {VOTES} votes, {SYSTEMS} systems | ours, ms | evalica, ms | ratio"
          " | strengths differ by |")  # fmt: skip
    print("|---|---|---|---|---|")
    for name, ours in ways.items():
        turns = [(_ms(ours), _ms(theirs)) for _ in range(REPEATS)]
        mine, other = (statistics.median(column) for column in zip(*turns, strict=True))
        print(f"| {name} | {mine:.2f} | {other:.2f} | {other / mine:.1f} | {apart:.1g} |",
              flush=True)  # fmt: skip


def _ms(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - began)


def _coverage() -> None:
    """Of the 95 % intervals of all pairs, how many hold what an endless number of prompts shows."""
    endless = strengths(drawn(10**6, CROWD, 40_000, 400_000))
    true, above = endless[:, None] - endless[None, :], np.triu_indices(CROWD, 1)
    print(f"\n| {CROWDS} crowds, {VOTES_A_PROMPT} votes a prompt | clustered by prompt"
          " | votes taken for independent |")  # fmt: skip
    print("|---|---|---|")
    for prompts in (40, 200):
        shares = []
        for clustered in (True, False):
            hits = []
            for seed in range(CROWDS):
                duels = drawn(seed, CROWD, prompts, prompts * VOTES_A_PROMPT)
                gaps, errors = differences(fit(duels, clustered=clustered))
                hits.append((np.abs(gaps - true) <= 1.96 * errors)[above].mean())
            shares.append(np.mean(hits))
        print(f"| {prompts} prompts | {shares[0]:.3f} | {shares[1]:.3f} |", flush=True)


def _picking() -> None:
    print(f"\n| judgements to τ .80–.90, {len(SEEDS)} seeds | judgements | × picked |")
    print("|---|---|---|")
    picked = picks.judgements(SEEDS, picked=True, overlap=1)
    print(f"| picked pairs | {picked:.0f} | 1 |")
    for overlap in (1, 3):
        random = picks.judgements(SEEDS, picked=False, overlap=overlap)
        print(f"| random pairs, overlap {overlap} | {random:.0f} | {random / picked:.2f} |",
              flush=True)  # fmt: skip
