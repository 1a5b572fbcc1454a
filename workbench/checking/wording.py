"""What a check asks, in words. Pure; it knows kinds and settings."""

import json
from typing import Any

from workbench.checking.json_schema import JsonSchema
from workbench.checking.kinds import (
    Contains,
    Exact,
    IdentityLeak,
    Length,
    NearDuplicate,
    Refusal,
    Regex,
)
from workbench.checking.making import kind_of

TITLES = {
    "exact": "Exactly the reference",
    "contains": "Contains a text",
    "regex": "Matches a pattern",
    "json_schema": "JSON by a schema",
    "length": "Length",
    "refusal": "Does not refuse",
    "near_duplicate": "No near-duplicate",
    "identity_leak": "Does not name its model",
}
QUOTED = 120


def asks(kind: str, settings: dict[str, Any]) -> str:
    """“has 3 to 200 words”, to follow “The answer …”."""
    match kind_of(kind, settings):
        case Exact(ignore_case=case, exact_space=space):
            notes = [word for word, said in (("case aside", case), ("white space counts", space))
                     if said]  # fmt: skip
            return "is the prompt's reference" + (f" ({', '.join(notes)})" if notes else "")
        case Contains(text=text, absent=absent, ignore_case=ignore):
            what = "the prompt's reference" if text is None else f"“{text}”"
            return f"{_has(absent)} {what} in it" + ("" if ignore else ", in the same case")
        case Regex(pattern=pattern, absent=absent):
            return f"{_has(absent)} a match for {pattern}"
        case JsonSchema(schema=schema):
            return f"is JSON that the schema allows: {_short(json.dumps(schema))}"
        case Length() as length:
            return f"has {_range(length.least, length.most)} {length.unit}"
        case Refusal(phrases=phrases):
            more = f", nor says {', '.join(f'“{p}”' for p in phrases)}" if phrases else ""
            return f"does not refuse{more}"
        case NearDuplicate(threshold=threshold):
            return f"is less than {100 * threshold:.0f} % alike any other answer to its prompt"
        case IdentityLeak():
            return "does not say what made it or what it is called"
    return TITLES[kind]


def _has(absent: bool) -> str:
    return "does not have" if absent else "has"


def _range(least: int | None, most: int | None) -> str:
    if least is None:
        return f"at most {most}"
    return f"at least {least}" if most is None else f"{least} to {most}"


def _short(text: str) -> str:
    return text if len(text) <= QUOTED else text[: QUOTED - 1] + "…"
