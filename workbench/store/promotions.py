"""Which model a project goes by, how it came to that, and which models the gate rejected."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from workbench.clock import iso
from workbench.records import Model
from workbench.store import events, variants
from workbench.store.database import Database, dumps, many, run, value


@dataclass(frozen=True)
class Promotion:
    """`evidence` is what the gate said at that time, None where no proof was begun; `despite` why
    the model was promoted all the same where the gate said no.
    """

    id: int
    model: str
    replaced: str | None
    proof_id: int | None
    evidence: dict[str, Any] | None
    despite: str
    by: str | None
    promoted_at: str


@dataclass(frozen=True)
class NewPromotion:
    """What is to be recorded; who did it is None for the shell."""

    model_id: int
    proof_id: int | None = None
    evidence: dict[str, Any] | None = None
    despite: str = ""
    reviewer_id: int | None = None


def promote(db: Database, now: datetime, project_id: int, new: NewPromotion) -> None:
    """The project's current model, the history and the event, all in the caller's transaction."""
    before = value(db, "SELECT current_model_id FROM projects WHERE id = ?", (project_id,))
    run(db, "UPDATE projects SET current_model_id = ? WHERE id = ?", (new.model_id, project_id))
    evidence = None if new.evidence is None else dumps(new.evidence)
    run(
        db,
        "INSERT INTO promotions (project_id, model_id, replaced_id, proof_id, evidence, despite,"
        " reviewer_id, promoted_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (project_id, new.model_id, before, new.proof_id, evidence, new.despite, new.reviewer_id,
         iso(now)),
    )  # fmt: skip
    events.append(
        db, now, "model.promoted", project_id=project_id, reviewer_id=new.reviewer_id,
        subject_id=new.model_id, replaced=before,
    )  # fmt: skip


def current(db: Database, project_id: int) -> Model | None:
    """The project's current model, None before the first promotion."""
    found = value(db, "SELECT current_model_id FROM projects WHERE id = ?", (project_id,))
    return None if found is None else variants.model(db, found)


def history(db: Database, project_id: int) -> list[Promotion]:
    """The newest first."""
    rows = many(
        db,
        "SELECT p.id, m.name AS model, o.name AS replaced, p.proof_id, p.evidence, p.despite,"
        " r.public_id AS by, p.promoted_at FROM promotions p JOIN models m ON m.id = p.model_id"
        " LEFT JOIN models o ON o.id = p.replaced_id LEFT JOIN reviewers r ON r.id = p.reviewer_id"
        " WHERE p.project_id = ? ORDER BY p.id DESC",
        (project_id,),
    )
    return [Promotion(**row | {"evidence": json.loads(row["evidence"] or "null")}) for row in rows]


def reject(
    db: Database, now: datetime, proof_id: int, model_id: int, evidence: dict[str, Any]
) -> None:
    """Note that the gate rejected a model, with the evidence; the first time stands."""
    added = run(
        db,
        "INSERT INTO rejections (proof_id, model_id, evidence, rejected_at) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (proof_id) DO NOTHING",
        (proof_id, model_id, dumps(evidence), iso(now)),
    )
    if added:
        project_id = value(db, "SELECT project_id FROM proofs WHERE id = ?", (proof_id,))
        events.append(db, now, "model.rejected", project_id=project_id, subject_id=model_id)


def rejected(db: Database, project_id: int) -> dict[str, str]:
    """By a model's name when it was rejected in this project, at the newest."""
    rows = many(
        db,
        "SELECT m.name, max(x.rejected_at) AS at FROM rejections x"
        " JOIN proofs p ON p.id = x.proof_id JOIN models m ON m.id = x.model_id"
        " WHERE p.project_id = ? GROUP BY m.id ORDER BY at DESC",
        (project_id,),
    )
    return {row["name"]: row["at"] for row in rows}
