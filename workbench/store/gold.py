"""Gold: comparisons with a known answer, and who is to meet which of them next.

A gold item wants no votes, so it has no slots and stands in no queue. `training` ones are shown
openly, with feedback, to those who are not qualified yet; the others look like work.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from workbench.store import comparisons, events
from workbench.store.comparisons import NewComparison
from workbench.store.database import Database, many, one, run

MIX = 2654435761  # Knuth's multiplicative hash: an order of its own for each reviewer


@dataclass(frozen=True)
class Answer:
    """What is known: `winner_id` is better than `loser_id`; both None where a tie is right."""

    winner_id: int | None
    loser_id: int | None
    source: str
    training: bool = False
    explanation: str = ""
    made_by: int | None = None


def make(db: Database, now: datetime, new: NewComparison, answer: Answer) -> int | None:
    """A gold comparison; None if these completions are gold already."""
    if one(
        db,
        "SELECT id FROM comparisons WHERE project_id = ? AND kind = 'gold' AND fingerprint = ?",
        (new.project_id, new.fingerprint),
    ):
        return None
    comparison_id = comparisons.insert(db, now, new)
    run(
        db,
        "INSERT INTO gold (comparison_id, project_id, winner_id, loser_id, source, training,"
        " explanation, made_by) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (comparison_id, new.project_id, answer.winner_id, answer.loser_id, answer.source,
         int(answer.training), answer.explanation, answer.made_by),
    )  # fmt: skip
    events.append(
        db, now, "gold.made", project_id=new.project_id, reviewer_id=answer.made_by,
        subject_id=comparison_id,
    )  # fmt: skip
    return comparison_id


def answer_of(db: Database, comparison_id: int) -> Answer | None:
    row = one(db, "SELECT * FROM gold WHERE comparison_id = ?", (comparison_id,))
    if row is None:
        return None
    return Answer(
        row["winner_id"], row["loser_id"], row["source"], bool(row["training"]),
        row["explanation"], row["made_by"],
    )  # fmt: skip


def checks(db: Database, comparison_id: int) -> bool:
    """Whether gold in use asks about the answers of this comparison, be it gold or work itself."""
    return bool(
        one(
            db,
            "SELECT 1 FROM comparisons c JOIN comparisons same ON same.project_id = c.project_id"
            " AND same.kind = 'gold' AND same.fingerprint = c.fingerprint"
            " JOIN gold g ON g.comparison_id = same.id WHERE c.id = ? AND g.active = 1",
            (comparison_id,),
        )
    )


# Gold that is still being imported is met by nobody.
_THERE = "NOT EXISTS (SELECT 1 FROM imports i WHERE i.id = c.import_id AND i.finished_at IS NULL)"
# What a reviewer may still meet: not held, judged or made by them, nor judged as a piece of work,
# one that a lead sent back included.
_UNMET = (
    "FROM gold g CROSS JOIN comparisons c ON c.id = g.comparison_id"
    " WHERE g.project_id = :project AND g.active = 1 AND g.training = :training"
    f" AND g.made_by IS NOT :reviewer AND {_THERE}"
    " AND NOT EXISTS (SELECT 1 FROM leases l WHERE l.comparison_id = g.comparison_id"
    "  AND l.reviewer_id = :reviewer AND l.status IN ('held', 'submitted'))"
    " AND NOT EXISTS (SELECT 1 FROM comparisons w CROSS JOIN leases l ON l.comparison_id = w.id"
    "  WHERE w.project_id = c.project_id AND w.kind = 'work' AND w.fingerprint = c.fingerprint"
    "  AND l.reviewer_id = :reviewer AND l.status IN ('held', 'submitted'))"
    " AND NOT EXISTS (SELECT 1 FROM comparisons w CROSS JOIN judgements j"
    "  ON j.comparison_id = w.id AND j.reviewer_id = :reviewer AND j.current = 1"
    "  WHERE w.project_id = c.project_id AND w.kind = 'work' AND w.fingerprint = c.fingerprint)"
)


def next_for(
    db: Database, project_id: int, reviewer_id: int, *, training: bool = False
) -> tuple[int, int] | None:
    """A gold comparison that this reviewer has not met, and how many they could have got.

    Each reviewer meets gold in an order of their own, so that they cannot warn each other.
    """
    found = one(
        db,
        f"SELECT g.comparison_id AS id, count(*) OVER () AS choices {_UNMET}"
        f" ORDER BY ((g.comparison_id + :reviewer * 7919) * {MIX}) % 4294967296 LIMIT 1",
        {"project": project_id, "reviewer": reviewer_id, "training": int(training)},
    )
    return (found["id"], found["choices"]) if found else None


def in_project(db: Database, project_id: int) -> list[dict[str, Any]]:
    """Every gold item with how many judged it and how many passed, the newest first: one that
    most people fail is often wrong itself.
    """
    return many(
        db,
        "SELECT g.*, c.prompt_id, c.turn, count(j.id) AS judged,"
        " coalesce(sum(j.passed), 0) AS passed"
        " FROM gold g JOIN comparisons c ON c.id = g.comparison_id"
        " LEFT JOIN judgements j ON j.comparison_id = c.id AND j.current = 1"
        f" WHERE g.project_id = ? AND {_THERE}"
        " GROUP BY g.comparison_id ORDER BY g.comparison_id DESC",
        (project_id,),
    )


def prompts_with(db: Database, project_id: int, source: str) -> set[int]:
    """The prompts that have gold of this source, in use or not."""
    rows = many(
        db,
        "SELECT DISTINCT c.prompt_id FROM gold g JOIN comparisons c ON c.id = g.comparison_id"
        " WHERE g.project_id = ? AND g.source = ?",
        (project_id, source),
    )
    return {row["prompt_id"] for row in rows}


def outcomes(db: Database, project_id: int, reviewer_id: int) -> list[dict[str, Any]]:
    """`{comparison_id, judgement_id, passed, created_at}` of a reviewer's gold items, training
    aside, in the order in which they judged.
    """
    return many(
        db,
        "SELECT g.comparison_id, j.id AS judgement_id, j.passed, j.created_at FROM judgements j"
        " CROSS JOIN gold g ON g.comparison_id = j.comparison_id"
        " WHERE j.reviewer_id = ? AND j.current = 1 AND g.project_id = ? AND g.active = 1"
        " AND g.training = 0 ORDER BY j.id",
        (reviewer_id, project_id),
    )


def missed_by(db: Database, project_id: int, reviewer_id: int, most: int) -> list[dict[str, Any]]:
    """The gold that a reviewer judged otherwise than known, the newest first: what was known, what
    was said, and in which order it was shown.
    """
    rows = many(
        db,
        "SELECT g.winner_id AS known_winner_id, g.loser_id AS known_loser_id, g.explanation,"
        " c.prompt_id, c.turn, j.winner_id, j.strength, j.ranking, j.all_bad, j.shown"
        " FROM judgements j CROSS JOIN gold g ON g.comparison_id = j.comparison_id"
        " CROSS JOIN comparisons c ON c.id = g.comparison_id"
        " WHERE j.reviewer_id = ? AND j.current = 1 AND j.passed = 0 AND g.project_id = ?"
        " AND g.active = 1 AND g.training = 0 ORDER BY j.id DESC LIMIT ?",
        (reviewer_id, project_id, most),
    )
    return [row | {"shown": json.loads(row["shown"])} for row in rows]


def met_by(db: Database, comparison_id: int) -> list[int]:
    """The reviewers whose record a gold item is part of."""
    rows = many(
        db,
        "SELECT reviewer_id FROM judgements WHERE comparison_id = ? AND current = 1",
        (comparison_id,),
    )
    return [row["reviewer_id"] for row in rows]


def set_active(db: Database, now: datetime, comparison_id: int, active: bool) -> None:
    run(db, "UPDATE gold SET active = ? WHERE comparison_id = ?", (int(active), comparison_id))
    events.append(db, now, "gold.restored" if active else "gold.retired", subject_id=comparison_id)


def forget_training(db: Database, project_id: int, reviewer_id: int) -> None:
    """A reviewer may meet the training items again; what they said of them is kept as history."""
    theirs = (
        "reviewer_id = ? AND comparison_id IN"
        " (SELECT comparison_id FROM gold WHERE project_id = ? AND training = 1)"
    )
    run(db, f"UPDATE judgements SET current = 0 WHERE {theirs}", (reviewer_id, project_id))
    run(db, f"UPDATE leases SET status = 'released' WHERE {theirs}", (reviewer_id, project_id))


def counts(db: Database, project_id: int) -> dict[str, int]:
    """`{mixed, training}`: the gold in use."""
    rows = many(
        db,
        "SELECT g.training, count(*) AS n FROM gold g"
        " JOIN comparisons c ON c.id = g.comparison_id"
        f" WHERE g.project_id = ? AND g.active = 1 AND {_THERE} GROUP BY g.training",
        (project_id,),
    )
    found = {row["training"]: row["n"] for row in rows}
    return {"mixed": found.get(0, 0), "training": found.get(1, 0)}
