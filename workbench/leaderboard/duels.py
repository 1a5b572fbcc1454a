"""Duels: how often one variant beats another, one consensus verdict a prompt.

It counts the kinds of reviewers that it is told to, and says so; a pair that was never
compared is not ranked.
"""

from collections import defaultdict
from dataclasses import dataclass

from workbench.quality import Consensus, consensus
from workbench.quality.kept import HUMAN
from workbench.records import ComparisonKind, ReviewerKind, Variant
from workbench.stats.winrate import WinRate, win_rate
from workbench.store import completions, variants
from workbench.store.database import Database

BOTH: tuple[ComparisonKind, ...] = ("work", "heldout")


@dataclass(frozen=True)
class Duel:
    """The win rate of `first` over `second`."""

    first: Variant
    second: Variant
    result: WinRate


def duels(
    db: Database,
    project_id: int,
    kinds: tuple[ReviewerKind, ...] = HUMAN,
    *,
    round_id: int | None = None,
    comparison_kinds: tuple[ComparisonKind, ...] = ("work",),
) -> list[Duel]:
    """Every pair of variants that was compared, most compared first."""
    rounds = () if round_id is None else (round_id,)
    agreed = consensus(db, project_id, kinds, rounds=rounds, comparison_kinds=comparison_kinds)
    tallies = _tally(db, agreed)
    known = {variant.id: variant for variant in variants.in_project(db, project_id)}
    found = [
        Duel(known[a], known[b], win_rate(wins, ties, losses))
        for (a, b), (wins, ties, losses) in tallies.items()
    ]
    return sorted(found, key=lambda duel: -duel.result.n)


def _tally(db: Database, agreed: list[Consensus]) -> dict[tuple[int, int], tuple[int, int, int]]:
    """(variant, variant) → (wins, ties, losses), one verdict for each prompt: its first."""
    variant = completions.variants_of(db, {i for verdict in agreed for i in verdict.pair})
    tallies: dict[tuple[int, int], list[int]] = defaultdict(lambda: [0, 0, 0])
    seen: set[tuple[int, int, int]] = set()
    for verdict in agreed:
        by_variant = {variant[i]: i for i in verdict.pair}
        if len(by_variant) != 2:
            continue
        a, b = sorted(by_variant)
        if (a, b, verdict.prompt_id) in seen:
            continue
        seen.add((a, b, verdict.prompt_id))
        outcome = 1 if verdict.winner_id is None else 0 if verdict.winner_id == by_variant[a] else 2
        tallies[a, b][outcome] += 1
    return {pair: (w, t, x) for pair, (w, t, x) in tallies.items()}
