"""A file read whole, before anything is stored: columns named anew, each row by its format, and
what the project can keep of it. Its result is the preview, and then what is stored.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from workbench.errors import InvalidInput
from workbench.importing import fitting, mapping
from workbench.importing.dropping import Drops
from workbench.importing.fields import BadShape
from workbench.importing.formats import FORMATS, format_of, parse
from workbench.importing.parsed import Judgement, Parsed
from workbench.importing.readers import BadRow, name_of, read
from workbench.records import Project, Prompt, ReviewerKind

Kind = Literal["prompts", "completions", "judgements"]
KINDS: tuple[Kind, ...] = ("prompts", "completions", "judgements")


@dataclass(frozen=True)
class Reading:
    """How a file is to be read, where its own columns do not say it: the `format`, which column is
    read as what, and whether people or a model judged.
    """

    format: str | None = None
    columns: dict[str, str] = field(default_factory=dict)
    judged_by: ReviewerKind | None = None

    def check(self) -> None:
        """Raises InvalidInput."""
        if self.format is not None and self.format not in FORMATS:
            raise InvalidInput(
                f"There is no format “{self.format}”.",
                field="format",
                remedy=f"Give one of: {', '.join(FORMATS)}.",
            )
        for name in self.columns:
            mapping.check(name)


PLAIN = Reading()


@dataclass
class Checked:
    """The rows that can be used, those that cannot, and what of the good ones is not taken over.
    `columns` are the file's own, `formats` how many rows each format read.
    """

    rows: list[Parsed]
    bad: list[BadRow] = field(default_factory=list)
    drops: Drops = field(default_factory=Drops)
    formats: dict[str, int] = field(default_factory=dict)
    columns: list[str] = field(default_factory=list)
    reading: Reading = PLAIN


def check_file(path: Path, kind: Kind, project: Project, reading: Reading = PLAIN) -> Checked:
    """Raises InvalidInput for a file that can't be read at all, or has not the columns that were
    named.
    """
    reading.check()
    checked = Checked([], reading=reading)
    columns: dict[str, None] = {}
    formats: Counter[str] = Counter()
    fits, name = fitting.fitting(project), name_of(path)
    for line, row in read(path):
        if isinstance(row, BadRow):
            checked.bad.append(row)
            continue
        columns |= dict.fromkeys(row)
        try:
            format_, parsed = _parsed(row, kind, reading)
        except BadShape as problem:
            checked.bad.append(BadRow(line, str(problem)))
            continue
        formats[format_] += 1
        known = replace(parsed.called(name), line=line)
        checked.rows.append(_kept(known, kind, fits, checked.drops))
    mapping.check_columns(reading.columns, columns)
    checked.columns, checked.formats = list(columns), dict(formats)
    return checked


def prompts_of(path: Path) -> Iterator[Prompt]:
    """What the rows ask that can be read. Raises InvalidInput for a file that can't be read."""
    for _, row in read(path):
        with suppress(BadShape):
            if not isinstance(row, BadRow):
                yield _parsed(row, "prompts", PLAIN)[1].prompt


def _parsed(row: dict[str, Any], kind: Kind, reading: Reading) -> tuple[str, Parsed]:
    """The name of the format that reads it, and what it says. Raises BadShape."""
    given = mapping.apply(row, reading.columns)
    name = reading.format or format_of(given)
    parsed = parse(given, name)
    if kind != "prompts" and not parsed.completions:
        raise BadShape("no `completion` or `completions`")
    if kind == "judgements" and not (parsed.judgements or parsed.verdicts):
        raise BadShape("nobody judged anything in it")
    if reading.judged_by:
        said = (_by(one, reading.judged_by) for one in parsed.judgements)
        parsed = replace(parsed, judgements=tuple(said))
    return name, parsed


def _by(said: Judgement, kind: ReviewerKind) -> Judgement:
    return replace(said, kind=kind)


def _kept(row: Parsed, kind: Kind, fits: fitting.Fitting, drops: Drops) -> Parsed:
    if kind == "prompts":
        return replace(row, judgements=(), verdicts=())
    if kind == "completions":
        return fitting.without_judgements(row, drops)
    return fits.row(row, drops)
