"""Prompts with checkable answers: which a project asks, and what each model answered to them."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from workbench.clock import iso
from workbench.store import events
from workbench.store.database import Database, dumps, many, run, value


@dataclass(frozen=True)
class AbilityAnswer:
    """`text` is None where the model failed to answer, `passed` also where the check had nothing to
    say; `note` says why.
    """

    text: str | None
    passed: bool | None
    note: str = ""


def set_items(db: Database, now: datetime, project_id: int, body: dict[str, Any]) -> None:
    """The project's own, in the place of those that ship."""
    run(
        db,
        "INSERT INTO ability_sets VALUES (?, ?, ?) ON CONFLICT (project_id)"
        " DO UPDATE SET body = excluded.body, set_at = excluded.set_at",
        (project_id, dumps(body), iso(now)),
    )
    events.append(db, now, "abilities.changed", project_id=project_id)


def clear_items(db: Database, now: datetime, project_id: int) -> None:
    """Back to those that ship."""
    if run(db, "DELETE FROM ability_sets WHERE project_id = ?", (project_id,)):
        events.append(db, now, "abilities.changed", project_id=project_id)


def items(db: Database, project_id: int) -> dict[str, Any] | None:
    """The project's own, None where it has none."""
    body = value(db, "SELECT body FROM ability_sets WHERE project_id = ?", (project_id,))
    found: dict[str, Any] | None = json.loads(body) if body else None
    return found


def keep(db: Database, now: datetime, model_id: int, answers: dict[str, AbilityAnswer]) -> None:
    """By the item's hash; a failure may be answered later, an answer stays."""
    for item, answer in answers.items():
        passed = None if answer.passed is None else int(answer.passed)
        run(
            db,
            "INSERT INTO ability_answers VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE"
            " SET text = excluded.text, passed = excluded.passed, note = excluded.note,"
            " answered_at = excluded.answered_at WHERE text IS NULL",
            (model_id, item, answer.text, passed, answer.note, iso(now)),
        )


def answered(db: Database, model_id: int) -> dict[str, AbilityAnswer]:
    """By the item's hash, all that the model was ever asked."""
    rows = many(
        db,
        "SELECT item_sha256, text, passed, note FROM ability_answers WHERE model_id = ?",
        (model_id,),
    )
    return {
        row["item_sha256"]: AbilityAnswer(
            row["text"], None if row["passed"] is None else bool(row["passed"]), row["note"]
        )
        for row in rows
    }
