"""The queue by a reward model: first those pairs whose better answer it is least sure of.

A job scores what is new and gives the open pairs their places, evenly apart; what cannot be scored
keeps the place that it had among them. Whoever draws gets three items in ten from anywhere (see
`judging.drawing`). Heldout items stay where they are: what measures models is not sorted by one.
"""

from functools import partial
from typing import Any

from workbench import devices, jobs
from workbench.records import Job, Project
from workbench.rewards.scoring import score_missing
from workbench.rewards.second_looks import chosen_model
from workbench.store import Store, projects, queue, reward_scores
from workbench.store.database import Database
from workbench.store.reward_models import RewardModel

JOB = "order_queue"
BATCH = 500
Place = tuple[int, float]


def keep_up(store: Store, project: Project) -> Job | None:
    """Queue the job where the project goes by this order: once it chose to, and for new items."""
    if project.settings.queue != "unsure":
        return None
    arguments = {"project": project.slug}
    return jobs.start(store, JOB, arguments, resource=devices.usual(), project_id=project.id)


def work(store: Store, arguments: dict[str, Any], report: jobs.Report) -> dict[str, Any]:
    """The job: `{ordered}` pairs."""
    with store.read() as db:
        project = projects.get(db, arguments["project"])
        model = chosen_model(db, project)
    score_missing(store, model, report)
    return {"ordered": order(store, project, model)}


def order(store: Store, project: Project, model: RewardModel) -> int:
    """Give all open pairs whose answers are scored their places; how many these are."""
    with store.read() as db:
        found = reward_scores.open_pairs(db, project.id, model.id)
    moved = places(found)
    for at in range(0, len(moved), BATCH):
        store.write(partial(_move, moved=moved[at : at + BATCH]))
    return len(moved)


def places(pairs: list[tuple[int, float]]) -> list[Place]:
    """By comparison and difference of scores, the places in [0, 1): the smallest difference, where
    P(the first is better) is nearest to ½ at any temperature, comes first.
    """
    ranked = sorted(pairs, key=lambda pair: (abs(pair[1]), pair[0]))
    return [(one, (at + 0.5) / len(ranked)) for at, (one, _) in enumerate(ranked)]


def _move(db: Database, moved: list[Place]) -> None:
    for comparison_id, place in moved:
        queue.move(db, comparison_id, place)
