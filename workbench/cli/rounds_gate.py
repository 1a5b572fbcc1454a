"""The gate from a shell: `rounds gate`, with an exit code for CI."""

import json
import sys
from typing import Any

import click

from workbench import jobs
from workbench.cli.compare import FAILED, NOT_YET, PASSED
from workbench.cli.quality import json_option, kinds_option
from workbench.cli.shared import find_project, open_store, project_option, reviewer_kinds
from workbench.errors import NotFound
from workbench.records import Project
from workbench.rounds import gating
from workbench.store import Store, proofs, rounds
from workbench.store.proofs import StoredProof

SHOWN = 5
EXIT = {"promote": PASSED, "not yet": NOT_YET, "reject": FAILED}
Json = dict[str, Any]


@click.command("gate")
@project_option
@click.option("--round", "number", type=int, help="Default: the newest round with a proof.")
@click.option("--proof", "proof_id", type=int, help="A proof's number, as `prove` says it.")
@kinds_option
@json_option
def gate(slug: str, number: int | None, proof_id: int | None, kinds: str, as_json: bool) -> None:
    """Say whether the new model should replace the old one.

    Exit codes: 0 promote, 3 not yet, 4 reject; 1 and 2 are errors.
    """
    store = open_store()
    project = find_project(store, slug)
    proof = _proof(store, project, number, proof_id)
    chosen = reviewer_kinds(kinds)
    jobs.wait(store, gating.ask(store, project, proof, chosen).id)
    with store.read() as db:
        found = gating.latest(db, project, proof, chosen)
    assert found is not None
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
    else:
        _say(found)
    sys.exit(EXIT[found["verdict"]])


def _proof(store: Store, project: Project, number: int | None, proof_id: int | None) -> StoredProof:
    with store.read() as db:
        known = proofs.in_project(db, project.id)
        if number is not None:
            wanted = rounds.numbered(db, project.id, number).id
            known = [proof for proof in known if proof.round_id == wanted]
    if proof_id is not None:
        known = [proof for proof in known if proof.id == proof_id]
    if not known:
        raise NotFound(
            f"No such proof was begun in “{project.slug}”.",
            remedy=f"Close a round, or: python -m workbench prove MODEL --project {project.slug}",
        )
    return known[0]


def _say(found: Json) -> None:
    click.echo(f"{found['verdict']}: {found['candidate']} against {found['incumbent']}")
    for reason in found["reasons"]:
        click.echo(f"  {reason}")
    for name, change in _guards(found).items():
        click.echo(f"  {name}: {_figure(change['old'])} before, {_figure(change['new'])} now")
    frozen = found["frozen"]
    when = "before the training" if frozen["before_training"] else "when a proof was begun"
    click.echo(
        f"  {frozen['prompts']} heldout prompts, frozen {when}, {len(found['leaks'])} leaked."
    )
    for side, failures in found["unanswered"].items():
        for why, count in failures.items():
            click.echo(f"  {count} not answered by the {side}: {why}")
    for one in found["regressed"][:SHOWN]:
        click.echo(f"  lost to the old answer: prompt {one['prompt']}\t{one['asks'][:80]}")
    if len(found["regressed"]) > SHOWN:
        click.echo(
            f"  and {len(found['regressed']) - SHOWN} more, all on the Rounds page and in --json"
        )


def _guards(found: Json) -> Json:
    """What must not become worse, where the reasons do not name it yet."""
    spans = {"hallucinated spans in 1,000 tokens": found["spans"]} if found["spans"] else {}
    every = spans | found["ratings"] | found["abilities"]
    return {} if found["verdict"] == "promote" else every


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"
