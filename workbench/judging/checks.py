"""What makes a submission acceptable: pure checks of a verdict against what was shown."""

from typing import Any

from workbench.errors import InvalidInput
from workbench.records import Project, Submission

LONGEST_TEXT = 20_000
LONGEST_CORRECTION = 200_000


def check(submission: Submission, slots: int, project: Project) -> None:
    """Raises InvalidInput that names the field; `slots` is how many answers were shown."""
    settings = project.settings
    _check_verdict(submission, slots, forced=settings.forced_choice)
    rubric = project.rubric if settings.asks.ratings else None
    _check_ratings(submission, slots, project.rubric)
    _check_required(submission, slots, rubric)
    for index, span in enumerate(submission.spans):
        _check_text(f"spans[{index}]", span.note, LONGEST_TEXT)
    for slot, text in submission.correction.items():
        check_slot("correction", slot, slots)
        _check_text("correction", text, LONGEST_CORRECTION)
    _check_text("rationale", submission.rationale, LONGEST_TEXT)
    used = submission.suggestions
    if used and min(used.accepted, used.changed, used.refused) < 0:
        raise InvalidInput("Suggestions are counted from 0.", field="suggestions")
    for reason in submission.reasons:
        if reason not in settings.reasons:
            raise InvalidInput(f"The project has no reason “{reason}”.", field="reasons")


def _check_verdict(submission: Submission, slots: int, *, forced: bool) -> None:
    if slots == 2:
        _check_preference(submission, forced=forced)
    elif submission.preference is not None:
        raise InvalidInput("A preference needs exactly two answers.", field="preference")
    elif slots > 2:
        _check_ranking(submission, slots, forced=forced)
    if slots <= 2 and submission.ranking is not None:
        raise InvalidInput("A ranking needs three answers or more.", field="ranking")
    if submission.probability is not None and not 0 <= submission.probability <= 1:
        raise InvalidInput("A probability lies between 0 and 1.", field="probability")
    if submission.seconds is not None and not 0 <= submission.seconds < 86_400:
        raise InvalidInput("The time spent must lie within a day.", field="seconds")


def _check_preference(submission: Submission, *, forced: bool) -> None:
    preference = submission.preference
    if preference is not None and not -3 <= preference <= 3:
        raise InvalidInput("The preference must lie between −3 and 3.", field="preference")
    if forced and not preference:
        raise InvalidInput(
            "This project wants a choice: neither “about the same” nor “all bad”.",
            field="preference",
        )
    if preference is None and not submission.all_bad:
        raise InvalidInput(
            "There is no verdict: neither a preference nor “all bad”.", field="preference"
        )


def _check_ranking(submission: Submission, slots: int, *, forced: bool) -> None:
    ranking = submission.ranking
    if ranking is None:
        if not submission.all_bad or forced:
            raise InvalidInput("There is no ranking.", field="ranking")
        return
    ranked = [slot for tier in ranking for slot in tier]
    if sorted(ranked) != list(range(1, slots + 1)) or not all(ranking):
        raise InvalidInput("The ranking must hold each answer once.", field="ranking")
    if forced and len(ranking) != slots:
        raise InvalidInput("This project wants a ranking without ties.", field="ranking")


def _check_ratings(submission: Submission, slots: int, rubric: dict[str, Any] | None) -> None:
    criteria = {c["key"]: c for c in (rubric or {}).get("criteria", [])}
    for slot, scores in submission.ratings.items():
        check_slot("ratings", slot, slots)
        for key, score in scores.items():
            if key not in criteria:
                raise InvalidInput(f"The rubric has no criterion “{key}”.", field="ratings")
            low, high = criteria[key]["min"], criteria[key]["max"]
            if not low <= score <= high:
                raise InvalidInput(f"“{key}” goes from {low} to {high}.", field="ratings")


def _check_required(submission: Submission, slots: int, rubric: dict[str, Any] | None) -> None:
    for criterion in (rubric or {}).get("criteria", []):
        for slot in range(1, slots + 1) if criterion["required"] else ():
            if criterion["key"] not in submission.ratings.get(slot, {}):
                raise InvalidInput(
                    f"“{criterion['key']}” must be rated for answer {slot}.", field="ratings"
                )


def check_slot(field: str, slot: int, slots: int) -> None:
    if not 1 <= slot <= slots:
        raise InvalidInput(f"There is no answer in slot {slot}.", field=field)


def _check_text(field: str, text: str, longest: int) -> None:
    if len(text) > longest:
        raise InvalidInput(f"The text is longer than {longest} characters.", field=field)
