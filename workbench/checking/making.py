"""From a kind's name and its settings as JSON to a check that can be asked, or to what is wrong."""

from dataclasses import fields
from typing import Any

from workbench.checking.case import Kind
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
from workbench.errors import InvalidInput

KINDS: dict[str, type[Kind]] = {
    "exact": Exact,
    "contains": Contains,
    "regex": Regex,
    "json_schema": JsonSchema,
    "length": Length,
    "refusal": Refusal,
    "near_duplicate": NearDuplicate,
    "identity_leak": IdentityLeak,
}
TYPES: dict[str, tuple[type, ...]] = {
    "ignore_case": (bool,), "exact_space": (bool,), "absent": (bool,), "text": (str,),
    "pattern": (str,), "least": (int,), "most": (int,), "unit": (str,), "phrases": (list, tuple),
    "threshold": (int, float), "schema": (dict, bool),
}  # fmt: skip


def kind_of(name: str, settings: dict[str, Any]) -> Kind:
    """Raises InvalidInput that names the setting at fault and what to do about it."""
    if name not in KINDS:
        raise InvalidInput(
            f"There is no check “{name}”.", field="kind", remedy=f"Use {', '.join(KINDS)}."
        )
    known = [f.name for f in fields(KINDS[name])]  # type: ignore[arg-type]
    for key, value in settings.items():
        if key not in known:
            raise InvalidInput(
                f"The check “{name}” has no setting “{key}”.",
                field=key,
                remedy=f"It knows {', '.join(known)}." if known else "It needs none.",
            )
        _require_type(key, value)
    for key in ("pattern", "schema"):
        if key in known and key not in settings:
            raise InvalidInput(f"The check “{name}” needs a {key}.", field=key, remedy="Give one.")
    made = KINDS[name](**settings | {k: tuple(v) for k, v in settings.items() if k == "phrases"})
    made.check()
    return made


def _require_type(key: str, value: Any) -> None:
    right = isinstance(value, TYPES[key])
    if not right or (isinstance(value, bool) and bool not in TYPES[key]):
        names = " or ".join(t.__name__ for t in TYPES[key])
        raise InvalidInput(f"“{key}” is not a {names}.", field=key, remedy=f"Give a {names}.")
    if key == "phrases" and not all(isinstance(phrase, str) for phrase in value):
        raise InvalidInput("“phrases” are texts.", field=key, remedy="Give a list of texts.")
