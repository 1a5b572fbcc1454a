"""The command for lineage: from a row, a model or a reviewer back to verdicts and on to models."""

import json
import re
from collections.abc import Iterator
from typing import Any

import click

from workbench.cli.quality import json_option
from workbench.cli.shared import open_store
from workbench.errors import NotFound
from workbench.exporting import lineage as service
from workbench.exporting.lineage import Changed, Origin, Step, Touched
from workbench.records import Model
from workbench.store import reviewers, variants
from workbench.store.database import Database

PAIR = re.compile(r"[0-9a-f]{16}")
Found = list[Origin] | list[Step] | list[Touched]


@click.command()
@click.argument("what", metavar="ROW|MODEL|REVIEWER")
@json_option
def lineage(what: str, as_json: bool) -> None:
    """Walk from a row's pair_id, a model or a reviewer to what it came from and what came of it."""
    with open_store().read() as db:
        found = _find(db, what)
    if as_json:
        click.echo(json.dumps([_json(one) for one in found], ensure_ascii=False))
        return
    for one in found:
        for line in _lines(one):
            click.echo(line)
    if not found:
        click.echo("No dataset version holds a judgement of this reviewer.")


def _find(db: Database, what: str) -> Found:
    if PAIR.fullmatch(what):
        return service.of_row(db, what)
    if model := _model(db, what):
        return service.of_model(db, model)
    person = next((r for r in reviewers.everyone(db) if what in (r.name, r.public_id)), None)
    if person:
        return service.of_reviewer(db, person)
    raise NotFound(
        f"“{what}” is no row, model or reviewer.",
        remedy="Give a pair_id, a model's name, or a reviewer's name or public id.",
    )


def _model(db: Database, name: str) -> Model | None:
    return next((model for model in variants.models(db) if model.name == name), None)


def _lines(one: Origin | Step | Touched) -> Iterator[str]:
    match one:
        case Touched():
            yield from _version(one)
        case Step(run_id=None):
            yield f"{one.model}: the base, made elsewhere"
        case Step():
            assert one.touched
            yield f"{one.model}: made by training run {one.run_id} from"
            yield from (f"  {line}" for line in _version(one.touched))
        case Origin():
            yield from _version(one.touched)
            yield from (f"  {line}" for line in _verdicts(one))


def _version(one: Touched) -> Iterator[str]:
    counts, people = one.version.manifest["counts"], one.version.manifest["reviewers"]
    judged = ", ".join(f"{who} {n:,}" for who, n in people.items())
    yield f"{one.version.name}: {counts['train']:,} train rows; judgements of {judged}"
    if one.models:
        yield f"  learned from it: {', '.join(one.models)}"
    yield from (f"  {line}" for line in _changes(one.changed))


def _changes(changed: Changed) -> Iterator[str]:
    for word, by_reviewer in vars(changed).items():
        for who, n in by_reviewer.items():
            yield f"{word} since: {n:,} of {who}"


def _verdicts(one: Origin) -> Iterator[str]:
    people = {said["id"]: said["reviewer"] for said in one.line["judgements"]}
    for said in one.opinions:
        state = "" if said["current"] else ", revised since"
        state = ", withdrawn since" if said["withdrawn_at"] else state
        verdict = "all bad" if said["all_bad"] else _verdict(said)
        yield f"judgement {said['id']} by {people[said['id']]}: {verdict}{state}"


def _verdict(said: dict[str, Any]) -> str:
    if said["ranking"]:
        return " > ".join(" = ".join(map(str, tied)) for tied in said["ranking"])
    if said["winner_id"] is None:
        return "about the same"
    return f"answer {said['winner_id']} is better, strength {said['strength']}"


def _json(one: Origin | Step | Touched) -> dict[str, Any]:
    match one:
        case Touched():
            return {"version": one.version.name, "sha256": one.version.sha256,
                    "reviewers": one.version.manifest["reviewers"], "models": one.models,
                    **vars(one.changed)}  # fmt: skip
        case Step():
            touched = _json(one.touched) if one.touched else None
            return {"model": one.model, "run": one.run_id, "dataset": touched}
        case Origin():
            return {"dataset": _json(one.touched), "row": one.line, "judgements": one.opinions}


COMMANDS = (lineage,)
