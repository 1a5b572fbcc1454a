"""The one rule behind every verdict on “better”: a bound on the win rate, valid at every look."""

from typing import Literal

from workbench.errors import InvalidInput
from workbench.stats.winrate import WinRate

Verdict = Literal["better", "worse", "not yet shown"]
EVEN = 0.5


def gate(result: WinRate, least: float = EVEN) -> Verdict:
    """Whether the win rate surely lies above `least`, or below it.

    Raises InvalidInput for a bound that no win rate can pass.
    """
    if not 0 < least < 1:
        raise InvalidInput(
            f"A win rate of {least:g} cannot be asked for.",
            field="min-win-rate",
            remedy="Give a number between 0 and 1, such as .5.",
        )
    if least == EVEN:
        return "better" if result.better else "worse" if result.worse else "not yet shown"
    if result.low > least:
        return "better"
    return "worse" if result.high < least else "not yet shown"
