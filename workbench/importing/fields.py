"""The pieces of a row, checked: texts, messages, tags. Each error names the key it is about.

It knows what a piece may be, and no shape of a row.
"""

import math
import re
from typing import Any

from workbench.records import Message, Prompt
from workbench.templating import GIVEN

ROLES = ("system", "user", "assistant")
_TRUTHS = {"true": True, "1": True, "1.0": True, "yes": True, "good": True,
           "false": False, "0": False, "0.0": False, "no": False, "bad": False}  # fmt: skip
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
    found = [_message(message, key) for message in value]
    for message in found:
        text(message["content"], f"{key}.content")
    return tuple(found)


def _message(value: Any, key: str) -> Message:
    """OpenAI's newer `developer` is what others call `system`."""
    role = value.get("role") if isinstance(value, dict) else None
    role = "system" if role == "developer" else role
    if role not in ROLES:
        raise BadShape(f"`{key}`: each message needs a role: {', '.join(ROLES)}")
    return {"role": role, "content": content(value.get("content"), f"{key}.content")}


def content(value: Any, key: str) -> Any:
    """A message's content: parts that are all text become one text."""
    if not isinstance(value, list) or not value:
        return value
    if any(not isinstance(part, dict) or part.get("type") != "text" for part in value):
        raise BadShape(f"`{key}` holds something else than text, which is not read yet")
    return "".join(text_or_nothing(part.get("text"), key) for part in value)


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


def number(value: Any, key: str) -> float:
    """A number, also one that a CSV file gives as a text."""
    try:
        if isinstance(value, bool):
            raise ValueError
        found = float(value)
    except (TypeError, ValueError):
        raise BadShape(f"`{key}` must be a number") from None
    if not math.isfinite(found):
        raise BadShape(f"`{key}` must be a number")
    return found


def truth(value: Any, key: str) -> bool:
    """True or false, also as 1 and 0 or as a word, as CSV files have it."""
    found = _TRUTHS.get(str(value).strip().lower())
    if found is None:
        raise BadShape(f"`{key}` must be true or false")
    return found


def prompt(row: dict[str, Any], asked: tuple[Message, ...]) -> Prompt:
    """A prompt with what else a row of any format may tell of it. A `split` that is neither train
    nor heldout is another's and says nothing here.
    """
    if row.get("system") is not None and asked[0]["role"] != "system":
        asked = ({"role": "system", "content": text(row["system"], "system")}, *asked)
    split_ = row.get("split")
    return Prompt(
        messages=asked,
        context=optional_text(row, "context"),
        reference=optional_text(row, "reference"),
        tags=tags(row.get("tags")),
        external_id=None if row.get("id") is None else str(row["id"]),
        split=split_ if split_ in ("train", "heldout") else None,
    )
