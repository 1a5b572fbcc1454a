"""What makes a submission acceptable: pure checks of a verdict against what was shown."""

from typing import Any

from workbench.errors import InvalidInput
from workbench.records import Project, Span, Submission, plain_text

LONGEST_TEXT = 20_000


def check(submission: Submission, answers: list[Any], project: Project) -> None:
    """Raises InvalidInput that names the field; `answers` are the contents by slot."""
    _check_verdict(submission, len(answers))
    _check_ratings(submission, len(answers), project.rubric)
    categories = {c["key"] for c in (project.taxonomy or {}).get("categories", [])}
    for index, span in enumerate(submission.spans):
        _check_span(f"spans[{index}]", span, answers, categories)
    for slot, text in submission.correction.items():
        _check_slot("correction", slot, len(answers))
        _check_text("correction", text)
    _check_text("rationale", submission.rationale)


def _check_verdict(submission: Submission, slots: int) -> None:
    preference, ranking = submission.preference, submission.ranking
    if preference is not None and not -3 <= preference <= 3:
        raise InvalidInput("The preference must lie between −3 and 3.", field="preference")
    if preference is not None and slots != 2:
        raise InvalidInput("A preference needs exactly two answers.", field="preference")
    if ranking is not None:
        ranked = [slot for tier in ranking for slot in tier]
        if sorted(ranked) != list(range(1, slots + 1)):
            raise InvalidInput("The ranking must hold each answer once.", field="ranking")
    if preference is None and ranking is None and not submission.all_bad and slots > 1:
        raise InvalidInput(
            "There is no verdict: neither a preference, nor a ranking, nor “all bad”.",
            field="preference",
        )
    if submission.probability is not None and not 0 <= submission.probability <= 1:
        raise InvalidInput("A probability lies between 0 and 1.", field="probability")
    if submission.seconds is not None and not 0 <= submission.seconds < 86_400:
        raise InvalidInput("The time spent must lie within a day.", field="seconds")


def _check_ratings(submission: Submission, slots: int, rubric: dict[str, Any] | None) -> None:
    criteria = {c["key"]: c for c in (rubric or {}).get("criteria", [])}
    for slot, scores in submission.ratings.items():
        _check_slot("ratings", slot, slots)
        for key, score in scores.items():
            if key not in criteria:
                raise InvalidInput(f"The rubric has no criterion “{key}”.", field="ratings")
            low, high = criteria[key]["min"], criteria[key]["max"]
            if not low <= score <= high:
                raise InvalidInput(f"“{key}” goes from {low} to {high}.", field="ratings")
    for key in (k for k, c in criteria.items() if c["required"]):
        for slot in range(1, slots + 1):
            if key not in submission.ratings.get(slot, {}):
                raise InvalidInput(f"“{key}” must be rated for answer {slot}.", field="ratings")


def _check_span(place: str, span: Span, answers: list[Any], categories: set[str]) -> None:
    _check_slot(place, span.slot, len(answers))
    text = plain_text(answers[span.slot - 1])
    if not 0 <= span.start < span.end <= len(text):
        raise InvalidInput(
            f"The span {span.start}–{span.end} lies outside of the answer,"
            f" which has {len(text)} characters.",
            field=place,
        )
    if span.quote and span.quote != text[span.start : span.end]:
        raise InvalidInput(
            "The quoted text is not what stands at these offsets.",
            field=place,
            remedy="Offsets count code points of the stored text.",
        )
    if span.category not in categories:
        raise InvalidInput(f"The project has no category “{span.category}”.", field=place)
    _check_text(place, span.note)


def _check_slot(field: str, slot: int, slots: int) -> None:
    if not 1 <= slot <= slots:
        raise InvalidInput(f"There is no answer in slot {slot}.", field=field)


def _check_text(field: str, text: str) -> None:
    if len(text) > LONGEST_TEXT:
        raise InvalidInput(f"The text is longer than {LONGEST_TEXT} characters.", field=field)
