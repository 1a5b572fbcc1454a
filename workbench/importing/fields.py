"""The pieces of a row, checked: texts, messages, tags. Each error names the key it is about.

It knows what a piece may be, and no shape of a row.
"""

import re
from typing import Any

from workbench.records import Message
from workbench.templating import GIVEN

ROLES = ("system", "user", "assistant")
_HALF_OF_A_PAIR = re.compile("[\ud800-\udfff]")


class BadShape(ValueError):
    """A row that can't be used; the text says which key and why."""


def text(value: Any, key: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise BadShape(f"`{key}` must be a text that is not empty")
    return text_or_nothing(value, key)


def text_or_nothing(value: Any, key: str) -> str:
    if not isinstance(value, str):
        raise BadShape(f"`{key}` must be a text")
    if "\x00" in value:
        raise BadShape(f"`{key}` holds a zero byte")
    if _HALF_OF_A_PAIR.search(value):
        raise BadShape(f"`{key}` holds half of a surrogate pair")
    return value


def optional_text(row: dict[str, Any], key: str) -> str | None:
    return None if row.get(key) is None else text(row[key], key)


def messages(value: Any, key: str) -> tuple[Message, ...]:
    if not isinstance(value, list) or not value:
        raise BadShape(f"`{key}` must be a text or a list of messages")
    for message in value:
        if not isinstance(message, dict) or message.get("role") not in ROLES:
            raise BadShape(f"`{key}`: each message needs a role: {', '.join(ROLES)}")
        text(message.get("content"), f"{key}.content")
    return tuple({"role": m["role"], "content": m["content"]} for m in value)


def prompt_messages(value: Any) -> tuple[Message, ...]:
    if isinstance(value, str):
        return ({"role": "user", "content": text(value, "prompt")},)
    asked = messages(value, "prompt")
    if asked[-1]["role"] != "user":
        raise BadShape("`prompt` must end with a user message")
    return asked


def answer_messages(value: Any, key: str) -> tuple[Message, ...]:
    if isinstance(value, str):
        return ({"role": "assistant", "content": text(value, key)},)
    said = messages(value, key)
    if any(m["role"] != "assistant" for m in said):
        raise BadShape(f"`{key}` may hold assistant messages only, one for each turn")
    return said


def tags(value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    given = [value] if isinstance(value, str) else value
    if not isinstance(given, list) or not all(isinstance(tag, str) for tag in given):
        raise BadShape("`tags` must be a list of texts")
    return tuple(given)


def split(value: Any) -> Any:
    if value not in (None, "train", "heldout"):
        raise BadShape("`split` must be train or heldout")
    return value


def variables(value: Any) -> dict[str, str]:
    """What fills a template's own names: texts by name; numbers become texts."""
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise BadShape("`variables` must be an object: name → text")
    for name, said in value.items():
        if not name.isidentifier() or name in GIVEN:
            raise BadShape(f"`variables.{name}` is no name that a template can use")
        if isinstance(said, bool) or not isinstance(said, str | int | float):
            raise BadShape(f"`variables.{name}` must be a text or a number")
    return {name: text_or_nothing(str(said), f"variables.{name}") for name, said in value.items()}
