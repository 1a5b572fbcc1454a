"""The check that an answer is JSON of a given shape."""

import json
from dataclasses import dataclass
from typing import Any, ClassVar

import regex
from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError, best_match
from referencing import Registry
from referencing.exceptions import Unresolvable

from workbench.checking.case import LONGEST, Case, Finding, quote
from workbench.errors import InvalidInput


@dataclass(frozen=True)
class JsonSchema:
    """The answer is JSON that a schema (draft 2020-12) allows; it may stand in a ```json fence."""

    schema: Any

    FENCE: ClassVar[regex.Pattern[str]] = regex.compile(r"\A\s*```(?:json)?\s*\n(.*)\n\s*```\s*\Z",
                                                        regex.DOTALL)  # fmt: skip

    def check(self) -> None:
        try:
            Draft202012Validator.check_schema(self.schema)
        except SchemaError as error:
            raise InvalidInput(
                f"This is no JSON schema: {error.message}.",
                field="schema",
                remedy="See json-schema.org; {} allows any JSON.",
            ) from error

    def find(self, case: Case) -> Finding:
        text = case.text[: LONGEST + 1]
        if len(text) > LONGEST:
            return Finding(False, f"longer than {LONGEST} characters")
        fenced = self.FENCE.match(text)
        try:
            said = json.loads(fenced.group(1) if fenced else text)
        except (ValueError, RecursionError) as error:
            return Finding(False, f"no JSON: {quote(str(error))}")
        return self._fits(said)

    def _fits(self, said: Any) -> Finding:
        """Nothing is fetched: a schema knows itself alone."""
        validator = Draft202012Validator(self.schema, registry=Registry())
        try:
            wrong = best_match(validator.iter_errors(said))
        except (Unresolvable, RecursionError) as error:
            return Finding(None, f"the schema cannot be followed: {quote(str(error))}")
        return Finding(wrong is None, quote(wrong.message) if wrong else "")
