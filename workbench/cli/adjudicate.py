"""Commands for second looks: adjudicate list, show, accept, reject, requeue, rule."""

import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from typing import Any

import click

from workbench import adjudication
from workbench.adjudication import Case
from workbench.adjudication.closing import judged_item
from workbench.cli.shared import find_project, open_store, project_option
from workbench.clock import utc_now
from workbench.errors import InvalidInput
from workbench.records import Reviewer, plain_text
from workbench.store import Database, reviewers, reviews

MOST = 10_000
item_argument = click.argument("item", type=int)
as_option = click.option("--as", "lead", required=True, help="The lead who decides, by name.")
json_option = click.option("--json", "as_json", is_flag=True, help="JSON instead of lines.")
note_option = click.option("--note", default="", help="A note on the decision.")


@click.group("adjudicate")
def adjudicate_group() -> None:
    """Second looks at judged items: what waits for a lead, and the lead's decision."""


@adjudicate_group.command("list")
@project_option
@json_option
def list_waiting(slug: str, as_json: bool) -> None:
    """List the items that wait for a second look, disputes first."""
    store = open_store()
    project = find_project(store, slug)
    with store.read() as db:
        found = [
            {"item": i, "reason": reviews.of(db, i)[0]["reason"]}
            for i in reviews.waiting(db, project.id, most=MOST)
        ]
    if as_json:
        click.echo(json.dumps(found))
        return
    for one in found:
        click.echo(f"{one['item']}\t{one['reason']}")
    if not found:
        click.echo(f"Nothing waits for a second look in {slug}.")


@adjudicate_group.command()
@item_argument
@project_option
@click.option("--names", is_flag=True, help="Reviewers by name instead of by letter.")
@json_option
def show(item: int, slug: str, names: bool, as_json: bool) -> None:
    """Show an item with all that was said of it, blind to models."""
    store = open_store()
    project = find_project(store, slug)
    with store.read() as db:
        case = adjudication.case(db, project, item, named=names)
    if as_json:
        click.echo(json.dumps(asdict(case), ensure_ascii=False))
        return
    for line in _lines(case):
        click.echo(line)


def _lines(case: Case) -> list[str]:
    lines = [f"{m['role']}: {plain_text(m['content'])}" for m in case.messages]
    lines += [f"source: {case.context}"] if case.context else []
    lines += [f"answer {slot}: {text}" for slot, text in enumerate(case.answers, start=1)]
    for one in case.opinions:
        standing = "" if one.counts else "\tsent back" if one.withdrawn else "\ttoo late"
        said = _verdict(asdict(one))
        lines.append(f"{one.judgement_id}\t{one.who}\t{said}{standing}\t{one.rationale}".rstrip())
    return [*lines, f"ruling: {_verdict(case.ruling)}"] if case.ruling else lines


def _verdict(said: dict[str, Any]) -> str:
    """By slot: −2, “2 > 1 = 3”, all bad."""
    if said["all_bad"]:
        return "all bad"
    if said["ranking"]:
        return " > ".join(" = ".join(map(str, tier)) for tier in said["ranking"])
    return "–" if said["preference"] is None else f"{said['preference']:+d}"


@adjudicate_group.command()
@item_argument
@project_option
@as_option
@note_option
def accept(item: int, slug: str, lead: str, note: str) -> None:
    """Let the judgements stand."""
    _decide(item, slug, lead, lambda db, who, now: adjudication.accept(db, who, item, now, note))
    click.echo(f"Item {item} is accepted.")


@adjudicate_group.command()
@item_argument
@project_option
@as_option
@click.option("--judgement", "judgements", type=int, multiple=True, required=True,
              help="Its number, as `show` prints it; repeat it.")  # fmt: skip
@click.option("--note", required=True, help="What was wrong; the reviewer reads it.")
def reject(item: int, slug: str, lead: str, judgements: tuple[int, ...], note: str) -> None:
    """Send judgements back: they count no more, and their reviewers may judge again."""
    _decide(
        item, slug, lead,
        lambda db, who, now: adjudication.reject(db, who, item, judgements, note, now),
    )  # fmt: skip
    click.echo(f"Sent back to be judged again: {len(judgements)} of item {item}.")


@adjudicate_group.command()
@item_argument
@project_option
@as_option
@click.option("--more", default=1, show_default=True, help="So many further judgements.")
@note_option
def requeue(item: int, slug: str, lead: str, more: int, note: str) -> None:
    """Ask for further judgements, from others."""
    _decide(
        item, slug, lead,
        lambda db, who, now: adjudication.requeue(db, who, item, more, now, note),
    )  # fmt: skip
    click.echo(f"Item {item} wants {more} more.")


@adjudicate_group.command()
@item_argument
@project_option
@as_option
@click.option("--preference", type=click.IntRange(-3, 3), help="−3 (answer 1) to 3 (answer 2).")
@click.option("--ranking", help="Best first, ties by “=”: 2,1=3.")
@click.option("--all-bad", is_flag=True, help="No answer is good.")
@note_option
def rule(item: int, slug: str, lead: str, preference: int | None, ranking: str | None,
         all_bad: bool, note: str) -> None:  # fmt: skip
    """Rule: the last word in every consensus, by the answers' numbers in `show`."""
    tiers = _tiers(ranking) if ranking else None
    _decide(
        item, slug, lead,
        lambda db, who, now: adjudication.rule(
            db, who, item, now, preference=preference, ranking=tiers, all_bad=all_bad, note=note
        ),
    )  # fmt: skip
    click.echo(f"Item {item} is ruled.")


def _tiers(text: str) -> list[list[int]]:
    """“2,1=3” → [[2], [1, 3]]."""
    try:
        return [[int(slot) for slot in tier.split("=")] for tier in text.split(",")]
    except ValueError:
        raise InvalidInput(
            f"“{text}” is no ranking.", field="ranking", remedy="Write it like this: 2,1=3."
        ) from None


def _decide(
    item: int, slug: str, name: str, decide: Callable[[Database, Reviewer, datetime], None]
) -> None:
    """One decision in one write, about an item of this project, by a lead."""
    store = open_store()
    project = find_project(store, slug)

    def write(db: Database) -> None:
        judged_item(db, item, project.id)
        decide(db, reviewers.named(db, name), utc_now())

    store.write(write)


COMMANDS = (adjudicate_group,)
