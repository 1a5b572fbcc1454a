"""The gold items that a reviewer missed, in words: the evidence for a pause."""

from dataclasses import dataclass
from typing import Any

from workbench.checking.masking import shown_answers
from workbench.records import Project, plain_text
from workbench.store import Database, gold, prompts

MOST = 20
WORDS = {1: "slightly", 2: "clearly", 3: "much"}


@dataclass(frozen=True)
class Missed:
    """A gold item, the newest first. For a tie, `better` and `worse` are just the two answers."""

    question: str
    better: str
    worse: str
    tie: bool
    said: str
    explanation: str


def missed(db: Database, project: Project, reviewer_id: int) -> list[Missed]:
    rows = gold.missed_by(db, project.id, reviewer_id, MOST)
    return [_missed(db, project, row) for row in rows]


def _missed(db: Database, project: Project, row: dict[str, Any]) -> Missed:
    first, second = row["shown"][0], row["shown"][-1]
    winner, loser = row["known_winner_id"] or first, row["known_loser_id"] or second
    prompt = prompts.get(db, row["prompt_id"])
    assert prompt is not None
    answers = shown_answers(db, project, [winner, loser])
    better, worse = (plain_text(messages[row["turn"]]["content"]) for messages in answers)
    return Missed(
        question=plain_text(prompt.messages[-1]["content"]),
        better=better,
        worse=worse,
        tie=row["known_winner_id"] is None,
        said=_said(row),
        explanation=row["explanation"],
    )


def _said(row: dict[str, Any]) -> str:
    if row["all_bad"]:
        return "all bad"
    if row["ranking"]:
        return "a ranking with the worse answer not below the better one"
    if row["winner_id"] is None:
        return "about the same"
    if row["known_winner_id"] is None:
        return f"one is {WORDS[row['strength']]} better"
    return f"the worse answer is {WORDS[row['strength']]} better"
