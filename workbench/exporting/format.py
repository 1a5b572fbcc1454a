"""What a format is, and what all of them are made with."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import pyarrow as pa

MESSAGES = pa.list_(pa.struct([("role", pa.string()), ("content", pa.string())]))
SEVERAL = "a prompt of several messages is no plain text"
TURNS = "a prompt of several turns is no plain text"

Kind = Literal["pairs", "answers", "best", "voted", "rated", "spanned", "raw"]
SINGLE: tuple[Kind, ...] = ("rated", "spanned", "raw")  # of judgements, and not of verdicts


class NoRow(ValueError):
    """Why something makes no row of a format, in words for people."""


@dataclass(frozen=True)
class Format:
    """`of` what: `Pair`s, all judged `Answer`s, the best ones alone, pairs with their votes, what
    was `Said` of an answer's quality or in its spans, or judgements. `line` raises NoRow. `listed`:
    its readers want one JSON list, which lies beside the lines.
    """

    title: str
    schema: pa.Schema
    line: Callable[[Any], str]
    of: Kind = "pairs"
    listed: bool = False

    @property
    def counts(self) -> str:
        """What it is that passes the rules, in one word."""
        return "judgement" if self.of in SINGLE else "verdict"


def only(messages: str) -> str:
    """The text of the one message of this list, given as JSON. Raises NoRow for several."""
    found = json.loads(messages)
    if len(found) != 1:
        raise NoRow(SEVERAL)
    text: str = found[0]["content"]
    return text


def asked(messages: str) -> str:
    """What people read of a prompt, as one text: what the system says, such as a source text, and
    the one message of the user, with blank lines between. A trainer would lose the roles, so this
    is for formats that people read. Raises NoRow for several turns.
    """
    found = json.loads(messages)
    if any(message["role"] != "system" for message in found[:-1]):
        raise NoRow(TURNS)
    return "\n\n".join(message["content"] for message in found)
