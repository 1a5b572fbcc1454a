"""`rounds` itself: what rounds cost and bought, by the same job as the Rounds page."""

import json
from typing import Any

import click

from workbench.cli.shared import reckoned
from workbench.rounds import buying, economics

UNKNOWN = "—"
Json = dict[str, Any]
COLUMNS = ("round", "judgements", "agreement", "by people", "ties", "weak", "seconds", "cost",
           "win rate", "points proven", "a point cost")  # fmt: skip


def show(slug: str, kinds: str, as_json: bool) -> None:
    """The table of rounds, the edits of prompts, and which bought more."""
    _, project, found = reckoned(slug, kinds, economics.JOB)
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
        return
    currency = project.settings.currency
    rows = [list(COLUMNS), *(_row(one) for one in found["rounds"])]
    widths = [max(len(row[at]) for row in rows) for at in range(len(COLUMNS))]
    for row in rows:
        line = (cell.rjust(width) for cell, width in zip(row, widths, strict=True))
        click.echo("  ".join(line))
    for one in found["edits"]:
        click.echo(f"“{one['template']}” v{one['old']} → v{one['new']}, {one['model']}:"
                   f" {_bought(one['bought'])}")  # fmt: skip
    click.echo(f"Money in {currency}; {UNKNOWN} is not known, or not proven.")
    click.echo(buying.which_bought_more(found, currency))


def _row(one: Json) -> list[str]:
    won = one["bought"]
    return [
        str(one["round"]), f"{one['judgements']:,}", _figure(one["agreement"]["value"]),
        _percent(one["needed_person"]), _percent(one["ties"]), _percent(one["weak"]),
        _figure(one["seconds"], 0), _money(one["cost"]["total"]),
        _figure(won["rate"] if won else None, 3), _figure(won["points"] if won else None, 1),
        _money(won["per_point"] if won else None),
    ]  # fmt: skip


def _bought(won: Json) -> str:
    return (
        f"win rate {won['rate']:.3f} ({won['low']:.3f}–{won['high']:.3f}),"
        f" points proven {_figure(won['points'], 1)}, cost {_money(won['cost'])}"
    )


def _percent(estimate: Json) -> str:
    value = estimate["value"]
    return UNKNOWN if value is None else f"{100 * value:.0f} %"


def _money(value: float | None) -> str:
    return UNKNOWN if value is None else buying.amount(value)


def _figure(value: float | None, digits: int = 2) -> str:
    return UNKNOWN if value is None else f"{value:,.{digits}f}"
