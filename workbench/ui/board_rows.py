"""The leaderboard's report as rows for tables and pictures: joined by variant, nothing reckoned.

It knows no Streamlit.
"""

from collections.abc import Iterable
from typing import Any

from workbench.checking.rates import Rate
from workbench.leaderboard import gate
from workbench.leaderboard.frontier import frontier
from workbench.leaderboard.head_to_head import results
from workbench.leaderboard.report import name_in
from workbench.quality.slices import THIN

Json = dict[str, Any]
VOTED, EQUAL, WEIGHED = "as voted", "at equal style", "with reviewers weighed"
DIMENSIONS = ("tag", "template", "language", "length", "file")
NOTHING: Json = {"criteria": {}, "tagged": None, "cost": None}
UNKNOWN = {"value": None, "low": None, "high": None, "items": 0}


def quality_of(found: Json, variant_id: int) -> Json:
    """What is known of a variant beside its votes."""
    known: Json = found["qualities"].get(str(variant_id), NOTHING)
    return known


def ranks(row: Json) -> str:
    """“2”, “2–5”."""
    low, high = row["rank_low"], row["rank_high"]
    return str(low) if low == high else f"{low}–{high}"


def standings(found: Json) -> list[Json]:
    """The table, the strongest first. What is not known is None."""
    names, equal = name_in(found), _at_equal_style(found)
    weighed = (found["steadiness"] or {"strengths": {}})["strengths"]
    rows = []
    for row in found["board"]["variants"]:
        known = quality_of(found, row["variant_id"])
        cost, tagged = known["cost"] or {}, known["tagged"] or UNKNOWN
        rows.append({
            "variant_id": row["variant_id"],
            "group": row["component"] + 1,
            "ranks": ranks(row),
            "name": names[row["variant_id"]],
            "strength": row["strength"],
            "low": row["low"],
            "high": row["high"],
            "interval": _interval(row),
            "at equal style": equal.get(row["variant_id"], {}).get("strength"),
            "reviewers weighed": weighed.get(str(row["variant_id"])),
            "won": row["win_rate"],
            "votes": row["votes"],
            "usd": cost.get("usd"),
            "latency_ms": cost.get("latency_ms"),
            "tokens": cost.get("tokens_out"),
            "tagged": tagged["value"],
            "tagged_low": tagged["low"],
            "tagged_high": tagged["high"],
            "tagged_prompts": tagged["items"],
        })  # fmt: skip
    return rows


def _interval(row: Json) -> str | None:
    return None if row["low"] is None else f"{row['low']:.2f} to {row['high']:.2f}"


def with_checks(rows: list[Json], rates: list[Rate]) -> tuple[list[Json], dict[str, str]]:
    """The table's rows with the share that passes each check, and the titles of these columns."""
    titles = {f"check {rate.check.id}": f"passes {rate.check.name}" for rate in rates}
    passed = {(rate.variant_id, f"check {rate.check.id}"): rate.passed.value for rate in rates}
    return [
        row | {key: passed.get((row["variant_id"], key)) for key in titles} for row in rows
    ], titles


def _at_equal_style(found: Json) -> dict[int, Json]:
    rows = (found["styled"] or {"variants": []})["variants"]
    return {row["variant_id"]: row for row in rows}


def points(found: Json, *, equal: bool, weighed: bool) -> list[Json]:
    """One point a variant and way of reckoning, in the board's order."""
    names, styled = name_in(found), _at_equal_style(found)
    slopes = (found["steadiness"] or {"strengths": {}})["strengths"]
    rows = []
    for row in found["board"]["variants"]:
        one = {"name": names[row["variant_id"]], "votes": row["votes"]}
        rows.append(one | _point(VOTED, row))
        if equal and row["variant_id"] in styled:
            rows.append(one | _point(EQUAL, styled[row["variant_id"]]))
        if weighed and str(row["variant_id"]) in slopes:
            strength = slopes[str(row["variant_id"])]
            nothing = {"low": None, "high": None, "ranks": "–"}
            rows.append(one | nothing | {"way": WEIGHED, "strength": strength})
    return rows


def _point(way: str, row: Json) -> Json:
    return {"way": way, "ranks": ranks(row), **{k: row[k] for k in ("strength", "low", "high")}}


def cells(found: Json, *, expected: bool) -> list[Json]:
    """One cell for each variant that met another, or that the model lets expect something of."""
    names = name_in(found)
    seen = {(a, b): won for a, b, won in results(found)}
    if expected:
        rates = _expected(found)
    else:
        rates = {pair: won.rate for pair, won in seen.items() if won.rate is not None}
    rows = []
    for (a, b), rate in rates.items():
        cell = {"row": names[a], "column": names[b], "first": a, "second": b, "rate": rate}
        won = seen.get((a, b))
        said = {"verdict": "never met"} if won is None else {
            "wins": won.wins, "ties": won.ties, "losses": won.losses, "low": won.low,
            "high": won.high, "verdict": gate(won).removesuffix(" shown"),
        }  # fmt: skip
        rows.append(cell | said)
    return rows


def _expected(found: Json) -> dict[tuple[int, int], float]:
    ids = found["expected"]["variant_ids"]
    return {
        (a, b): rate
        for a, row in zip(ids, found["expected"]["rates"], strict=True)
        for b, rate in zip(ids, row, strict=True)
        if a != b and rate is not None
    }


def priced(found: Json, by: str) -> tuple[list[Json], list[str]]:
    """Points of cost (`usd` or `latency_ms`) against strength, of the largest group of connected
    variants, and the names of those that cannot be placed.
    """
    rows = standings(found)
    main = _largest([row["group"] for row in rows])
    placed = [row for row in rows if row[by] is not None and row["group"] == main]
    best = frontier([(row[by], row["strength"]) for row in placed])
    shown = [
        {"name": row["name"], "x": row[by], "best": at_best, "votes": row["votes"],
         **{key: row[key] for key in ("strength", "low", "high")}}
        for row, at_best in zip(placed, best, strict=True)
    ]  # fmt: skip
    there = {row["name"] for row in placed}
    return shown, [row["name"] for row in rows if row["name"] not in there]


def _largest(groups: list[int]) -> int:
    return max(groups, key=groups.count, default=0)


def dimensions(found: Json) -> list[str]:
    """By what the prompts can be divided: what has two parts or more."""
    parts = [one["dimension"] for one in found["slices"]]
    known = sorted(set(parts), key=lambda name: (DIMENSIONS.index(name), name))
    return [name for name in known if parts.count(name) > 1]


def parts(found: Json, dimension: str) -> list[Json]:
    """One row a part of the prompts and a variant; thin parts say little."""
    names = name_in(found)
    return [
        {
            "part": one["name"], "prompts": one["prompts"], "part_votes": one["votes"],
            "thin": one["votes"] < THIN, "name": names[row["variant_id"]], "votes": row["votes"],
            **_point(VOTED, row),
        }
        for one in found["slices"]
        if one["dimension"] == dimension
        for row in one["variants"]
    ]  # fmt: skip


def groups(found: Json) -> list[list[str]]:
    """The names of each group of variants that votes connect, the largest first."""
    rows = standings(found)
    numbers = dict.fromkeys(row["group"] for row in rows)
    return sorted(
        ([row["name"] for row in rows if row["group"] == n] for n in numbers), key=len, reverse=True
    )


def columns(rows: Iterable[Json], names: dict[str, str]) -> list[Json]:
    """The named keys of rows under these titles, where any row knows them."""
    rows = list(rows)
    kept = {key: title for key, title in names.items() if any(r.get(key) is not None for r in rows)}
    return [{title: row.get(key) for key, title in kept.items()} for row in rows]
