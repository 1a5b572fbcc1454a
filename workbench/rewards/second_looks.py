"""Second looks: where a reward model would have bet strongly against what a person chose, somebody
else is asked as well, by the ordinary queue and blind to all of this.

The person's judgement stays and counts; what the second one says is counted like any other, and
told in a report: did it side with the person or with the model?
"""

from dataclasses import asdict, dataclass
from functools import partial
from math import floor
from typing import Any

import numpy as np
from scipy.special import expit

from workbench import devices, jobs
from workbench.clock import utc_now
from workbench.errors import InvalidInput
from workbench.records import Job, Project
from workbench.rewards.measuring import temperature
from workbench.rewards.pairs import trained_prompts, version_of
from workbench.rewards.scoring import score_missing
from workbench.stats.means import clustered_share
from workbench.store import Store, doubts, projects, reward_models
from workbench.store.database import Database
from workbench.store.doubts import Doubt
from workbench.store.reward_models import RewardModel

JOB = "second_looks"
Json = dict[str, Any]


@dataclass(frozen=True)
class Looked:
    """`looked_at` judged pairs; on `doubted` of them the model strongly disagrees, and `asked` of
    these are put before somebody else. Of `trained_on` pairs it has seen the verdict, or that of a
    near-duplicate: what it says of these is no second opinion, and they were left out.
    """

    looked_at: int
    trained_on: int
    doubted: int
    asked: int


def chosen_model(db: Database, project: Project) -> RewardModel:
    """The one that the project's settings name. Raises InvalidInput where they name none."""
    name = project.settings.reward.model
    if name is None:
        raise InvalidInput(
            f"“{project.slug}” has no reward model to ask.",
            field="reward.model",
            remedy=f"projects change {project.slug} reward.model='\"NAME\"'",
        )
    return reward_models.named(db, project.id, name)


def begin(store: Store, project: Project) -> Job:
    """Queue the job, unless it waits already."""
    arguments = {"project": project.slug}
    return jobs.start(store, JOB, arguments, resource=devices.usual(), project_id=project.id)


def work(store: Store, arguments: Json, report: jobs.Report) -> Json:
    """The job: score what is new, and look."""
    with store.read() as db:
        project = projects.get(db, arguments["project"])
        model = chosen_model(db, project)
        temperature(db, model)  # told before the scoring, which takes its time
    score_missing(store, model, report)
    return asdict(look(store, project, model))


def look(store: Store, project: Project, model: RewardModel) -> Looked:
    """Ask again where the disagreement is strongest, as often as the project's settings allow."""
    with store.read() as db:
        t = temperature(db, model)
        found = doubts.judged(db, project.id, model.id)
        seen = trained_prompts(db, version_of(db, model))
        judged, before = doubts.counts(db, project.id)
    unseen = [row for row in found if row["prompt_id"] not in seen]
    doubted = doubted_ones(unseen, t, project.settings.reward.doubt)
    room = max(0, floor(project.settings.reward.most * judged) - before)
    chosen = doubted[:room]
    if chosen:
        now = utc_now()
        store.write(partial(doubts.ask_again, now=now, reward_model_id=model.id, doubts=chosen))
    return Looked(len(unseen), len(found) - len(unseen), len(doubted), len(chosen))


def doubted_ones(rows: list[Json], t: float, most: float) -> list[Doubt]:
    """Those to whose winner the model gives a chance of at most `most`, the smallest first."""
    chances = [float(expit((row["won"] - row["lost"]) / t)) for row in rows]
    found = [
        Doubt(row["comparison_id"], row["winner_id"], chance, row["last_id"])
        for row, chance in zip(rows, chances, strict=True)
        if chance <= most
    ]
    return sorted(found, key=lambda doubt: (doubt.probability, doubt.comparison_id))


def report(db: Database, model: RewardModel) -> Json:
    """`{asked, answered, person, model, neither}`: how often the second judgement sided with whom,
    as shares with intervals clustered by prompt.
    """
    rows = doubts.answered(db, model.id)
    prompts = np.array([row["prompt_id"] for row in rows], np.int64)
    sides = [_side(row) for row in rows]
    shares = {
        side: asdict(clustered_share(np.array([one == side for one in sides], float), prompts))
        for side in ("person", "model", "neither")
    }
    return {"asked": doubts.asked(db, model.id), "answered": len(rows), **shares}


def _side(row: Json) -> str:
    if row["winner_id"] is None:
        return "neither"
    return "person" if row["winner_id"] == row["chosen"] else "model"
