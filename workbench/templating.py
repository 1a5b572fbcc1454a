"""From a prompt and a template to the messages that are sent to a model.

Jinja2 in its sandbox: a template reads `prompt`, `context`, `reference` and nothing else.
"""

from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from workbench.errors import InvalidInput
from workbench.records import Message, Prompt, Template, plain_text

_environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=False)


def render(prompt: Prompt, template: Template) -> tuple[Message, ...]:
    """The system message, if it has any text, then each message with user turns rendered.

    Raises InvalidInput where the template cannot be rendered for this prompt.
    """
    rendered: list[Message] = []
    system = _fill(template.system, prompt, "")
    if system.strip():
        rendered.append({"role": "system", "content": system})
    for message in prompt.messages:
        if message["role"] == "user" and isinstance(message["content"], str):
            content = _fill(template.user, prompt, plain_text(message["content"]))
            rendered.append({"role": "user", "content": content})
        else:
            rendered.append(message)
    return tuple(rendered)


def _fill(text: str, prompt: Prompt, turn: str) -> str:
    try:
        return _environment.from_string(text).render(
            prompt=turn, context=prompt.context or "", reference=prompt.reference or ""
        )
    except TemplateError as error:
        raise InvalidInput(
            f"The template cannot be filled in: {error}.",
            field="template",
            remedy="It may use {{ prompt }}, {{ context }} and {{ reference }}.",
        ) from error
