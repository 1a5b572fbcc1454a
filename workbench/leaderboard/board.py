"""The board: strengths with intervals and rank ranges, from matches. It gives plain JSON values.

A strength is in log odds, 0 the mean of the variants that were compared with one another; a
variant that met nobody else's has no interval.
"""

from typing import Any

import numpy as np

from workbench.leaderboard.matches import Matches
from workbench.stats.ranking import Strengths, fit
from workbench.stats.standings import intervals, rank_ranges, win_rates

Json = dict[str, Any]


def board(matches: Matches) -> Json:
    """`{model, nu, components, variants: […]}`, the strongest first."""
    found = fit(matches.duels)
    return {
        "ties": "half a win each" if found.nu is None else "Davidson's model",
        "nu": found.nu,
        "components": int(found.components.max(initial=-1)) + 1,
        "variants": rows(matches, found),
    }


def rows(matches: Matches, found: Strengths) -> list[Json]:
    """Each variant's strength, interval, ranks, share of its votes won, and number of votes."""
    bounds, ranks = intervals(found), rank_ranges(found)
    met, won = matches.met, _won(matches)
    table = [
        {
            "variant_id": int(matches.variant_ids[at]),
            "strength": float(found.theta[at]),
            "low": _finite(bounds[at, 0]),
            "high": _finite(bounds[at, 1]),
            "rank_low": int(ranks[at, 0]),
            "rank_high": int(ranks[at, 1]),
            "win_rate": float(won[at] / met[at]) if met[at] else None,
            "votes": int(met[at]),
            "component": int(found.components[at]),
        }
        for at in range(len(matches.variant_ids))
    ]
    return sorted(table, key=lambda row: (row["component"], -row["strength"]))


def expected_wins(matches: Matches) -> Json:
    """Variants × variants: the share that the row is expected to win of the column; None where
    no chain of votes connects them.
    """
    rates = win_rates(fit(matches.duels))
    return {
        "variant_ids": matches.variant_ids.tolist(),
        "rates": [[_finite(rate) for rate in row] for row in rates],
    }


def _won(matches: Matches) -> Any:
    size = len(matches.variant_ids)
    return np.bincount(matches.first, matches.outcome, size) + np.bincount(
        matches.second, 1 - matches.outcome, size
    )


def _finite(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
