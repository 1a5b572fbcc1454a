"""Commands of comparing: `leaderboard`, `compare`, `gate`."""

import json
import sys
from dataclasses import asdict
from typing import Any

import click

from workbench.cli.quality import json_option, kinds_option
from workbench.cli.shared import project_option, reckoned, reviewer_kinds
from workbench.errors import InvalidInput
from workbench.leaderboard import report
from workbench.leaderboard.head_to_head import Meeting, items, meeting, variant_named
from workbench.leaderboard.report import name_in
from workbench.leaderboard.widened import Line, line_of, words
from workbench.records import Project, Variant
from workbench.stats.planning import prompts_needed
from workbench.store import Store

PASSED, NOT_YET, FAILED = 0, 3, 4  # exit codes; 1 and 2 are those of errors and of usage
EXIT = {"better": PASSED, "not yet shown": NOT_YET, "worse": FAILED}
SHOWN = 5
Json = dict[str, Any]

first_argument = click.argument("first")
second_argument = click.argument("second")


@click.command("leaderboard")
@project_option
@kinds_option
@json_option
def leaderboard(slug: str, kinds: str, as_json: bool) -> None:
    """Rank the variants of a project, each strength with its interval."""
    _, _, found = reckoned(slug, kinds, report.JOB)
    names = name_in(found)
    rows = [{"name": names[row["variant_id"]]} | row for row in found["board"]["variants"]]
    if as_json:
        click.echo(json.dumps(found | {"variants": rows}, ensure_ascii=False))
        return
    if not rows:
        click.echo(f"No votes by {kinds} compare two variants of {slug} yet.")
    for row in rows:
        interval = (
            "no interval" if row["low"] is None else f"{row['low']:+.2f} to {row['high']:+.2f}"
        )
        click.echo(
            f"{_ranks(row)}\t{row['name']} (number {row['variant_id']})"
            f"\tstrength {row['strength']:+.2f} ({interval})"
            f"\twins {row['win_rate']:.1%} of {row['votes']} votes"
        )
    if found["board"]["components"] > 1:
        click.echo("Not all of them are connected by votes: each group is ranked for itself.")


def _ranks(row: Json) -> str:
    low, high = row["rank_low"], row["rank_high"]
    return str(low) if low == high else f"{low}–{high}"


def _meet(slug: str, kinds: str, first: str, second: str, least: float) -> tuple[
    Store, Project, Variant, Variant, Meeting, Line | None
]:  # fmt: skip
    store, project, found = reckoned(slug, kinds, report.JOB)
    with store.read() as db:
        a, b = variant_named(db, project, first), variant_named(db, project, second)
    said = meeting(found, a.id, b.id, least)
    return store, project, a, b, said, line_of(found, a.id, b.id)


@click.command("compare")
@first_argument
@second_argument
@project_option
@kinds_option
@json_option
def compare(first: str, second: str, slug: str, kinds: str, as_json: bool) -> None:
    """How often FIRST beats SECOND, and the prompts where they differ most."""
    store, project, a, b, found, line = _meet(slug, kinds, first, second, 0.5)
    with store.read() as db:
        differ = items(db, project, (a.id, b.id), reviewer_kinds(kinds), SHOWN)
    if as_json:
        body = {"first": a.name, "second": b.name, "verdict": found.verdict, "more": found.more,
                "widened": asdict(line) if line else None}  # fmt: skip
        click.echo(json.dumps(body | vars(found.result) | {"differ": [vars(one) for one in differ]},
                              ensure_ascii=False))  # fmt: skip
        return
    click.echo(said(a.name, b.name, found))
    if line:
        click.echo(words(line))
    for one in differ:
        better = a.name if one.preference > 0 else b.name if one.preference < 0 else "neither"
        click.echo(f"  {one.preference:+.1f}\t{better}\t{one.prompt.splitlines()[0][:80]}")


def said(first: str, second: str, found: Meeting) -> str:
    """“a against b: .61 (.52 to .70), 80 wins, 10 ties, 45 losses: better”."""
    r = found.result
    if r.rate is None:
        return f"{first} and {second} were not compared yet."
    more = f"; about {found.more} more prompts would show it" if found.more else ""
    return (
        f"{first} against {second}: win rate {r.rate:.3f} ({r.low:.3f} to {r.high:.3f}),"
        f" {r.wins} wins, {r.ties} ties, {r.losses} losses: {found.verdict}{more}."
    )


@click.command("gate")
@first_argument
@second_argument
@project_option
@kinds_option
@click.option("--min-win-rate", default=0.5, show_default=True, help="What it must surely pass.")
def gate(first: str, second: str, slug: str, kinds: str, min_win_rate: float) -> None:
    """Exit with 0 if FIRST surely wins more than that against SECOND.

    Exit codes: 0 it is shown, 3 not yet shown, 4 it surely wins less; 1 and 2 are errors.
    """
    _, _, a, b, found, _ = _meet(slug, kinds, first, second, min_win_rate)
    click.echo(said(a.name, b.name, found))
    sys.exit(EXIT[found.verdict])


@click.command("plan")
@click.option("--win-rate", required=True, type=click.FloatRange(0, 1), help="What you expect.")
def plan(win_rate: float) -> None:
    """How many prompts show with 80 % power that a variant with this win rate is better."""
    found = prompts_needed(win_rate)
    if found is None:
        raise InvalidInput(
            f"A win rate of {win_rate:g} is too close to one half to be shown.",
            field="win-rate",
            remedy="Give one that is farther from .5.",
        )
    click.echo(f"about {found} prompts, one verdict each")


COMMANDS = (leaderboard, compare, gate, plan)
