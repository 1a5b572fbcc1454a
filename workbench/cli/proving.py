"""Commands of the proof: `prove`, and the general abilities that it asks for."""

import json
from pathlib import Path
from typing import Any

import click

from workbench.cli.shared import find_project, follow, open_store, project_option
from workbench.clock import utc_now
from workbench.rounds import abilities, contenders, proving
from workbench.store import abilities as rows
from workbench.store import prompts, proofs
from workbench.store.database import Database
from workbench.store.proofs import StoredProof


@click.command("prove")
@click.argument("candidate")
@project_option
@click.option("--against", help="A model or variant; default: the current model, else round 0's.")
@click.option("--anew", is_flag=True, help="On the heldout prompts of today, as a new proof.")
def prove(candidate: str, slug: str, against: str | None, anew: bool) -> None:
    """Let CANDIDATE and the model that it is to beat answer frozen prompts, to be judged blind.

    Both are names of models or variants; `current` is one.
    """
    store = open_store()
    project = find_project(store, slug)
    new = contenders.candidate(store, project, candidate)
    old = contenders.incumbent(store, project, against, new)
    proof = proving.begin(store, project, new, old, anew=anew)
    result = follow(store, proving.start(store, project, proof))
    with store.read() as db:
        ground, leaks = _ground(db, proof), list(_leaks(db, proofs.get(db, proof.id)))
    click.echo(
        f"Proof {proof.id}: “{contenders.called(new)}” against “{contenders.called(old)}”. {ground}"
    )
    for line in leaks:
        click.echo(f"  does not count: {line}")
    new_ones = f"{result['comparisons']} new blind comparisons on {result['prompts']} prompts wait"
    lies = new_ones if result["comparisons"] else "Its blind comparisons were laid before, and wait"
    click.echo(
        f"{lies} on the Review page until they are judged; what they say:"
        f" python -m workbench rounds gate --proof {proof.id} --project {slug}"
    )


def _ground(db: Database, proof: StoredProof) -> str:
    frozen = proofs.frozen_set(db, proof.frozen_set_id)
    when = "before the training" if frozen.round_id else "when a proof was begun"
    return f"{len(frozen.prompts)} heldout prompts, frozen {when} ({frozen.sha256[:12]})."


def _leaks(db: Database, proof: StoredProof) -> Any:
    for leak in proof.leaks or ():
        prompt = prompts.get(db, leak.prompt_id)
        asked = prompt.text().splitlines()[-1][:60] if prompt else ""
        yield f"prompt {leak.prompt_id} “{asked}”: {leak.why}"


@click.group("abilities")
def abilities_group() -> None:
    """Prompts with checkable answers that a new model must still be able to give."""


@abilities_group.command("set")
@click.argument("path", metavar="FILE", type=click.Path(path_type=Path))
@project_option
def set_(path: Path, slug: str) -> None:
    """Ask FILE (YAML, or JSON lines) instead of what ships."""
    store = open_store()
    project, body = find_project(store, slug), abilities.read(path)
    store.write(lambda db: rows.set_items(db, utc_now(), project.id, body))
    counted = "1 item" if len(body["items"]) == 1 else f"{len(body['items'])} items"
    click.echo(f"Proofs of {slug} ask {counted} of {path.name} from now on.")


@abilities_group.command("reset")
@project_option
def reset(slug: str) -> None:
    """Ask what ships again."""
    store = open_store()
    project = find_project(store, slug)
    store.write(lambda db: rows.clear_items(db, utc_now(), project.id))
    click.echo(f"Proofs of {slug} ask what ships.")


@abilities_group.command("show")
@project_option
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def show(slug: str, as_json: bool) -> None:
    """The items that this project's proofs ask."""
    store = open_store()
    project = find_project(store, slug)
    with store.read() as db:
        found = abilities.of_project(db, project)
    if as_json:
        body = {"title": found.title, "items": [vars(item) for item in found.items]}
        click.echo(json.dumps(body, ensure_ascii=False))
        return
    click.echo(f"{found.title}: {len(found.items)} items")
    for item in found.items:
        click.echo(f"{item.area}\t{item.check}\t{item.prompt}")


COMMANDS = (prove, abilities_group)
