"""Commands of reward models: `rewards list`, `measure`, `show`, `score`, `second-look`."""

import json
from typing import Any

import click

from workbench.cli.checks import percent
from workbench.cli.shared import find_project, follow, open_store, project_option
from workbench.errors import NotFound
from workbench.rewards import measuring, scoring, second_looks
from workbench.stats.agreement import Estimate
from workbench.store import Store, reward_models, reward_scores
from workbench.store.reward_models import RewardModel

Json = dict[str, Any]


@click.group("rewards")
def rewards_group() -> None:
    """Reward models at work: measured beside lengths, and put to use."""


@rewards_group.command("list")
@project_option
def list_rewards(slug: str) -> None:
    """Every reward model with its run, what it tells rightly, and how many answers it scored."""
    store = open_store()
    project = find_project(store, slug)
    with store.read() as db:
        for model in reward_models.in_project(db, project.id):
            found = measuring.latest(db, model)
            scored = reward_scores.standing(db, model.id).get(None, 0)
            right = percent(Estimate(**found["accuracy"])) if found else "not measured yet"
            click.echo(f"{model.name}\trun {model.training_run_id}\t{right}\t{scored} scored")


@rewards_group.command()
@click.argument("name")
@project_option
def measure(name: str, slug: str) -> None:
    """Measure a reward model on judged pairs that it was not trained on."""
    store, model = _found(name, slug)
    follow(store, measuring.begin(store, model))
    _show(store, model, as_json=False)


@rewards_group.command()
@click.argument("name")
@project_option
@click.option("--json", "as_json", is_flag=True, help="The whole report, for programs.")
def show(name: str, slug: str, as_json: bool) -> None:
    """What a reward model was last measured to be worth."""
    store, model = _found(name, slug)
    _show(store, model, as_json=as_json)


def _show(store: Store, model: RewardModel, *, as_json: bool) -> None:
    with store.read() as db:
        found = measuring.latest(db, model)
    if found is None:
        raise NotFound(
            f"“{model.name}” was not measured yet.",
            remedy=f"rewards measure {json.dumps(model.name, ensure_ascii=False)}",
        )
    click.echo(json.dumps(found, ensure_ascii=False, indent=1) if as_json else _words(found))


def _words(found: Json) -> str:
    lengths, gain = found["length"], found["gain"]
    lines = [
        f"{found['reward_model']}, of {found['version']}",
        f"{found['pairs']} pairs of {found['prompts']} prompts: {found['source']}",
        f"tells rightly\t{percent(Estimate(**found['accuracy']))}",
        f"the {lengths['better']} answer wins\t{percent(Estimate(**lengths['accuracy']))}",
        f"more than by lengths\t{_points(gain)}\t{measuring.claim(found)}",
        *(f"not scored: {reason}\t{n} pairs" for reason, n in found["unscored"].items()),
    ]
    if known := found["calibration"]:
        lines.append(
            f"temperature {known['temperature']:.3g} by {known['fitted_on']} pairs; on"
            f" {known['tested_on']} others: Brier {known['brier']['value']:.3f},"
            f" calibration error {known['ece']:.3f}"
        )
    return "\n".join(lines)


def _points(gain: Json) -> str:
    if gain["value"] is None:
        return "nothing to say"
    value, low, high = (100 * gain[key] for key in ("value", "low", "high"))
    return f"{value:+.1f} points ({low:+.1f} to {high:+.1f})"


@rewards_group.command()
@click.argument("name")
@project_option
def score(name: str, slug: str) -> None:
    """Score all answers of the project; what is scored is left alone."""
    store, model = _found(name, slug)
    result = follow(store, scoring.begin(store, model))
    click.echo(f"{result['scored']} answers are scored.")
    for reason, n in result["unscored"].items():
        click.echo(f"{n} are not: {reason}.", err=True)


def _found(name: str, slug: str) -> tuple[Store, RewardModel]:
    store = open_store()
    project = find_project(store, slug)
    with store.read() as db:
        return store, reward_models.named(db, project.id, name)


@rewards_group.command("second-look")
@project_option
@click.option("--json", "as_json", is_flag=True, help="What came of it so far, for programs.")
@click.option("--only-report", is_flag=True, help="Ask nobody; say what came of it so far.")
def second_look(slug: str, as_json: bool, only_report: bool) -> None:
    """Ask somebody else where the project's reward model strongly disagrees with a person."""
    store = open_store()
    project = find_project(store, slug)
    with store.read() as db:
        model = second_looks.chosen_model(db, project)
    if not only_report:
        _say_looked(follow(store, second_looks.begin(store, project)))
    with store.read() as db:
        found = second_looks.report(db, model)
    click.echo(json.dumps(found) if as_json else _sides(found))


def _say_looked(found: Json) -> None:
    click.echo(
        f"{found['looked_at']} judged pairs looked at, {found['doubted']} doubted,"
        f" {found['asked']} of these put before somebody else.",
        err=True,
    )
    if found["trained_on"]:
        click.echo(
            f"Left out: {found['trained_on']} that it was trained on, or near such.", err=True
        )


def _sides(found: Json) -> str:
    sides = {"person": "the first person", "model": "the reward model", "neither": "neither"}
    lines = [f"{found['answered']} of {found['asked']} were judged again; sided with"]
    lines += [f"{words}\t{percent(Estimate(**found[side]))}" for side, words in sides.items()]
    return "\n".join(lines)


COMMANDS = (rewards_group,)
