"""The gate: whether a tuned model should replace the old one, from what was measured.

**Promote** where, at whatever moment one looks,
- the win rate lies surely above one half (`leaderboard.gate`), and at equal length it does so too.
  That at equal length it is merely not below one half would not do: of models that are as good as
  the old one and wordier that lets every second through, and this at most one in forty;
- no guard surely fails: hallucinated spans do not surely rise, no criterion's mean surely falls,
  no general ability surely falls by more than `tolerance`. More cannot be asked, since nobody can
  prove that nothing became worse. What was not measured bars nothing, and is named. All guards
  share an error of 5 % (`guard_alpha`), or many of them would bar every model by chance.

**Reject** where the win rate is surely below one half, as it is or at equal length; a guard surely
fails; the best win rate that the data still allow is below `least_gain`; or as many prompts are
judged as show a win rate of `least_gain` in four of five cases, without a promotion.

**Not yet** otherwise, with about how many more judgements, one a prompt, it takes if what was seen
goes on, and never more than that number.

It does not know where the figures come from, nor how many models were tried before this one: each
has its own error of 5 %, and of many equal ones some pass.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

from workbench.leaderboard.claims import gate
from workbench.rounds import reasons
from workbench.stats.controlled import EqualLength, more_for_equal_length
from workbench.stats.paired import Change
from workbench.stats.planning import CAP, more_needed, prompts_needed
from workbench.stats.winrate import ALPHA, WinRate

Ruling = Literal["promote", "not yet", "reject"]


@dataclass(frozen=True)
class Evidence:
    """What is known of the new model against the old one, on heldout prompts: `win` and
    `equal_length` of the new, `spans` per 1,000 tokens, the mean of each criterion that was rated,
    the share passed of each general ability; on how many prompts the new one lost, and how many
    heldout prompts nobody has judged yet.
    """

    win: WinRate
    equal_length: EqualLength
    spans: Change | None
    ratings: Mapping[str, Change]
    abilities: Mapping[str, Change]
    regressions: int
    left: int


@dataclass(frozen=True)
class Rules:
    """`least_gain` is the least win rate worth a new model; `tolerance`, a share, is how far a
    general ability may fall.
    """

    least_gain: float = 0.55
    tolerance: float = 0.02


@dataclass(frozen=True)
class Decision:
    """`reasons` are sentences; `more` is how many judgements it takes, None once it is decided."""

    verdict: Ruling
    reasons: tuple[str, ...]
    more: int | None = None


def decide(evidence: Evidence, rules: Rules = Rules()) -> Decision:
    """The rule above. Raises InvalidInput for a `least_gain` that no win rate can have."""
    failed = _failed(evidence, rules)
    if failed:
        return Decision("reject", failed)
    if gate(evidence.win) == "better" and evidence.equal_length.better:
        return Decision("promote", _all(evidence, rules))
    plan, won = planned(rules.least_gain), evidence.win
    known = _known(evidence)
    if won.n and won.high < rules.least_gain:
        return Decision("reject", (*known, reasons.futile(won, rules.least_gain)))
    if won.n >= plan:
        return Decision("reject", (*known, reasons.used_up(won.n, plan, rules.least_gain)))
    return _not_yet(evidence, known, plan - won.n)


def guard_alpha(guards: int) -> float:
    """The error of each guard's interval (spans, each criterion, each ability), by Bonferroni."""
    return ALPHA / max(1, guards)


@cache
def planned(least_gain: float) -> int:
    """The prompts by which a gain that is worth it is told in four of five cases."""
    return prompts_needed(least_gain) or CAP


def _failed(evidence: Evidence, rules: Rules) -> tuple[str, ...]:
    """What is surely worse than it may be."""
    failed = []
    if gate(evidence.win) == "worse":
        failed.append(reasons.win(evidence.win))
    if evidence.equal_length.worse:
        failed.append(reasons.at_equal_length(evidence.equal_length))
    if evidence.spans and _above(evidence.spans, 0.0):
        failed.append(reasons.spans(evidence.spans))
    for name, change in evidence.ratings.items():
        if _below(change, 0.0):
            failed.append(reasons.criterion(name, change))
    for name, change in evidence.abilities.items():
        if _below(change, -rules.tolerance):
            failed.append(reasons.ability(name, change, rules.tolerance))
    return tuple(failed)


def _above(change: Change, bound: float) -> bool:
    return change.difference.low is not None and change.difference.low > bound


def _below(change: Change, bound: float) -> bool:
    return change.difference.high is not None and change.difference.high < bound


def _known(evidence: Evidence) -> tuple[str, ...]:
    won = reasons.win(evidence.win)
    equal = reasons.at_equal_length(evidence.equal_length)
    return (won, equal) if evidence.win.n else (won,)


def _all(evidence: Evidence, rules: Rules) -> tuple[str, ...]:
    """Every figure that was weighed, and what was not there to weigh."""
    said = list(_known(evidence))
    said += [reasons.spans(evidence.spans)] if evidence.spans else []
    said += [reasons.criterion(name, change) for name, change in evidence.ratings.items()]
    said += [
        reasons.ability(name, change, rules.tolerance)
        for name, change in evidence.abilities.items()
    ]
    said += [reasons.regressions(evidence.regressions)] if evidence.regressions else []
    measured = {
        "hallucinated spans": evidence.spans, "ratings": evidence.ratings,
        "general abilities": evidence.abilities,
    }  # fmt: skip
    missing = [name for name, found in measured.items() if not found]
    return (*said, reasons.unmeasured(missing)) if missing else tuple(said)


def _not_yet(evidence: Evidence, known: tuple[str, ...], most: int) -> Decision:
    """`most` judgements are left of the plan; more are never asked for."""
    won, equal = evidence.win, evidence.equal_length
    needed = more_needed(won.wins, won.ties, won.losses), more_for_equal_length(equal)
    foreseen = [more for more in needed if more is not None]
    sure = len(foreseen) == len(needed) and max(foreseen) < most
    more = max(1, *foreseen) if sure else most
    said = (*known, reasons.ahead(more, sure))
    if more > evidence.left:
        said += (reasons.short(more, evidence.left),)
    return Decision("not yet", said, more)
