"""Two orders make one verdict: a flip is a tie. Pure; it knows readings and no models.

The probability is that the second answer is better, the one of the higher id, as everywhere in
the store where `shown` has the ids rising: ±3 stand for 1 and 0, a tie for one half.
"""

from dataclasses import dataclass, replace
from typing import Any

from workbench.hashing import sha256_text
from workbench.records import Project, Span
from workbench.store.judgements import NewJudgement
from workbench.store.judges import Reading

STRONGEST = 3
LEVELS = tuple(range(2, 2 * STRONGEST + 1))  # both orders together, where they agree
LONGEST_REASON = 20_000


@dataclass(frozen=True)
class Pair:
    """Both preferences from the same side: negative for the answer of the lower id."""

    one: int
    other: int

    @property
    def tie(self) -> bool:
        """The orders disagree, or one of them says a tie."""
        return self.one * self.other <= 0

    @property
    def flips(self) -> bool:
        return self.one * self.other < 0

    @property
    def second(self) -> bool:
        """Whether the answer of the higher id wins, where there is no tie."""
        return self.one > 0

    @property
    def level(self) -> int:
        """How sure the judge is: 2 to 6; 0 for a tie."""
        return 0 if self.tie else abs(self.one + self.other)

    @property
    def strength(self) -> int:
        return 0 if self.tie else round(self.level / 2)

    @property
    def probability(self) -> float:
        return (self.one + self.other + 2 * STRONGEST) / (4 * STRONGEST)


def judgement(
    project: Project, reviewer_id: int, shown: tuple[int, int], readings: tuple[Reading, Reading]
) -> NewJudgement:
    """`shown` are the completions by rising id; the first reading has them in this order."""
    straight, turned = readings
    said = Pair(_said(straight), -_said(turned))
    return NewJudgement(
        submission_id=sha256_text(f"judge {straight.comparison_id} {reviewer_id}"),
        comparison_id=straight.comparison_id,
        reviewer_id=reviewer_id,
        shown=shown,
        winner_id=None if said.tie else shown[said.second],
        strength=said.strength,
        probability=said.probability,
        rationale=straight.reason[:LONGEST_REASON],
        ratings=ratings(readings),
        spans=tuple(
            Span(slot=one["answer"], **_span(one)) for one in straight.spans
        ),
        guidelines_version=project.guidelines_version,
        rubric_version=project.rubric_version,
        taxonomy_version=project.taxonomy_version,
    )  # fmt: skip


def _said(reading: Reading) -> int:
    assert reading.preference is not None
    return reading.preference


def ratings(readings: tuple[Reading, Reading]) -> dict[int, dict[str, int]]:
    """The mean of both orders, a half to the even score; where one order gave none, the other's."""
    straight, turned = readings[0], _turn(readings[1])
    found: dict[int, dict[str, int]] = {}
    for slot in (1, 2):
        both = [r.ratings.get(slot, {}) for r in (straight, turned)]
        for key in sorted({key for scores in both for key in scores}):
            given = [scores[key] for scores in both if key in scores]
            found.setdefault(slot, {})[key] = round(sum(given) / len(given))
    return found


def _turn(reading: Reading) -> Reading:
    return replace(reading, ratings={3 - slot: s for slot, s in reading.ratings.items()})


def suggested_spans(reading: Reading, slot: int) -> list[dict[str, Any]]:
    """What is suggested for one answer: the spans of the first order."""
    return [_span(one) for one in reading.spans if one["answer"] == slot]


def _span(one: dict[str, Any]) -> dict[str, Any]:
    return {key: one[key] for key in ("start", "end", "category", "quote")}
