"""What makes a tagged span acceptable: it lies in its answer, and the taxonomy knows its kind."""

from typing import Any

from workbench.errors import InvalidInput
from workbench.judging.checks import check_slot
from workbench.records import SEVERITIES, Span


def check_span(
    place: str,
    span: Span,
    answers: list[str],
    context: str | None,
    taxonomy: dict[str, Any] | None,
) -> None:
    """Raises InvalidInput whose field is `place`; offsets count code points of stored text."""
    check_slot(place, span.slot, len(answers))
    if span.message != 0:
        raise InvalidInput("An answer has one message, number 0.", field=place)
    text = answers[span.slot - 1]
    _check_stretch(place, "answer", span.start, span.end, len(text))
    if span.quote and span.quote != text[span.start : span.end]:
        raise InvalidInput(
            "The quoted text is not what stands at these offsets.",
            field=place,
            remedy="Offsets count code points of the stored text.",
        )
    _check_kind(place, span, taxonomy)
    _check_evidence(place, span, context)


def _check_stretch(place: str, of: str, start: int, end: int, length: int) -> None:
    if not 0 <= start < end <= length:
        raise InvalidInput(
            f"The span {start}–{end} lies outside of the {of}, which has {length} characters.",
            field=place,
        )


def _check_kind(place: str, span: Span, taxonomy: dict[str, Any] | None) -> None:
    categories = {c["key"]: c for c in (taxonomy or {}).get("categories", [])}
    category = categories.get(span.category)
    if category is None:
        raise InvalidInput(f"The project has no category “{span.category}”.", field=place)
    subtypes = {s["key"] for s in category.get("subtypes", ())}
    if span.subtype is not None and span.subtype not in subtypes:
        raise InvalidInput(f"“{span.category}” has no subtype “{span.subtype}”.", field=place)
    if span.severity is not None and span.severity not in SEVERITIES:
        raise InvalidInput(f"A severity is one of {', '.join(SEVERITIES)}.", field=place)


def _check_evidence(place: str, span: Span, context: str | None) -> None:
    start, end = span.evidence_start, span.evidence_end
    if start is None and end is None:
        return
    if start is None or end is None:
        raise InvalidInput("The evidence needs a start and an end.", field=place)
    if context is None:
        raise InvalidInput("There is no source text to take evidence from.", field=place)
    _check_stretch(place, "source text", start, end, len(context))
