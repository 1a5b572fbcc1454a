"""A case: an item with everything that was said of it, by side, blind to models and to people.

Sides are the desk's own, the same for every lead. Reviewers are letters until a lead asks for
their names.
"""

from dataclasses import dataclass
from string import ascii_uppercase
from typing import Any

from workbench.adjudication.closing import judged_item
from workbench.checking.masking import shown_answers
from workbench.hashing import unit_interval
from workbench.records import Message, Project, history, plain_text
from workbench.store import (
    Database,
    adjudications,
    comparisons,
    opinions,
    prompts,
    reviewers,
    reviews,
    threads,
)
from workbench.store.adjudications import Ruling


@dataclass(frozen=True)
class Opinion:
    """One reviewer's judgement by the desk's slots; `preference` −3…3, negative for slot 1.

    `who` is a letter (`judge 1` for a judge model), or the name where names were asked for.
    `counts` is false for what was `withdrawn`, came too late, or is a judge's.
    """

    judgement_id: int
    who: str
    preference: int | None
    ranking: list[list[int]] | None
    all_bad: bool
    ratings: dict[int, dict[str, int]]
    spans: list[dict[str, Any]]
    corrections: dict[int, str]
    rationale: str
    reasons: list[str]
    seconds: float | None
    at: str
    counts: bool
    withdrawn: bool
    guidelines_version: int


@dataclass(frozen=True)
class Case:
    """What a lead sees of an item. `looks` are the reviews so far, the newest first; `ruling` is
    by slot, as an opinion's verdict is.
    """

    comparison_id: int
    messages: tuple[Message, ...]
    context: str | None
    reference: str | None
    tags: tuple[str, ...]
    answers: tuple[str, ...]
    opinions: list[Opinion]
    looks: list[dict[str, Any]]
    thread_id: int | None
    ruling: dict[str, Any] | None
    is_gold: bool

    @property
    def open_look(self) -> int | None:
        """The look that waits for a decision."""
        return next((look["id"] for look in self.looks if look["decision"] is None), None)


def case(db: Database, project: Project, comparison_id: int, *, named: bool = False) -> Case:
    """Raises NotFound for an item of another project, or for gold and repeats."""
    about = judged_item(db, comparison_id, project.id)
    shown = sides(db, comparison_id)
    answers = shown_answers(db, project, shown)
    prompt = prompts.get(db, about["prompt_id"])
    assert prompt is not None
    ruling = adjudications.current(db, comparison_id)
    return Case(
        comparison_id=comparison_id,
        messages=history(prompt.messages, answers[0], about["turn"]),
        context=prompt.context,
        reference=prompt.reference,
        tags=prompt.tags,
        answers=tuple(plain_text(a[about["turn"]]["content"]) for a in answers),
        opinions=_opinions(db, comparison_id, shown, named),
        looks=reviews.of(db, comparison_id),
        thread_id=threads.open_on(db, comparison_id),
        ruling=_ruling(ruling, shown) if ruling else None,
        is_gold=comparisons.has_gold(db, comparison_id),
    )


def sides(db: Database, comparison_id: int) -> list[int]:
    """The completions in the order of the desk: slot 1 first."""
    shown = comparisons.completions_of(db, comparison_id)
    return sorted(shown, key=lambda i: unit_interval("desk", comparison_id, i))


def _opinions(db: Database, comparison_id: int, shown: list[int], named: bool) -> list[Opinion]:
    rows = opinions.on(db, comparison_id)
    people = {r["reviewer_id"] for r in rows if r["kind"] != "judge"}
    order = sorted(people, key=lambda i: unit_interval("letter", i))
    machines = sorted({r["reviewer_id"] for r in rows} - people)
    letters = {i: f"judge {at}" for at, i in enumerate(machines, start=1)}
    letters |= {i: _letter(at) for at, i in enumerate(order)}
    said = [_opinion(row, shown, _name(db, row) if named else letters[row["reviewer_id"]])
            for row in rows]  # fmt: skip
    return sorted(said, key=lambda opinion: opinion.who)


def _letter(at: int) -> str:
    return ascii_uppercase[at] if at < len(ascii_uppercase) else f"A{at}"


def _name(db: Database, row: dict[str, Any]) -> str:
    reviewer = reviewers.get(db, row["reviewer_id"])
    return reviewer.name or reviewer.public_id


def _opinion(row: dict[str, Any], shown: list[int], who: str) -> Opinion:
    slot = {completion_id: at for at, completion_id in enumerate(shown, start=1)}
    ratings: dict[int, dict[str, int]] = {}
    for one in row["ratings"]:
        ratings.setdefault(slot[one["completion_id"]], {})[one["criterion"]] = one["score"]
    return Opinion(
        judgement_id=row["id"],
        who=who,
        preference=_preference(row["winner_id"], row["strength"], shown),
        ranking=_by_slot(row["ranking"], slot),
        all_bad=bool(row["all_bad"]),
        ratings=ratings,
        spans=[{"slot": slot[s.pop("completion_id")], **s} for s in row["spans"]],
        corrections={slot[c["completion_id"]]: c["text"] for c in row["corrections"]},
        rationale=row["rationale"],
        reasons=row["reasons"],
        seconds=row["seconds"],
        at=row["created_at"],
        counts=_counts(row),
        withdrawn=row["withdrawn_at"] is not None,
        guidelines_version=row["guidelines_version"],
    )


def _counts(row: dict[str, Any]) -> bool:
    """A judge's verdict is no vote among people's."""
    return not row["surplus"] and row["withdrawn_at"] is None and row["kind"] != "judge"


def _preference(winner_id: int | None, strength: int | None, shown: list[int]) -> int | None:
    if winner_id is None or not strength:
        return strength
    return -strength if winner_id == shown[0] else strength


def _by_slot(
    ranking: list[list[int]] | tuple[tuple[int, ...], ...] | None, slot: dict[int, int]
) -> list[list[int]] | None:
    return [[slot[i] for i in tier] for tier in ranking] if ranking else None


def _ruling(ruling: Ruling, shown: list[int]) -> dict[str, Any]:
    slot = {completion_id: at for at, completion_id in enumerate(shown, start=1)}
    return {
        "preference": _preference(ruling.winner_id, ruling.strength, shown),
        "ranking": _by_slot(ruling.ranking, slot),
        "all_bad": ruling.all_bad,
    }
