"""What a judge model reads: the project's rules, the prompt, and two answers in one order.

It sees what people see, names of models masked. Templates are Jinja2, in its sandbox.
"""

from typing import Any

from workbench.errors import InvalidInput
from workbench.judging.items import Content
from workbench.providers import Request
from workbench.records import Message, Project, plain_text
from workbench.templating import fill

INSTRUCTIONS = """\
You compare two answers to the same prompt. Judge what they say, not their length, their style or
the order in which they stand.
{% if guidelines %}
# Guidelines
{{ guidelines }}
{% endif %}{% if criteria %}
# Criteria
{% for c in criteria %}- {{ c.key }} ({{ c.min }} to {{ c.max }}): {{ c.question }}
{% endfor %}{% endif %}{% if categories %}
# Kinds of problems
{% for c in categories %}- {{ c.key }}: {{ c.title }}{% if c.description %}. {{ c.description }}\
{% endif %}
{% endfor %}{% endif %}{% if context %}
# Source text
{{ context }}
{% endif %}
# Prompt
{{ prompt }}
{% if reference %}
# Reference answer
{{ reference }}
{% endif %}
# Answer 1
{{ first }}

# Answer 2
{{ second }}

# Your verdict
Reply with one JSON object and nothing else:
{"reason": "one or two sentences",
 "preference": a whole number from -3 (answer 1 is much better) to 3 (answer 2 is much better), or
 "tie"{% if criteria %},
 "ratings": {"1": { {%- for c in criteria %}"{{ c.key }}": score{% if not loop.last %}, {% endif %}\
{% endfor -%} }, "2": the same}{% endif %}{% if categories %},
 "spans": [{"answer": 1 or 2, "quote": "the very words of a problem", "occurrence": 1, "category": \
"a kind from above"}]{% endif %}}
"""
_EMPTY = Content(({"role": "user", "content": "?"},), None, None, ("1", "2"))


def request_of(project: Project, instructions: str, content: Content, seed: int) -> Request:
    """`content` has its answers in the order that the judge is to read them in."""
    text = fill(instructions, given(project, content), "instructions")
    return Request(({"role": "user", "content": text},), (seed,))


def check_instructions(project: Project, instructions: str) -> None:
    """Raises InvalidInput for a text that cannot be filled in, or that leaves an answer out."""
    shown = given(project, _EMPTY) | {"first": "\ufdd0", "second": "\ufdd1"}
    filled = fill(instructions, shown, "instructions")
    for name in ("first", "second"):
        _require(filled, shown[name], name)


def _require(filled: str, mark: str, name: str) -> None:
    """Raises InvalidInput where a text does not show what it must."""
    if mark not in filled:
        raise InvalidInput(
            "The instructions leave an answer out.",
            field="instructions",
            remedy=f"Put {{{{ {name} }}}} where it is to stand.",
        )


def given(project: Project, content: Content) -> dict[str, Any]:
    """The variables of the instructions."""
    asks = project.settings.asks
    return {
        "guidelines": project.guidelines,
        "criteria": (project.rubric or {}).get("criteria", []),
        "categories": (project.taxonomy or {}).get("categories", []) if asks.spans else [],
        "context": content.context or "",
        "reference": content.reference or "",
        "prompt": conversation(content.prompt_messages),
        "first": content.answers[0],
        "second": content.answers[1],
    }


def conversation(messages: tuple[Message, ...]) -> str:
    """One message as it stands; several with who said them."""
    if len(messages) == 1:
        return plain_text(messages[0]["content"])
    return "\n\n".join(f"[{m['role']}]\n{plain_text(m['content'])}" for m in messages)
