"""Judgements, by completion. A revision supersedes; at most one is current for a reviewer."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from workbench.clock import iso
from workbench.records import ComparisonKind, Span, SuggestionsUsed
from workbench.store.database import Database, dumps, many, one, run, value


@dataclass(frozen=True)
class NewJudgement:
    """A checked verdict. `shown[slot − 1]` is the completion that the reviewer saw there."""

    submission_id: str
    comparison_id: int
    reviewer_id: int
    shown: tuple[int, ...]
    guidelines_version: int
    lease_id: str | None = None
    winner_id: int | None = None
    strength: int | None = None
    ranking: tuple[tuple[int, ...], ...] | None = None
    all_bad: bool = False
    probability: float | None = None
    rationale: str = ""
    reasons: tuple[str, ...] = ()
    seconds: float | None = None
    ratings: dict[int, dict[str, int]] = field(default_factory=dict)
    spans: tuple[Span, ...] = ()
    correction: dict[int, str] = field(default_factory=dict)
    rubric_version: int | None = None
    taxonomy_version: int | None = None
    surplus: bool = False
    import_id: int | None = None
    passed: bool | None = None
    assisted: bool | None = None
    suggestions: SuggestionsUsed | None = None


def by_submission(db: Database, reviewer_id: int, submission_id: str) -> dict[str, Any] | None:
    return one(
        db,
        "SELECT id, surplus, passed FROM judgements WHERE reviewer_id = ? AND submission_id = ?",
        (reviewer_id, submission_id),
    )


def current(db: Database, comparison_id: int, reviewer_id: int) -> dict[str, Any] | None:
    return one(
        db,
        "SELECT id, surplus, withdrawn_at FROM judgements"
        " WHERE comparison_id = ? AND reviewer_id = ? AND current = 1",
        (comparison_id, reviewer_id),
    )


def insert(db: Database, now: datetime, new: NewJudgement, supersedes_id: int | None) -> int:
    """Store the verdict whole, in place of the one it supersedes."""
    if supersedes_id is not None:
        run(db, "UPDATE judgements SET current = 0 WHERE id = ?", (supersedes_id,))
    judgement_id = int(
        value(
            db,
            "INSERT INTO judgements (submission_id, comparison_id, reviewer_id, lease_id,"
            " supersedes_id, surplus, winner_id, strength, ranking, all_bad, probability,"
            " rationale, reasons, seconds, shown, guidelines_version, rubric_version,"
            " taxonomy_version, import_id, passed, assisted, accepted, changed, refused,"
            " created_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
            " RETURNING id",
            (new.submission_id, new.comparison_id, new.reviewer_id, new.lease_id, supersedes_id,
             int(new.surplus), new.winner_id, new.strength,
             dumps(new.ranking) if new.ranking else None, int(new.all_bad), new.probability,
             new.rationale, dumps(new.reasons), new.seconds, dumps(new.shown),
             new.guidelines_version, new.rubric_version, new.taxonomy_version, new.import_id,
             new.passed, new.assisted, *_used(new), iso(now)),
        )
    )  # fmt: skip
    _insert_parts(db, judgement_id, new)
    return judgement_id


def _used(new: NewJudgement) -> tuple[int | None, int | None, int | None]:
    used = new.suggestions
    return (used.accepted, used.changed, used.refused) if used else (None, None, None)


def _insert_parts(db: Database, judgement_id: int, new: NewJudgement) -> None:
    for slot, scores in new.ratings.items():
        for criterion, score in scores.items():
            run(
                db,
                "INSERT INTO ratings VALUES (?, ?, ?, ?)",
                (judgement_id, new.shown[slot - 1], criterion, score),
            )
    for span in new.spans:
        run(
            db,
            "INSERT INTO spans (judgement_id, completion_id, message, start, end, quote,"
            " category, subtype, severity, note, view, evidence_start, evidence_end)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (judgement_id, new.shown[span.slot - 1], span.message, span.start, span.end,
             span.quote, span.category, span.subtype, span.severity, span.note, span.view,
             span.evidence_start, span.evidence_end),
        )  # fmt: skip
    for slot, text in new.correction.items():
        run(
            db,
            "INSERT INTO corrections VALUES (?, ?, ?)",
            (judgement_id, new.shown[slot - 1], text),
        )


# What every statistic and export begins with: current, counted, not withdrawn, import complete.
COUNTED = (
    "j.current = 1 AND j.surplus = 0 AND j.withdrawn_at IS NULL AND (j.import_id IS NULL OR"
    " j.import_id IN (SELECT id FROM imports WHERE finished_at IS NOT NULL))"
)

# What says when an item is finished or disputed: a judge's verdict is no vote among people's.
NO_JUDGE = "NOT EXISTS (SELECT 1 FROM reviewers w WHERE w.id = j.reviewer_id AND w.kind = 'judge')"


def counted(
    db: Database,
    project_id: int,
    kinds: tuple[str, ...],
    *,
    round_id: int | None = None,
    comparison_kinds: tuple[ComparisonKind, ...] = ("work",),
) -> list[dict[str, Any]]:
    """The verdicts that count, by reviewers of these kinds, ordered by comparison and id.

    Rows: id, comparison_id, prompt_id, turn, reviewer_id, winner_id, strength, ranking
    (tie groups of completion ids, or None), all_bad, probability, seconds, shown (completion ids).
    """
    rows = many(
        db,
        f"""
        SELECT j.id, j.comparison_id, c.prompt_id, c.turn, j.reviewer_id, j.winner_id,
               j.strength, j.ranking, j.all_bad, j.probability, j.seconds, j.shown
        FROM judgements j JOIN comparisons c ON c.id = j.comparison_id
        JOIN reviewers r ON r.id = j.reviewer_id
        WHERE c.project_id = :project AND {COUNTED}
          AND c.kind IN (SELECT value FROM json_each(:items))
          AND r.kind IN (SELECT value FROM json_each(:kinds))
          AND (:round IS NULL OR c.round_id = :round)
        ORDER BY j.comparison_id, j.id
        """,
        {
            "project": project_id,
            "items": dumps(comparison_kinds),
            "kinds": dumps(kinds),
            "round": round_id,
        },
    )
    return [
        row
        | {"shown": json.loads(row["shown"])}
        | {"ranking": json.loads(row["ranking"]) if row["ranking"] else None}
        for row in rows
    ]


def votes_on(db: Database, comparison_id: int) -> list[dict[str, Any]]:
    """The verdicts on one comparison that count, each with its reviewer's gold: `{id, reviewer_id,
    winner_id, strength, ranking, all_bad, passed, failed, discounted_at}`.
    """
    rows = many(
        db,
        "SELECT j.id, j.reviewer_id, j.winner_id, j.strength, j.ranking, j.all_bad, t.passed,"
        " t.failed, t.discounted_at FROM judgements j"
        " CROSS JOIN comparisons c ON c.id = j.comparison_id LEFT JOIN track_records t"
        "  ON t.project_id = c.project_id AND t.reviewer_id = j.reviewer_id"
        f" WHERE j.comparison_id = ? AND {COUNTED} AND {NO_JUDGE} ORDER BY j.id",
        (comparison_id,),
    )
    return [row | {"ranking": json.loads(row["ranking"] or "null")} for row in rows]


def count(db: Database, project_id: int) -> int:
    """All that were ever made in a project."""
    return int(
        value(
            db,
            "SELECT count(*) FROM comparisons c CROSS JOIN judgements j ON j.comparison_id = c.id"
            " WHERE c.project_id = ?",
            (project_id,),
        )
    )


def count_after(db: Database, project_id: int, event_id: int) -> int:
    """How many judgements were made or revised in a project since this event."""
    return int(
        value(
            db,
            "SELECT count(*) FROM events WHERE project_id = ? AND id > ?"
            " AND kind IN ('judgement.submitted', 'judgement.revised')",
            (project_id, event_id),
        )
    )


def rating_spreads(db: Database, comparison_id: int) -> dict[str, int]:
    """How far the scores that count lie apart on each criterion, at most, for any answer."""
    rows = many(
        db,
        "SELECT criterion, max(spread) AS spread FROM (SELECT s.criterion,"
        "  max(s.score) - min(s.score) AS spread FROM judgements j"
        "  JOIN ratings s ON s.judgement_id = j.id"
        f"  WHERE j.comparison_id = ? AND {COUNTED} AND {NO_JUDGE}"
        "  GROUP BY s.criterion, s.completion_id) GROUP BY criterion",
        (comparison_id,),
    )
    return {row["criterion"]: row["spread"] for row in rows}


def rating_means(db: Database, round_id: int, kinds: tuple[str, ...]) -> list[dict[str, Any]]:
    """`{variant_id, criterion, mean, n}` over the counted judgements of a round."""
    return many(
        db,
        f"""
        SELECT p.variant_id, s.criterion, avg(s.score) AS mean, count(*) AS n
        FROM ratings s JOIN judgements j ON j.id = s.judgement_id
        JOIN comparisons c ON c.id = j.comparison_id JOIN reviewers r ON r.id = j.reviewer_id
        JOIN completions p ON p.id = s.completion_id
        WHERE c.round_id = :round AND c.kind <> 'gold' AND {COUNTED}
          AND r.kind IN (SELECT value FROM json_each(:kinds))
        GROUP BY p.variant_id, s.criterion ORDER BY p.variant_id, s.criterion
        """,
        {"round": round_id, "kinds": dumps(kinds)},
    )


def span_rates(db: Database, round_id: int, kinds: tuple[str, ...]) -> list[dict[str, Any]]:
    """`{variant_id, answers, tagged}`: judged answers, and those with at least one span."""
    return many(
        db,
        f"""
        SELECT p.variant_id, count(*) AS answers,
               sum(EXISTS (SELECT 1 FROM spans s WHERE s.judgement_id = j.id
                           AND s.completion_id = p.id)) AS tagged
        FROM judgements j JOIN comparisons c ON c.id = j.comparison_id
        JOIN reviewers r ON r.id = j.reviewer_id
        JOIN comparison_completions cc ON cc.comparison_id = c.id
        JOIN completions p ON p.id = cc.completion_id
        WHERE c.round_id = :round AND c.kind <> 'gold' AND {COUNTED}
          AND r.kind IN (SELECT value FROM json_each(:kinds))
        GROUP BY p.variant_id ORDER BY p.variant_id
        """,
        {"round": round_id, "kinds": dumps(kinds)},
    )
