"""The gate on planted cases, looked at after every prompt, by its own `decide`: how often it
promotes a better, an equal, a worse model, and one that wins by length alone; and how often the
interval at equal length errs under so many looks.

Everything that the gate weighs is drawn: verdicts, in which the longer answer is liked, lengths,
hallucinated spans, three criteria, two general abilities. But for the case of length these are
equal in law for the old model and the new, so that the guards' false alarms count.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
from scipy.special import expit, logit

from workbench.rounds.gate import Decision, Evidence, decide, guard_alpha
from workbench.settings import Workspace
from workbench.stats import always, paired
from workbench.stats.agreement import Z
from workbench.stats.arrays import Floats
from workbench.stats.controlled import EqualLength, at_equal_length
from workbench.stats.planning import prompts_needed
from workbench.stats.shares import share
from workbench.stats.winrate import WinRate, win_rate

REPETITIONS, SERIES, LOOKS = 200, 200, 1_000
CRITERIA, ABILITIES, CHECKS, PASSED = 3, 2, 200, 0.8
ERROR = guard_alpha(1 + CRITERIA + ABILITIES)
TOKENS, SPREAD, SPANS = 120, 0.4, 0.002  # median length, its spread in logs, spans a token
PULL = 0.2  # how much more often an answer without end would win against none
WORDY, LIKED = 0.5, 1.5  # the case of length: longer by e^.5, and log odds a unit of difference


@dataclass(frozen=True)
class Case:
    """A new model's true win rate; of a `wordy` one it comes from length alone."""

    name: str
    rate: float
    ties: float
    wordy: bool = False


@dataclass(frozen=True)
class World:
    """What will be seen, prompt by prompt; of each pair the old model's figures come first."""

    outcomes: Floats
    lengths: tuple[Floats, Floats]
    spans: tuple[Floats, Floats]
    ratings: Mapping[str, tuple[Floats, Floats]]
    abilities: Mapping[str, paired.Change]


CASES = (
    Case("better", 0.60, 0.0), Case("better", 0.60, 0.2),
    Case("equal", 0.50, 0.0), Case("equal", 0.50, 0.2),
    Case("worse", 0.40, 0.0), Case("worse", 0.40, 0.2),
    Case("as good, wordier", 0.50, 0.2, wordy=True),
)  # fmt: skip


def gate(workspace: Workspace) -> None:
    print("| a model that is | ties | promoted (95 %) | by the planned number | rejected"
          " | prompts, median |")  # fmt: skip
    print("|---|---|---|---|---|---|")
    for case in CASES:
        ended = [settled(drawn(case, seed, 1_500)) for seed in range(REPETITIONS)]
        _row(case, [(found.verdict, n) for found, n in ended])
    _peeking()


def drawn(case: Case, seed: int, prompts: int) -> World:
    draw = np.random.default_rng(seed)
    lengths = _lengths(draw, prompts, 0.0), _lengths(draw, prompts, WORDY if case.wordy else 0.0)
    apart = (lengths[1] - lengths[0]) / (lengths[0] + lengths[1] + 1)
    wins = case.rate - case.ties / 2 + PULL * apart
    if case.wordy:
        wins = expit(LIKED * apart) * (1 - case.ties)
    chance = draw.random(prompts)
    return World(
        np.where(chance < wins, 1.0, np.where(chance < wins + case.ties, 0.5, 0.0)),
        lengths,
        (draw.poisson(SPANS * lengths[0]) + 0.0, draw.poisson(SPANS * lengths[1]) + 0.0),
        {f"criterion {i}": _ratings(draw, prompts) for i in range(CRITERIA)},
        {f"ability {i}": _ability(draw) for i in range(ABILITIES)},
    )


def _lengths(draw: np.random.Generator, prompts: int, longer: float) -> Floats:
    return np.ceil(TOKENS * draw.lognormal(longer, SPREAD, prompts))


def _ratings(draw: np.random.Generator, prompts: int) -> tuple[Floats, Floats]:
    """From 1 to 5; what a prompt is like is in both."""
    prompt = draw.normal(3.5, 0.7, prompts)
    old, new = (np.clip(np.round(prompt + draw.normal(0, 0.7, prompts)), 1, 5) for _ in range(2))
    return old, new


def _ability(draw: np.random.Generator) -> paired.Change:
    """Checks of which some are hard for both."""
    chances = draw.beta(2 * PASSED, 2 * (1 - PASSED), CHECKS)
    old, new = draw.random(CHECKS) < chances, draw.random(CHECKS) < chances
    counts = (old & new).sum(), (old & ~new).sum(), (~old & new).sum(), (~old & ~new).sum()
    return paired.passes(*map(int, counts), alpha=ERROR)


def settled(world: World, step: int = 1) -> tuple[Decision, int]:
    """The first decision that is not “not yet”, looking after every `step` prompts, and when; the
    last one where the prompts end before.
    """
    found, n = decide(evidence(world, 0)), 0
    while found.verdict == "not yet" and n + step <= len(world.outcomes):
        n += step
        found = decide(evidence(world, n))
    return found, n


def evidence(world: World, n: int) -> Evidence:
    """As it stands after so many prompts."""
    seen = world.outcomes[:n]
    (old, new), (old_spans, new_spans) = world.lengths, world.spans
    wins, losses = int((seen == 1).sum()), int((seen == 0).sum())
    return Evidence(
        _won(wins, n - wins - losses, losses),
        at_equal_length(seen, new[:n], old[:n]),
        paired.rates(old_spans[:n], old[:n], new_spans[:n], new[:n], alpha=ERROR),
        {k: paired.means(a[:n], b[:n], alpha=ERROR) for k, (a, b) in world.ratings.items()},
        world.abilities,
        losses,
        len(world.outcomes) - n,
    )


@cache
def _won(wins: int, ties: int, losses: int) -> WinRate:
    """Its interval takes milliseconds, and the same counts come again and again."""
    return win_rate(wins, ties, losses)


def _row(case: Case, ended: list[tuple[str, int]]) -> None:
    planned = prompts_needed(0.60, ties=case.ties) or 0
    promoted = [n for verdict, n in ended if verdict == "promote"]
    found = share(len(promoted), len(ended))
    in_time = sum(n <= planned for n in promoted) / len(ended)
    print(
        f"| {case.name}{f', {case.rate:.2f}' if not case.wordy else ''} | {case.ties:.1f}"
        f" | {found.value:.3f} ({found.low:.3f}–{found.high:.3f}) | {in_time:.3f} of {planned}"
        f" | {1 - len(promoted) / len(ended):.3f} | {np.median([n for _, n in ended]):.0f} |",
        flush=True,
    )


def _peeking() -> None:
    case = Case("as good, wordier", 0.50, 0.2, wordy=True)
    erred = [errs(drawn(case, seed, LOOKS)) for seed in range(SERIES)]
    ours, fixed = np.mean(erred, axis=0)
    print(f"\n| {SERIES} series of {LOOKS} prompts, as good and wordier | ever excludes ½ |")
    print("|---|---|")
    print(f"| the interval at equal length | {ours:.3f} |")
    print(f"| the same for one look, 1.96 standard errors | {fixed:.3f} |", flush=True)


def errs(world: World, step: int = 1) -> tuple[bool, bool]:
    """Whether a look excludes the true one half: by our interval, and by one for a single look."""
    ours = fixed = False
    (old, new), most = world.lengths, len(world.outcomes)
    for n in range(always.LEAST, most + 1, step):
        found = at_equal_length(world.outcomes[:n], new[:n], old[:n])
        ours |= found.better or found.worse
        fixed |= _single_look_excludes(found)
    return ours, fixed


def _single_look_excludes(found: EqualLength) -> bool:
    if found.rate is None:
        return False
    center, high = float(logit(found.rate)), float(logit(found.high))
    return abs(center) > Z * (high - center) / always.reach(found.n)
