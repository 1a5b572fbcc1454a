"""What the gate's figures say, each in one plain sentence."""

from workbench.records import WHOSE
from workbench.stats import always
from workbench.stats.agreement import Estimate
from workbench.stats.controlled import EqualLength
from workbench.stats.paired import Change
from workbench.stats.winrate import WinRate

WHY = {
    "few": f"it takes {always.LEAST} judged prompts",
    "longer": "the new answers are longer on nearly every prompt",
    "shorter": "the new answers are shorter on nearly every prompt",
}


def unheard(kind: str, n: int) -> str:
    return (
        f"Not counted here: what {WHOSE[kind]} said of {n:,} {'prompt' if n == 1 else 'prompts'}."
    )


def win(won: WinRate) -> str:
    if won.rate is None:
        return "Nothing is judged yet."
    return f"The win rate is {_rate(won.rate, won.low, won.high, won.n)}{_side(won)}."


def at_equal_length(found: EqualLength) -> str:
    if found.why:
        return f"The win rate at equal length is not known: {WHY[found.why]}."
    assert found.rate is not None
    said = _rate(found.rate, found.low, found.high, found.n)
    return f"At equal length it is {said}{_side(found)}."


def spans(change: Change) -> str:
    sure = change.difference.low is not None and change.difference.low > 0
    said = "they surely rise" if sure else "no sure rise"
    return f"Hallucinated spans in 1,000 tokens: {_change(change)}: {said}."


def criterion(name: str, change: Change) -> str:
    sure = change.difference.high is not None and change.difference.high < 0
    return (
        f"“{name}”, its mean: {_change(change)}: {'it surely falls' if sure else 'no sure fall'}."
    )


def ability(name: str, change: Change, tolerance: float) -> str:
    sure = change.difference.high is not None and change.difference.high < -tolerance
    said = "it surely falls" if sure else "no sure fall"
    return f"“{name}”, the share passed: {_change(change)}: {said} by more than {tolerance:.2f}."


def regressions(lost: int) -> str:
    noun, them = ("answer", "it") if lost == 1 else ("answers", "them")
    return f"{lost:,} new {noun} lost to the old: read {them} before anything depends on {them}."


def unmeasured(names: list[str]) -> str:
    return f"Not measured, so it bars nothing: {', '.join(names)}."


def futile(won: WinRate, least_gain: float) -> str:
    return (
        f"Even a win rate of {least_gain:.2f}, the least that is worth it, is ruled out:"
        f" at best it is {won.high:.2f}."
    )


def used_up(n: int, plan: int, least_gain: float) -> str:
    return (
        f"The plan is used up: {n:,} prompts are judged, and by {plan:,} four in five models with a"
        f" win rate of {least_gain:.2f} would have passed."
    )


def ahead(more: int, foreseen: bool) -> str:
    noun = "judgement" if more == 1 else "judgements"
    if foreseen:
        return f"About {more:,} more {noun}, one a prompt, decide if this goes on."
    return f"At most {more:,} more {noun}, one a prompt, decide."


def short(more: int, left: int) -> str:
    there = f"Only {left:,}" if left else "None"
    return (
        f"{there} of the heldout prompts {'is' if left <= 1 else 'are'} left to judge:"
        f" bring in about {more - left:,} more."
    )


def _rate(rate: float, low: float, high: float, n: int) -> str:
    return f"{rate:.2f} ({low:.2f} to {high:.2f}, {n:,} {'prompt' if n == 1 else 'prompts'})"


def _side(found: WinRate | EqualLength) -> str:
    if found.better:
        return ": surely more than half"
    return ": surely less than half" if found.worse else ": not surely more than half"


def _change(change: Change) -> str:
    return f"{_figure(change.old)} before, {_figure(change.new)} now, {_apart(change.difference)}"


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def _apart(found: Estimate) -> str:
    if found.value is None or found.low is None or found.high is None:
        return f"on {found.items} prompts, of which the interval takes {always.LEAST}"
    return f"by {found.value:+.2f} ({found.low:+.2f} to {found.high:+.2f})"
