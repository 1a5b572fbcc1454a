"""The quality report from the shell: a project's figures, and each reviewer's."""

import json
from typing import Any

import click

from workbench.cli.shared import project_option, reckoned
from workbench.quality import report
from workbench.store import reviewers

kinds_option = click.option(
    "--kinds", default="human", show_default=True, help="Reviewers that count."
)
json_option = click.option("--json", "as_json", is_flag=True, help="One JSON object.")
Json = dict[str, Any]


@click.command("quality")
@project_option
@kinds_option
@json_option
def quality(slug: str, kinds: str, as_json: bool) -> None:
    """Agreement, consensus, disputes and costs of a project."""
    _, project, found = reckoned(slug, kinds, report.JOB)
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
        return
    counts, sure = found["counts"], found["consensus"]
    click.echo(f"{counts['judgements']} judgements by {counts['reviewers']} reviewers")
    for name, estimate in found["choice"].items():
        click.echo(f"choice, {name}\t{said(estimate)}")
    click.echo(f"strength, alpha\t{said(found['strength'])}")
    for name, one in found["criteria"].items():
        click.echo(f"{name}, alpha\t{said(one['alpha'])}")
    if found["spans"]:
        click.echo(f"tagged words, alpha\t{said(found['spans']['alpha'])}")
    threshold = project.settings.consensus_threshold
    click.echo(f"{sure['sure']} of {sure['items']} items sure enough (posterior ≥ {threshold:g})")
    click.echo(f"{sure['differ']} items on which reviewers differ")
    for one in found["slices"]:
        notes = [word for word in ("contested", "thin", "lopsided") if one[word]]
        if notes:
            click.echo(
                f"{one['dimension']} {one['name']}\t{', '.join(notes)}\t{one['items']} items"
            )


def said(estimate: Json) -> str:
    """“0.84 (0.80 to 0.88), 120 items”."""
    if estimate["value"] is None:
        return "not known yet"
    value, low, high = (f"{estimate[key]:.3f}" for key in ("value", "low", "high"))
    return f"{value} ({low} to {high}), {estimate['items']} items"


def show_figures(slug: str, kinds: str, as_json: bool) -> None:
    """Each reviewer's accuracy, agreement, biases, pace and cost, and what to do about it."""
    store, _, found = reckoned(slug, kinds, report.JOB)
    if as_json:
        click.echo(json.dumps(found["reviewers"], ensure_ascii=False))
        return
    with store.read() as db:
        names = {r.id: r.name or r.public_id for r in reviewers.everyone(db)}
    for one in found["reviewers"]:
        click.echo(f"{names[one['reviewer_id']]}\t{one['judged']} judgements")
        gold = said(one["gold"]) if one["gold"]["items"] else "no gold item met yet"
        click.echo(f"  gold\t{gold}")
        click.echo(f"  agrees with others\t{said(one['agreement'])}")
        click.echo(f"  says the same again\t{said(one['same'])}")
        click.echo(f"  first shown wins\t{said(one['left']['share'])}")
        click.echo(f"  longer wins\t{said(one['longer']['share'])}")
        for line in one["advice"]:
            click.echo(f"  → {line}")


COMMANDS = (quality,)
