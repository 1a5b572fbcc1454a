"""Where the loop stands: a few counts, and the one thing to do next."""

from dataclasses import dataclass
from typing import Literal

from workbench.records import Job, Project, Reviewer
from workbench.store import Database, comparisons, completions, own_judgements, prompts, rounds
from workbench.store import jobs as job_rows
from workbench.store.rounds import Round

Step = Literal["import", "generate", "queue", "judge", "open_round", "close", "wait"]


@dataclass(frozen=True)
class Standing:
    """`mine` counts this reviewer's judgements in the open round."""

    prompts: int
    heldout: int
    answers: int
    judged: int
    open: int
    mine: int
    goal: int | None
    current: Round | None
    running: Job | None
    next_step: Step


def standing(db: Database, project: Project, person: Reviewer) -> Standing:
    counts = prompts.counts(db, project.id)
    progress = comparisons.progress(db, project.id)
    current = rounds.current(db, project.id)
    running = job_rows.under_way(db, project.id)
    answers = sum(row["answers"] for row in completions.overview(db, project.id))
    round_id = current.id if current else None
    mine = own_judgements.count_by(db, project.id, person.id, round_id)
    goal = project.settings.goal
    return Standing(
        prompts=counts["train"] + counts["heldout"],
        heldout=counts["heldout"],
        answers=answers,
        judged=progress["counted"],
        open=progress["open"],
        mine=mine,
        goal=goal,
        current=current,
        running=running,
        next_step=_next(counts, answers, progress, current, running, mine, goal),
    )


def _next(
    counts: dict[str, int],
    answers: int,
    progress: dict[str, int],
    current: Round | None,
    running: Job | None,
    mine: int,
    goal: int | None,
) -> Step:
    if running:
        return "wait"
    if not counts["train"] + counts["heldout"]:
        return "import"
    if not answers:
        return "generate"
    if not progress["wanted"]:
        return "queue"
    if progress["open"] and not (goal and mine >= goal):
        return "judge"
    return "close" if current else "open_round"
