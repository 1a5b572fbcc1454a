"""What a project can keep of what a file's people said: ratings on its rubric's criteria and on
their scale, spans of its taxonomy's kinds, and no judgement of two equal texts.

It stores nothing; all that does not fit is counted with its reason.
"""

from dataclasses import dataclass, replace
from typing import Any

from workbench.importing.dropping import Drops
from workbench.importing.parsed import Judgement, Parsed, Score
from workbench.records import Project, Span

ASKED_FOR_ANSWERS = "a judgement, and only answers were asked for"
EQUAL = "a judgement of answers with the same text"
NOTHING_LEFT = "a judgement of which nothing could be kept"
OWN_RUBRIC = "Give the project a rubric with it, or read the column as one that it has."


@dataclass(frozen=True)
class Fitting:
    """By a criterion's or category's name in any case: as the project knows them."""

    criteria: dict[str, dict[str, Any]]
    kinds: dict[str, tuple[str, str | None]]

    def row(self, row: Parsed, drops: Drops) -> Parsed:
        """The same row with those judgements, and those parts of them, that can be stored."""
        for note in row.notes:
            drops.add(note.reason, row.line, note.remedy)
        kept = (self._judgement(row, said, drops) for said in row.judgements)
        return replace(row, judgements=tuple(said for said in kept if said))

    def _judgement(self, row: Parsed, said: Judgement, drops: Drops) -> Judgement | None:
        texts = {(row.variant(key), str(row.completions[key])) for key in said.about}
        if len(texts) < len(said.about):
            drops.add(EQUAL, row.line)
            return None
        ratings = {
            key: {
                self.criteria[name]["key"]: score
                for name, score in scores.items()
                if self._fits(name, score, row.line, drops)
            }
            for key, scores in said.ratings.items()
        }
        spans = [self._span(span, row.line, drops) for span in said.spans]
        left = replace(
            said,
            ratings={key: scores for key, scores in ratings.items() if scores},
            spans=tuple(span for span in spans if span),
            read_for_spans=said.read_for_spans and (any(spans) or not spans),
        )
        if left.says_nothing:
            drops.add(NOTHING_LEFT, row.line)
            return None
        return left

    def _fits(self, name: str, score: Score, line: int, drops: Drops) -> bool:
        criterion = self.criteria.get(name)
        if criterion is None:
            drops.add(f"a score on “{name}”: the rubric has no such criterion", line, OWN_RUBRIC)
            return False
        low, high = criterion["min"], criterion["max"]
        if score.low is not None and (score.low, score.high) != (low, high):
            scale = f"{score.low}–{score.high} there, {low}–{high} in the rubric"
            drops.add(f"a score on “{name}”: {scale}", line, OWN_RUBRIC)
            return False
        if score.value % 1 or not low <= score.value <= high:
            drops.add(f"a score on “{name}” that is no whole number from {low} to {high}", line)
            return False
        return True

    def _span(self, span: Span, line: int, drops: Drops) -> Span | None:
        kind = self.kinds.get(span.category.lower())
        if kind is None:
            drops.add(
                f"a span of the kind “{span.category}”: the taxonomy has no such category", line,
                "Give the project a taxonomy with it; `ragtruth` has RAGTruth's.",
            )  # fmt: skip
            return None
        return replace(span, category=kind[0], subtype=kind[1])


def fitting(project: Project) -> Fitting:
    """What this project's rubric and taxonomy know."""
    criteria = (project.rubric or {}).get("criteria", [])
    return Fitting({one["key"]: one for one in criteria}, _kinds(project.taxonomy))


def _kinds(taxonomy: dict[str, Any] | None) -> dict[str, tuple[str, str | None]]:
    """Category and subtype by every name that a file may give: key or title, alone, and with the
    subtype before it as RAGTruth writes it (“Evident Conflict”) or behind a slash.
    """
    found: dict[str, tuple[str, str | None]] = {}
    for category in (taxonomy or {}).get("categories", []):
        key, title = category["key"], category["title"]
        for sub in category.get("subtypes", ()):
            for name in (f"{sub['title']} {title}", f"{sub['title']} {title} info",
                         f"{key}/{sub['key']}"):  # fmt: skip
                found[name.lower()] = key, sub["key"]
        found[key.lower()] = found[title.lower()] = key, None
    return found


def without_judgements(row: Parsed, drops: Drops) -> Parsed:
    """Where only answers were asked for."""
    for said in row.judgements:
        if not said.implied:
            drops.add(ASKED_FOR_ANSWERS, row.line, "`import judgements` brings it in.")
    return replace(row, judgements=())
