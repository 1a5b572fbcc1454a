"""Commands of the current model: `models promote`, `models promotions`, `models serve`."""

import click

from workbench import model_serving
from workbench.cli.quality import kinds_option
from workbench.cli.shared import find_project, open_store, project_option, reviewer_kinds
from workbench.errors import InvalidInput
from workbench.generation import known
from workbench.records import Model
from workbench.rounds import contenders, promoting
from workbench.store import Store, promotions
from workbench.store.promotions import Promotion


@click.command("promote")
@click.argument("name")
@project_option
@click.option("--despite", default="", help="Why, where the gate does not say promote.")
@kinds_option
def promote(name: str, slug: str, despite: str, kinds: str) -> None:
    """Make NAME the project's current model, with the gate's evidence as it stands.

    Going back to an earlier model is a promotion as well.
    """
    store = open_store()
    project, model = find_project(store, slug), known.named(store, name)
    found = promoting.grounds(store, project, model, reviewer_kinds(kinds))
    promoting.promote(store, project, model, found, despite=despite)
    for reason in found.evidence["reasons"] if found.evidence else ():
        click.echo(f"  {reason}")
    click.echo(
        f"“{model.name}” is the current model of {slug} now."
        f" It is served by: python -m workbench models serve current --project {slug}"
    )


@click.command("promotions")
@project_option
def list_promotions(slug: str) -> None:
    """Every promotion of a project, the newest first, and the models that were rejected."""
    store = open_store()
    project = find_project(store, slug)
    with store.read() as db:
        found = promotions.history(db, project.id)
        rejected = promotions.rejected(db, project.id)
    if not found:
        click.echo(f"Nothing was promoted yet: models promote NAME --project {slug}")
    for one in found:
        click.echo(f"{one.promoted_at}\t{one.model}\t{words(one)}")
    for model, at in rejected.items():
        click.echo(f"{at}\t{model}\trejected, and not tuned further")


def words(one: Promotion) -> str:
    """What it rests on, in a line."""
    replaced = f"for {one.replaced}" if one.replaced else "the first"
    said = f"the gate said {one.evidence['verdict']}" if one.evidence else "without a proof"
    despite = f", all the same: {one.despite}" if one.despite else ""
    return f"{replaced}; {said}{despite}"


@click.command("serve")
@click.argument("name")
@click.option("--project", "slug", help="Whose current model, where NAME is `current`.")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--device", default="auto", show_default=True, help="Such as cpu or cuda:0.")
def serve(name: str, slug: str | None, host: str, port: int, device: str) -> None:
    """Serve a model OpenAI-compatible, by `transformers serve`, until Ctrl-C.

    NAME is a model's, or `current` for that of a project.
    """
    store = open_store()
    model = _current(store, slug) if name == contenders.CURRENT else known.named(store, name)
    model_serving.serve(model, store.workspace, host, port, device, click.echo)


def _current(store: Store, slug: str | None) -> Model:
    if slug is None:
        raise InvalidInput("Whose current model?", remedy="Name the project with --project.")
    return contenders.current(store, find_project(store, slug))


COMMANDS = (promote, list_promotions, serve)
