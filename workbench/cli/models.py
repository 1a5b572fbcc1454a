"""Commands of what answers: `models`, `templates`."""

import json

import click

from workbench.cli import promotion
from workbench.cli.shared import find_project, open_store, project_option, text_or_file
from workbench.clock import utc_now
from workbench.errors import InvalidInput, NotFound
from workbench.generation import known, templates
from workbench.records import Template
from workbench.store import variants
from workbench.worddiff import as_text, word_diff


@click.group("models")
def models_group() -> None:
    """What answers prompts: local models, LoRA adapters, OpenAI-compatible endpoints."""


@models_group.command("add")
@click.argument("name")
@click.option("--location", help="A folder or hub id of a transformers chat model.")
@click.option("--adapter", help="A LoRA adapter's folder or hub id, over --location.")
@click.option("--url", help="The base URL of an endpoint, such as http://localhost:8000/v1.")
@click.option("--served-as", help="The endpoint's own name of the model; default: NAME.")
@click.option("--key-variable", help="The environment variable that holds the endpoint's key.")
@click.option("--most-at-once", type=click.IntRange(1), help="Requests under way at most.")
def add(name: str, location: str | None, adapter: str | None, url: str | None,
        served_as: str | None, key_variable: str | None,
        most_at_once: int | None) -> None:  # fmt: skip
    """Make a model known by NAME. A key is never stored: only where to find it."""
    if bool(location) == bool(url):
        raise InvalidInput("Give either --location or --url.", remedy="See `models add --help`.")
    if url:
        model = known.endpoint(name, url, served_as, key_variable, most_at_once)
    else:
        model = known.local(location or "", name, adapter)
    added = known.add(open_store(), model, utc_now())
    click.echo(f"“{added.name}” is known now.")


@models_group.command("list")
def list_models() -> None:
    """Every model that can answer, with where it is."""
    with open_store().read() as db:
        found = variants.models(db)
    for model in found:
        if model.kind != "imported":
            also = f" + {model.adapter}" if model.adapter else ""
            served = f"\tas {model.served_as}" if model.served_as else ""
            click.echo(f"{model.name}\t{model.kind}\t{model.location}{also}{served}")


@click.group("templates")
def templates_group() -> None:
    """Prompt templates with {{ variables }}: every change is a new version."""


@templates_group.command("add")
@click.argument("name")
@project_option
@click.option("--system", default=Template().system, show_default=True, help="Text, or @FILE.")
@click.option("--user", default=Template().user, show_default=True, help="Text, or @FILE.")
@click.option("--examples", help="JSON list of user and assistant messages, or @FILE.")
def add_template(name: str, slug: str, system: str, user: str, examples: str | None) -> None:
    """Store a template; an equal one is found again, a changed one becomes its next version."""
    few_shot = _examples(text_or_file(examples)) if examples else ()
    template = Template(name, text_or_file(system), text_or_file(user), few_shot)
    store = open_store()
    stored = templates.save(store, find_project(store, slug).id, template, utc_now())
    click.echo(f"{stored.name}, version {stored.version}")


def _examples(text: str) -> tuple[dict[str, str], ...]:
    try:
        said = json.loads(text)
    except ValueError as error:
        raise InvalidInput(f"The examples are no JSON: {error}.", field="examples") from error
    if not isinstance(said, list) or not all(isinstance(m, dict) for m in said):
        raise InvalidInput("The examples must be a list of messages.", field="examples")
    return tuple({"role": m.get("role", ""), "content": m.get("content", "")} for m in said)


@templates_group.command("list")
@project_option
def list_templates(slug: str) -> None:
    """Each template with how many versions it has."""
    for template in _templates(slug):
        click.echo(f"{template.name}\tversion {template.version}")


@templates_group.command("diff")
@click.argument("name")
@project_option
@click.option("--old", type=int, help="A version; default: the one before the newest.")
@click.option("--new", type=int, help="A version; default: the newest.")
def diff(name: str, slug: str, old: int | None, new: int | None) -> None:
    """What changed between two versions, word by word."""
    versions = {t.version: t for t in _templates(slug) if t.name == name}
    if not versions:
        raise NotFound(f"There is no template “{name}”.", remedy="See `templates list`.")
    newest = max(versions)
    after, before = versions.get(new or newest), versions.get(old or newest - 1)
    if after is None or before is None:
        raise NotFound(f"“{name}” has the versions 1 to {newest}.")
    for part in ("system", "user"):
        click.echo(f"{part}: {as_text(word_diff(getattr(before, part), getattr(after, part)))}")
    if before.few_shot != after.few_shot:
        texts = [json.dumps(t.few_shot, ensure_ascii=False, indent=1) for t in (before, after)]
        click.echo(f"examples: {as_text(word_diff(*texts))}")


def _templates(slug: str) -> list[Template]:
    store = open_store()
    project = find_project(store, slug)
    with store.read() as db:
        return variants.templates(db, project.id)


for command in promotion.COMMANDS:
    models_group.add_command(command)

COMMANDS = (models_group, templates_group)
