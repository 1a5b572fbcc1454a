"""From a prompt and a template to the messages that are sent to a model.

Jinja2 in its sandbox: a template reads `prompt`, `context`, `reference`, the prompt's own
variables, and nothing else.
"""

from functools import lru_cache
from typing import Any

from jinja2 import Environment, StrictUndefined, TemplateError, meta
from jinja2 import Template as Compiled
from jinja2.sandbox import ImmutableSandboxedEnvironment

from workbench.errors import InvalidInput
from workbench.records import Message, Prompt, Template, plain_text

GIVEN = ("prompt", "context", "reference")  # what every prompt has
_environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=False)


def render(prompt: Prompt, template: Template) -> tuple[Message, ...]:
    """The system message, if it has any text, the template's own exchanges, then each message of
    the prompt with user turns rendered.

    Raises InvalidInput where the template cannot be rendered for this prompt.
    """
    rendered: list[Message] = []
    system = _fill(template.system, prompt, "")
    if system.strip():
        rendered.append({"role": "system", "content": system})
    rendered.extend(template.few_shot)
    for message in prompt.messages:
        if message["role"] == "user" and isinstance(message["content"], str):
            content = _fill(template.user, prompt, plain_text(message["content"]))
            rendered.append({"role": "user", "content": content})
        else:
            rendered.append(message)
    return tuple(rendered)


def names_in(template: Template) -> set[str]:
    """The variables that a template reads, beside those that every prompt has.

    Raises InvalidInput for what is no template.
    """
    environment = Environment(autoescape=False)
    names: set[str] = set()
    for field, text in (("system", template.system), ("user", template.user)):
        try:
            names |= meta.find_undeclared_variables(environment.parse(text))
        except TemplateError as error:
            raise InvalidInput(
                f"The {field} text is no template: {error}.",
                field=field,
                remedy="Variables stand in double braces, like {{ prompt }}.",
            ) from error
    return names - set(GIVEN)


def check(template: Template) -> None:
    """Raises InvalidInput for a template whose texts or few-shot messages cannot be used."""
    names_in(template)
    roles = [message.get("role") for message in template.few_shot]
    if roles != ["user", "assistant"] * (len(roles) // 2):
        raise InvalidInput(
            "The examples must be exchanges: a user message, then the assistant's, and so on.",
            field="few_shot",
        )
    if not all(isinstance(m.get("content"), str) and m["content"] for m in template.few_shot):
        raise InvalidInput("Each example message needs a text.", field="few_shot")


def fill(text: str, given: dict[str, Any], field: str) -> str:
    """Any text with variables, filled in. Raises InvalidInput whose field is `field`."""
    try:
        return _compiled(text).render(**given)
    except TemplateError as error:
        raise InvalidInput(
            f"The {field} cannot be filled in: {error}.",
            field=field,
            remedy=f"They may use {', '.join(f'{{{{ {name} }}}}' for name in given)}.",
        ) from error


@lru_cache(maxsize=256)
def _compiled(text: str) -> Compiled:
    """The same few texts are filled in for each of many prompts."""
    return _environment.from_string(text)


def _fill(text: str, prompt: Prompt, turn: str) -> str:
    given = {"prompt": turn, "context": prompt.context or "", "reference": prompt.reference or ""}
    try:
        return _compiled(text).render(**prompt.variables | given)
    except TemplateError as error:
        known = ", ".join(f"{{{{ {name} }}}}" for name in [*GIVEN, *prompt.variables])
        raise InvalidInput(
            f"The template cannot be filled in: {error}.",
            field="template",
            remedy=f"For this prompt it may use {known}.",
        ) from error
