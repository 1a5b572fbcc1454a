"""Head to head: two variants, the claim about them, what it would still take, and their prompts.

The figures come from the report; the items are read as they are now.
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from typing import Any

from workbench.errors import InvalidInput, NotFound
from workbench.leaderboard.claims import EVEN, Verdict, gate
from workbench.records import Project, ReviewerKind, Variant, history, plain_text
from workbench.stats.planning import more_needed
from workbench.stats.winrate import WinRate, win_rate
from workbench.store import comparing, completions, prompts, variants
from workbench.store.database import Database

Json = dict[str, Any]


@dataclass(frozen=True)
class Meeting:
    """What is known of `first` against `second`: the claim, and how many prompts more it would
    take if things go on as they are; None where no number can be named.
    """

    first: int
    second: int
    result: WinRate
    verdict: Verdict
    more: int | None


def meeting(report: Json, first: int, second: int, least: float = EVEN) -> Meeting:
    """`first` against `second`, by a leaderboard's report; `more` is known for one half alone."""
    result = result_of(report, first, second)
    verdict = gate(result, least)
    asked = verdict == "not yet shown" and result.n and least == EVEN
    more = more_needed(result.wins, result.ties, result.losses) if asked else None
    return Meeting(first, second, result, verdict, more)


def result_of(report: Json, first: int, second: int) -> WinRate:
    """The wins of `first`; nothing where the two never met."""
    for duel in report["duels"]:
        counts = duel["wins"], duel["ties"], duel["losses"]
        if (duel["first"], duel["second"]) == (first, second):
            return win_rate(*counts)
        if (duel["second"], duel["first"]) == (first, second):
            return win_rate(*counts[::-1])
    return win_rate(0, 0, 0)


def results(report: Json) -> Iterator[tuple[int, int, WinRate]]:
    """(variant, variant, win rate of the first) of all that met, each from both sides, by the
    figures that the report has already.
    """
    for duel in report["duels"]:
        won = WinRate(**{field.name: duel[field.name] for field in fields(WinRate)})
        yield duel["first"], duel["second"], won
        yield duel["second"], duel["first"], _turned(won)


def _turned(won: WinRate) -> WinRate:
    """The same as the other one's win rate."""
    return replace(
        won, wins=won.losses, losses=won.wins, rate=None if won.rate is None else 1 - won.rate,
        low=1 - won.high, high=1 - won.low,
    )  # fmt: skip


@dataclass(frozen=True)
class Met:
    """One item on which two variants met: `preference` from −3 to 3, positive for the first."""

    comparison_id: int
    prompt: str
    context: str | None
    first: str
    second: str
    votes: int
    preference: float


def items(
    db: Database, project: Project, pair: tuple[int, int], kinds: tuple[ReviewerKind, ...],
    most: int, *, won_by: int | None = None,
) -> list[Met]:  # fmt: skip
    """Where they differ most, the clearest first; `won_by` keeps the prompts of one of them."""
    rows = comparing.met(db, project.id, pair, kinds)
    sign = 0 if won_by is None else 1 if won_by == pair[0] else -1
    chosen = [row for row in rows if row["preference"] * sign > 0 or not sign][:most]
    texts = completions.by_ids(db, {i for row in chosen for i in (row["first"], row["second"])})
    return [_met(db, row, texts) for row in chosen]


def _met(db: Database, row: Json, texts: dict[int, Any]) -> Met:
    prompt = prompts.get(db, row["prompt_id"])
    assert prompt is not None
    first, second = texts[row["first"]], texts[row["second"]]
    asked = history(prompt.messages, first.messages, row["turn"])
    return Met(
        comparison_id=row["comparison_id"],
        prompt="\n\n".join(plain_text(message["content"]) for message in asked),
        context=prompt.context,
        first=plain_text(first.messages[row["turn"]]["content"]),
        second=plain_text(second.messages[row["turn"]]["content"]),
        votes=row["votes"],
        preference=row["preference"],
    )


def variant_named(db: Database, project: Project, name: str) -> Variant:
    """By its name or number. Raises NotFound, which lists the names, or InvalidInput if a part of
    a name fits several.
    """
    known = variants.in_project(db, project.id)
    for fits in (
        [v for v in known if v.name == name or str(v.id) == name],
        [v for v in known if name.lower() in v.name.lower()],
    ):
        if len(fits) == 1:
            return fits[0]
        if fits:
            raise InvalidInput(
                f"“{name}” fits several variants: {', '.join(v.name for v in fits)}.",
                field="variant",
                remedy="Give a whole name, or the number that `leaderboard` shows.",
            )
    raise NotFound(
        f"“{project.slug}” has no variant “{name}”.",
        remedy=f"There are: {', '.join(v.name for v in known) or 'none yet'}.",
    )
