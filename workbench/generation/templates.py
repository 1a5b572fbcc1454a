"""A project's templates: saved as versions, and what the prompts offer them to fill in."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from workbench.errors import InvalidInput
from workbench.generation.names import check_name
from workbench.records import Prompt, Template
from workbench.store import Store, variants
from workbench.templating import check, names_in


def save(store: Store, project_id: int, template: Template, now: datetime) -> Template:
    """The stored template; other texts under a known name become its next version.

    Raises InvalidInput.
    """
    check_name(template.name)
    if template.name == Template().name and texts(template) != texts(Template()):
        raise InvalidInput(
            f"“{template.name}” sends each prompt unchanged.",
            field="name",
            remedy="Give your own template another name.",
        )
    check(template)
    return store.write(lambda db: variants.ensure_template(db, now, project_id, template))


def texts(template: Template) -> tuple[object, ...]:
    """What makes a version."""
    return template.system, template.user, template.few_shot


def offered(prompts: Iterable[Prompt]) -> Counter[str]:
    """By variable, how many of the prompts have it."""
    return Counter(name for prompt in prompts for name in prompt.variables)


def lacking(template: Template, prompts: list[Prompt]) -> dict[str, int]:
    """By variable that the template reads, how many of the prompts lack it, where any does.

    Raises InvalidInput for what is no template.
    """
    has = offered(prompts)
    lack = {name: len(prompts) - has[name] for name in sorted(names_in(template))}
    return {name: count for name, count in lack.items() if count}
