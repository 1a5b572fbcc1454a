"""What a check is asked, and what it may say. It knows no kind of check."""

from dataclasses import dataclass
from typing import Protocol

LONGEST = 50_000  # characters of an answer that a pattern or a schema looks at
QUOTED = 80  # characters of an answer in a note


@dataclass(frozen=True)
class Finding:
    """`note` says why, in a few words."""

    passed: bool | None
    note: str = ""


@dataclass(frozen=True)
class Case:
    """An answer, one text a turn; `others` are the last texts of the other answers to the same
    prompt, `names` those of the project's models.
    """

    texts: tuple[str, ...]
    asked: str = ""
    reference: str | None = None
    others: tuple[str, ...] = ()
    names: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        return self.texts[-1]


class Kind(Protocol):
    """What every kind can do; `check` raises InvalidInput for settings that cannot be used."""

    def check(self) -> None: ...

    def find(self, case: Case) -> Finding: ...


def quote(text: str) -> str:
    return text if len(text) <= QUOTED else text[: QUOTED - 1] + "…"
